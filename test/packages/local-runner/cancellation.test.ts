import { runJob, runLocally } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { type Act, acts, output, print, puppet, repository } from './puppet.ts'

const ready = (line: string): boolean => line === 'ready'
const forever: Act = { wait: 200_000 }

test('a cancelled step gets SIGINT and may end by itself, with its outputs', async () => {
  const run = await puppet([{ on: 'SIGINT', exit: 130 }, output('verdict=inconclusive\n'), print('ready'), forever], {
    cancelWhen: ready,
  })

  expect([run.exitCode, run.outcome, run.conclusion]).toEqual([130, 'cancelled', 'cancelled'])
  expect(run.outputs).toEqual({ verdict: 'inconclusive' })
  expect(run.log).toContain('Error: The operation was canceled.')
})

test('a cancelled step that ends with 0 is cancelled all the same', async () => {
  const run = await puppet([{ on: 'SIGINT', exit: 0 }, print('ready'), forever], { cancelWhen: ready })

  expect([run.exitCode, run.outcome]).toEqual([0, 'cancelled'])
})

test('one that ignores SIGINT gets SIGTERM 7.5 s later, and one that ignores both is killed 2.5 s after that', async () => {
  const scale = 20
  const moments: number[] = []

  const run = await puppet([{ on: 'SIGINT' }, { on: 'SIGTERM' }, print('ready'), forever], {
    cancelWhen: ready,
    timeScale: scale,
    onLine: (line) => {
      if (/ready|got SIG/.test(line)) moments.push(Date.now())
    },
  })
  moments.push(Date.now())

  const [start = 0, int = 0, term = 0, end = 0] = moments
  expect(run.log).toMatch(/got SIGINT at .* ms\ngot SIGTERM at /)
  expect([run.exitCode, run.endedBy, run.outcome]).toEqual([null, 'SIGKILL', 'cancelled'])
  expect((int - start) * scale).toBeLessThan(5000)
  expect((term - start) * scale).toBeGreaterThanOrEqual(7000)
  expect((end - start) * scale).toBeGreaterThanOrEqual(9500)
})

test('after a cancellation only always() and cancelled() run; failure() and !cancelled() do not', async () => {
  const job = await runJob({
    root: repository,
    cancelWhen: ready,
    steps: [
      { uses: '$/actions/puppet', with: { do: acts({ on: 'SIGINT', exit: 1 }, print('ready'), forever) } },
      { run: 'true' },
      { if: 'failure()', run: 'true' },
      { if: '!cancelled()', run: 'true' },
      { if: 'always()', run: 'true' },
      { if: 'cancelled()', run: 'true' },
    ],
  })

  expect(job.runs.map(({ outcome }) => outcome)).toEqual([
    ...['cancelled', 'skipped', 'skipped', 'skipped', 'success', 'success'],
    'success', // the post stage
  ])
  expect(job.conclusion).toBe('cancelled')
})

test('job.status is cancelled in the post stage', async () => {
  const run = await puppet([{ on: 'SIGINT', exit: 1 }, print('ready'), forever], {
    cancelWhen: ready,
    with: { 'at-the-end': acts({ dump: 'post.json' }), 'two words': 'x' },
  })
  const job = await runJob({
    root: repository,
    cancelWhen: ready,
    steps: [
      {
        uses: '$/actions/puppet',
        with: {
          do: acts({ on: 'SIGINT', exit: 1 }, print('ready'), forever),
          'at-the-end': '[{"print":"${{ job.status }}"}]',
        },
      },
    ],
  })

  expect(run.posts[0]?.outcome).toBe('success')
  expect(job.posts[0]?.log).toBe('cancelled')
})

test('a running step whose condition still holds is not disturbed', async () => {
  const job = await runJob({
    root: repository,
    cancelWhen: ready,
    steps: [
      { if: 'always()', uses: '$/actions/puppet', with: { do: acts(print('ready'), { wait: 300 }, print('done')) } },
    ],
  })

  expect(job.runs[0]).toMatchObject({ outcome: 'success', log: 'ready\ndone' })
  expect(job.conclusion).toBe('cancelled')
})

test('after a cancellation success() is false in a composite too, although none of its steps failed', async () => {
  const run = await runLocally('tells', { root: repository, cancelWhen: ready })

  expect(Object.entries(run.steps).map(([id, { outcome }]) => `${id}: ${outcome}`)).toEqual([
    'undisturbed: success',
    'plain: skipped',
    'always: success',
  ])
})

test('a signal of the caller cancels as well', async () => {
  const controller = new AbortController()

  const run = await puppet([{ on: 'SIGINT', exit: 130 }, print('ready'), forever], {
    signal: controller.signal,
    onLine: () => controller.abort(),
  })

  expect(run.outcome).toBe('cancelled')
})

test('timeout-minutes ends a step in the same way, and it fails', async () => {
  const job = await runJob({
    root: repository,
    timeScale: 200,
    steps: [
      {
        name: 'slow',
        uses: '$/actions/puppet',
        'timeout-minutes': 1,
        with: { do: acts({ on: 'SIGINT', exit: 7 }, forever) },
      },
      { if: 'failure()', run: 'true' },
    ],
  })

  expect(job.runs.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['failure', 'success'])
  expect(job.log).toContain("Error: The action 'slow' has timed out.")
  expect(job.conclusion).toBe('failure')
})

test('timeout-minutes of a composite ends the step that runs in it, and those that come after', async () => {
  const job = await runJob({
    root: repository,
    timeScale: 100,
    steps: [
      {
        uses: '$/actions/deploy',
        'timeout-minutes': 1,
        with: { health: acts({ on: 'SIGINT', exit: 7 }, forever), rollback: '[]', 'metrics-url': '' },
      },
    ],
  })

  expect(job.runs[0]?.steps['health']?.outcome).toBe('failure')
  expect(job.log.match(/has timed out/g)).toHaveLength(2) // health, and notify, which failure() let start
  expect(job.conclusion).toBe('failure')
})
