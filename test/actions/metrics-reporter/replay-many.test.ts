import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from '@jest/globals'
import { cleanUp, receiver } from './receiver.ts'
import { jobEvent, writeSpooled } from './spool-files.ts'
import { newTemp } from './temp.ts'

afterEach(cleanUp)

const run = promisify(execFile)
const METRICS = Array.from({ length: 60 }, (_, at) => ({
  name: `metric_${at}`,
  value: at / 7,
  unit: 's',
  scope: 's'.repeat(99),
}))

interface Told {
  readonly result: string
  readonly seconds: number
  readonly heldMegabytes: number
}

/** Events of some 10 kB each. */
async function replayOf(count: number): Promise<Told> {
  const [folder, fake] = [newTemp(), await receiver()]
  for (let number = 0; number < count; number += 1) writeSpooled(folder, jobEvent(number, { metrics: METRICS }))

  const child = join(import.meta.dirname, 'replay-many-child.ts')
  const { stdout } = await run(process.execPath, ['--expose-gc', child, folder, fake.url])

  expect(new Set(fake.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(count)
  expect(fake.requests).toHaveLength(count)
  expect(readdirSync(folder)).toEqual([])
  return JSON.parse(stdout)
}

test('1,000 events are replayed within 10 s, holding no more memory than 100', async () => {
  const few = await replayOf(100)
  const many = await replayOf(1000)

  expect([few.result, many.result]).toEqual(['delivered', 'delivered'])
  expect(many.seconds).toBeLessThan(10)
  expect(few.heldMegabytes).toBeGreaterThan(1)
  expect(many.heldMegabytes / few.heldMegabytes).toBeLessThan(1.3)
}, 60_000)
