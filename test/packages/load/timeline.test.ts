import { createRun, measure, type Run, type RunOptions, windowsOf } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'

const START = Date.UTC(2026, 2, 1, 12)
const samples = { format: 'jmeter-csv', fidelity: 'samples' } as const

type Row = readonly [startMs: number, durationMs: number, isFailure?: boolean]

function runOf(rows: Iterable<Row>, options?: RunOptions): Run {
  const sink = createRun(samples, options)
  const label = sink.label('/a')
  for (const [startMs, durationMs, isFailure = false] of rows) sink.sample(label, startMs, durationMs, isFailure)
  return sink.finish()
}

/** So many requests from `fromS` to `toS`, spread evenly. */
function* evenly(count: number, fromS: number, toS: number, durationMs: number): Generator<Row> {
  for (let i = 0; i < count; i += 1) yield [START + (fromS + ((toS - fromS) * i) / count) * 1000, durationMs]
}

const countsOf = (run: Run, windowMs: number): number[] =>
  run.total.timeline === undefined ? [] : windowsOf(run.total.timeline, windowMs).map(({ requests }) => requests)

describe('windows', () => {
  test('follow each other from the start of the run', () => {
    const run = runOf([...evenly(30, 0, 30, 10), ...evenly(60, 30, 60, 10), ...evenly(90, 60, 90, 10)])

    expect(countsOf(run, 30_000)).toEqual([30, 60, 90])
  })

  test('a last one shorter than half joins the one before', () => {
    expect(countsOf(runOf(evenly(70, 0, 70, 10)), 30_000)).toEqual([30, 40])
    expect(countsOf(runOf(evenly(76, 0, 76, 10)), 30_000)).toEqual([30, 30, 16])
    expect(countsOf(runOf(evenly(10, 0, 10, 10)), 30_000)).toEqual([10])
  })

  test('are the same whatever the order of the rows', () => {
    const rows = [...evenly(300, 0, 90, 10)]
    const mixed = rows.map((_, i): Row => rows[(i * 7 + 150) % 300] ?? [START, 0])

    expect(countsOf(runOf([[START, 10], ...mixed]), 30_000)).toEqual(countsOf(runOf([[START, 10], ...rows]), 30_000))
  })

  test('of a run of hours are found as in one of seconds', () => {
    // 5 h: more bins than are kept narrow, so they are joined on the way
    const run = runOf(evenly(18_000, 0, 18_000, 10))

    expect(countsOf(run, 30_000)).toEqual(Array.from({ length: 600 }, () => 30))
  })

  test('begin at the cut of a warm-up', () => {
    const run = runOf(evenly(60, 0, 60, 10), { cutBeforeMs: START + 20_000 })

    expect(run.total.timeline?.startMs).toBe(START + 20_000)
    expect(countsOf(run, 20_000)).toEqual([20, 20])
  })

  test('know the failures, and the latencies that are judged', () => {
    const rows: Row[] = [
      [START, 100],
      [START + 1, 2, true],
      [START + 2, 100],
    ]
    const window = (failures: 'exclude' | 'include') => {
      const { timeline } = runOf(rows, { failures }).total
      return timeline === undefined ? undefined : windowsOf(timeline, 30_000)[0]
    }

    expect(window('exclude')).toMatchObject({ requests: 3, failures: 1 })
    expect(window('exclude')?.latencies.count).toBe(2)
    expect(window('include')?.latencies.count).toBe(3)
  })

  test('only the whole and the labels that are asked for have them', () => {
    const sink = createRun(samples, { timelineLabels: ['GET /a*'] })
    for (const name of ['http://h/a1', 'http://h/b']) sink.sample(sink.label(name, 'GET'), START, 10, false)

    const { groups, total } = sink.finish()

    expect(groups.get('GET /a1')?.timeline?.bins.map(({ requests }) => requests)).toEqual([1])
    expect(groups.get('GET /b')?.timeline).toBeUndefined()
    expect(total.timeline?.bins.map(({ requests }) => requests)).toEqual([2])
  })
})

describe('p95.sustained', () => {
  const sustained = (rows: Iterable<Row>) => {
    const measured = measure(runOf(rows), [{ metric: 'p95.sustained' }])
    return measured.find(({ metric }) => metric === 'p95.sustained')
  }

  test('is the highest p95 of any window, to 1 %', () => {
    // over the whole run p95 is 100: only 40 of 1 000 are slow
    const one = sustained([...evenly(480, 0, 30, 100), ...evenly(40, 30, 60, 700), ...evenly(480, 60, 90, 100)])

    expect(one?.low).toBeLessThanOrEqual(700)
    expect(one?.high).toBeGreaterThanOrEqual(700)
    expect((one?.high ?? 0) / (one?.low ?? 1)).toBeLessThan(1.01)
  })

  test('a window of a few requests raises the upper bound and not the lower', () => {
    const one = sustained([...evenly(400, 0, 30, 100), ...evenly(19, 30, 60, 5000)])

    expect(one?.low).toBeLessThanOrEqual(100)
    expect(one?.high).toBeGreaterThanOrEqual(5000)
  })
})

describe('hostile times', () => {
  test('centuries apart cost a bin each, and then there are no windows, with a note', () => {
    const before = process.memoryUsage().arrayBuffers
    const run = runOf([
      [0, 10],
      [START, 10],
      [8e15, 10],
      [-8e15, 10],
    ])

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
    expect(run.total.requests).toBe(4)
    expect(run.total.timeline).toBeUndefined()
    expect(run.notes.join()).toContain('no windows of time')
  })

  test('that are no dates are no times', () => {
    const run = runOf([
      [Number.NaN, 10],
      [Number.POSITIVE_INFINITY, 10],
      [1e300, 10],
    ])

    expect([run.total.requests, run.durationMs, run.total.timeline]).toEqual([3, undefined, undefined])
  })

  test('of more bins than are kept end the timeline in bounded memory', () => {
    const before = process.memoryUsage().arrayBuffers
    function* spread(): Generator<Row> {
      for (let i = 0; i < 320_000; i += 1) yield [START + i * 10, 10]
    }
    const run = runOf(spread(), { windowMs: 100 })

    expect(run.total.timeline).toBeUndefined()
    expect(run.total.requests).toBe(320_000)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000)
  })

  test('of 10 000 labels with timelines stay in bounded memory, and the whole keeps its own', () => {
    const before = process.memoryUsage().arrayBuffers
    const sink = createRun(samples, { timelineLabels: ['**'] })
    const labels = Array.from({ length: 10_000 }, (_, i) => sink.label(`/${i}`))
    for (let second = 0; second < 300; second += 6) {
      for (const label of labels) sink.sample(label, START + second * 1000, 10 + (second % 7) * 100, false)
    }

    const { total, notes } = sink.finish()

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150_000_000)
    expect(total.timeline).toBeDefined()
    expect(notes.join()).toContain('too many labels have thresholds')
  })
})
