import { execFileSync } from 'node:child_process'
import { scaledClock, scaledNow, timeWarp } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { puppet } from './puppet.ts'

const SCALE = 40
// Under npm this is the Node that npm itself runs on, which may be an older one than that of the tests.
const nodes = [...new Set([process.execPath, process.env['npm_node_execpath'] ?? process.execPath])]

function inWarpedTime(script: string, node = process.execPath): unknown {
  const args = ['--import', timeWarp({ scale: SCALE }), '--input-type=module', '--eval', script]
  return JSON.parse(execFileSync(node, args, { encoding: 'utf8' }))
}

test.each(nodes)('in %s every timer and every clock runs faster, and they agree', (node) => {
  const start = Date.now()

  const times = inWarpedTime(
    `
    import timers from 'node:timers'
    import { setInterval as ticks, setTimeout as later, scheduler } from 'node:timers/promises'
    import { promisify } from 'node:util'
    const took = async (wait) => {
      const from = [performance.now(), Date.now(), Number(process.hrtime.bigint()) / 1e6, new Date().getTime()]
      await wait()
      const to = [performance.now(), Date.now(), Number(process.hrtime.bigint()) / 1e6, new Date().getTime()]
      return to.map((at, index) => at - from[index])
    }
    const once = (set) => () => new Promise((resolve) => set(resolve, 4000))
    const interval = () => new Promise((resolve) => { const id = setInterval(() => { clearInterval(id); resolve() }, 4000) })
    const aborted = () => new Promise((resolve) => {
      const guard = setTimeout(() => {}, 1e6)
      AbortSignal.timeout(4000).addEventListener('abort', () => { clearTimeout(guard); resolve() })
    })
    const tick = async () => { for await (const _ of ticks(4000)) break }
    const results = []
    for (const wait of [once(setTimeout), once(timers.setTimeout), interval, () => later(4000), tick,
      () => scheduler.wait(4000), () => promisify(setTimeout)(4000), aborted]) results.push(await took(wait))
    console.log(JSON.stringify(results))
    `,
    node,
  )

  expect(times).toHaveLength(8)
  for (const took of Array.isArray(times) ? times.flat() : []) {
    expect(took).toBeGreaterThanOrEqual(3999)
    expect(took).toBeLessThan(12_000)
  }
  expect(Date.now() - start).toBeLessThan(8 * 4000)
})

test('a date is still a date, and a given moment is not moved', () => {
  const facts = inWarpedTime(`console.log(JSON.stringify([
    new Date() instanceof Date, typeof Date(), new Date(0).toISOString(), Date.UTC(2026, 0), new Date(2026, 0, 2).getDate(),
    Number.isInteger(Date.now()),
  ]))`)

  expect(facts).toEqual([true, 'string', '1970-01-01T00:00:00.000Z', 1_767_225_600_000, 2, true])
})

test('the clock of the parent agrees with that of the child', () => {
  const clock = scaledClock({ scale: SCALE })

  const before = clock.now().getTime()
  const inside = Number(inWarpedTime('console.log(Date.now())'))
  const after = scaledNow(SCALE)

  expect(inside).toBeGreaterThanOrEqual(before)
  expect(inside).toBeLessThanOrEqual(after)
})

test('a scaled sleep is never early, takes little real time, and ends at once when it is aborted', async () => {
  const clock = scaledClock({ scale: 1000 })
  const start = clock.monotonic()
  const real = Date.now()

  await clock.sleep(60_000)
  await clock.sleep(1_000_000_000, AbortSignal.abort())

  expect(clock.monotonic() - start).toBeGreaterThanOrEqual(60_000)
  expect(Date.now() - real).toBeLessThan(5000)
})

test('an action under timeScale waits a minute in little time', async () => {
  const start = Date.now()

  const run = await puppet([{ wait: 60_000 }], { timeScale: 100 })

  expect(run.outcome).toBe('success')
  expect(Date.now() - start).toBeLessThan(10_000)
})

test('a scale that is no positive number is refused', () => {
  expect(() => timeWarp({ scale: 0 })).toThrow('0 is not a scale of time')
})
