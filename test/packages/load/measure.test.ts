import { checkThresholds, type Measurement, parseThresholds } from '@hardgate/gate'
import { assess, createRun, type MeasureOptions, type PrintedGroup, type Run, type RunBuilder } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'

const START = Date.UTC(2026, 2, 1, 12)
const SURE: MeasureOptions = { confidence: '95' }
const METRICS = { pN: 'duration', med: 'duration', avg: 'duration', error_rate: 'percent', rps: 'number' } as const

const samples = { format: 'jmeter-csv', fidelity: 'samples' } as const
const buckets = { format: 'locust-json', fidelity: 'buckets' } as const
const points = { format: 'wrk', fidelity: 'points' } as const

function runOf(reader: Parameters<typeof createRun>[0], tell: (sink: RunBuilder) => void): Run {
  const sink = createRun(reader)
  tell(sink)
  return sink.finish()
}

/** One label, no times. */
const samplesOf = (okMs: readonly number[], failedMs: readonly number[] = []): Run =>
  runOf(samples, (sink) => {
    const label = sink.label('/a')
    for (const ms of okMs) sink.sample(label, Number.NaN, ms, false)
    for (const ms of failedMs) sink.sample(label, Number.NaN, ms, true)
  })

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
const times = (n: number, value: number): number[] => Array.from({ length: n }, () => value)

function measured(run: Run, metric: string, options: MeasureOptions = {}, scope?: string): Measurement | undefined {
  const { measurements } = assess(run, [scope === undefined ? { metric } : { metric, scope }], options)
  return measurements.find((one) => one.metric === metric && one.scope === scope)
}

const boundsOf = (one: Measurement | undefined): unknown => [one?.low, one?.value, one?.high]

const outcomeOf = (run: Run, line: string, options: MeasureOptions = {}): string | undefined => {
  const { thresholds } = parseThresholds(line, METRICS)
  const { measurements } = assess(run, thresholds, options)
  return checkThresholds({ gate: 'g', thresholds, measurements })[0]?.outcome
}

describe('a percentile', () => {
  test('is the value at rank ceil(p·n)', () => {
    const run = samplesOf(upTo(30))

    // 28.5, 15 and 29.7 round up
    expect(measured(run, 'p95')?.value).toBe(29)
    expect(measured(run, 'med')?.value).toBe(15)
    expect(measured(run, 'p99')?.value).toBe(30)
  })

  test('acceptance 13: has the bounds of chance', () => {
    const run = samplesOf(upTo(100))

    // of 100 draws the chance of at most 1 above p95 is 3.7 %, of at most 2 11.8 %; of at most 8 93.7 %, of at most 9 97.2 %
    expect(boundsOf(measured(run, 'p95', SURE))).toEqual([91, 95, 99])
    expect(boundsOf(measured(run, 'p95'))).toEqual([95, 95, 95])
  })

  test('acceptance 8: of 58 requests never has an upper bound, of 59 it has', () => {
    const of58 = measured(samplesOf(upTo(58)), 'p95', SURE)
    const of59 = measured(samplesOf(upTo(59)), 'p95', SURE)

    expect(of58?.high).toBeUndefined()
    expect(of58?.unboundedAbove).toBe(
      '58 requests cannot show a p95 with 95 % confidence, 59 can. Let the test run longer',
    )
    expect(of59?.high).toBe(59)
    expect(outcomeOf(samplesOf(times(58, 1)), 'p95 < 500ms', SURE)).toBe('inconclusive')
    expect(outcomeOf(samplesOf(times(59, 1)), 'p95 < 500ms', SURE)).toBe('pass')
  })

  test('without confidence takes as many requests as have one above it', () => {
    expect(outcomeOf(samplesOf(times(19, 1)), 'p95 < 500ms')).toBe('inconclusive')
    expect(outcomeOf(samplesOf(times(19, 900)), 'p95 < 500ms')).toBe('inconclusive')
    expect(outcomeOf(samplesOf(times(20, 1)), 'p95 < 500ms')).toBe('pass')
    expect(outcomeOf(samplesOf(times(99, 1)), 'p99 < 500ms')).toBe('inconclusive')
    expect(outcomeOf(samplesOf(times(100, 900)), 'p99 < 500ms')).toBe('fail')
  })

  test('trap 23: of exactly 500 is not under 500.0ms, of 499.9999 it is', () => {
    expect(outcomeOf(samplesOf(times(100, 500)), 'p95 < 500.0ms', SURE)).toBe('fail')
    expect(outcomeOf(samplesOf(times(100, 500)), 'p95 <= 500ms', SURE)).toBe('pass')
    expect(outcomeOf(samplesOf(times(100, 499.9999)), 'p95 < 500ms', SURE)).toBe('pass')
    expect(outcomeOf(samplesOf(times(3000, 499.9999)), 'p95 < 500ms', SURE)).toBe('pass')
  })

  test('trap 4: is not lower because of failures that answer in 2 ms, and the error rate fails', () => {
    const run = samplesOf(times(100, 600), times(100, 2))

    expect(measured(run, 'p50')?.value).toBe(600)
    expect(measured(run, 'p50', { failures: 'include' })?.value).toBe(2)
    expect(measured(run, 'p95', SURE)?.samples).toBe(100)
    expect(measured(run, 'avg')?.value).toBe(600)
    expect(outcomeOf(run, 'p95 < 500ms', SURE)).toBe('fail')
    expect(outcomeOf(run, 'error_rate <= 1%', SURE)).toBe('fail')
  })

  test('trap 5: one failure in 50 000 passes on its numbers', () => {
    const run = samplesOf(times(49_999, 20), [9000])

    expect(measured(run, 'error_rate')?.ratio).toEqual({ numerator: 1, denominator: 50_000 })
    expect(outcomeOf(run, 'error_rate <= 1%', SURE)).toBe('pass')
    expect(outcomeOf(run, 'p95 < 500ms', SURE)).toBe('pass')
  })

  test('of failures alone has no value, and says so', () => {
    const { missing } = assess(samplesOf([], times(100, 2)), [])

    expect(missing.find(({ metric }) => metric === 'p95')?.why).toBe('no successful request has a latency')
    expect(outcomeOf(samplesOf([], times(100, 2)), 'p95 < 500ms')).toBe('no-data')
  })
})

describe('times that are told in whole seconds', () => {
  /** 100 requests from 0 to 10 s. */
  const run = (timeStepMs: number, everyMs = 100): Run =>
    runOf(samples, (sink) => {
      sink.facts({ tool: 'k6', timeStepMs })
      const label = sink.label('/a')
      for (let i = 0; i < 100; i += 1) sink.sample(label, Date.UTC(2026, 2, 1) + i * everyMs, everyMs, false)
    })

  test('leave the rate and the length open by a second either way', () => {
    expect(measured(run(1000), 'rps')).toMatchObject({ value: 10, low: 100 / 11, high: 100 / 9 })
    expect(measured(run(1000), 'duration')).toMatchObject({ value: 10_000, low: 9000, high: 11_000 })
    expect(outcomeOf(run(1000), 'rps >= 10')).toBe('inconclusive')
    expect(outcomeOf(run(1000), 'rps >= 9')).toBe('pass')
    expect(outcomeOf(run(1000), 'rps >= 12')).toBe('fail')
    expect(outcomeOf(run(0), 'rps >= 10')).toBe('pass')
  })

  test('of a run of no more than one say of its rate only how low it is', () => {
    expect(measured(run(1000, 10), 'rps')).toMatchObject({ value: 100, low: 50 })
    expect(outcomeOf(run(1000, 10), 'rps >= 50')).toBe('pass')
    expect(outcomeOf(run(1000, 10), 'rps < 200')).toBe('inconclusive')
  })
})

describe('requests that depend on each other', () => {
  /** 1 000 requests in 100 s, of which one in 20 is slow: evenly, or all together. */
  const run = (isSlow: (i: number) => boolean): Run =>
    runOf(samples, (sink) => {
      const label = sink.label('/a')
      for (let i = 0; i < 1000; i += 1) sink.sample(label, START + i * 100, isSlow(i) ? 900 : 100, false)
    })
  const even = run((i) => i % 20 === 7)
  const together = run((i) => i >= 300 && i < 350)

  test('acceptance 13: tell less than as many independent ones', () => {
    // ten slices of 100, e = 0.05, one slice has 0.5: v = 10/9 · 0.01 · (0.45² + 9 · 0.05²) = 0.0025;
    // deff = 0.0025 / (0.0475/1000) · (1.8331/1.6449)² = 65.4, and 1000/65.4 leaves 15
    expect(measured(even, 'p95', SURE)).toMatchObject({ value: 100, high: 900 })
    expect(measured(together, 'p95', SURE)?.unboundedAbove).toBe(
      '1000 requests, which tell as much as 15 independent ones, cannot show a p95 with 95 % confidence, 59 can. Let the test run longer',
    )
    expect(outcomeOf(even, 'p95 < 950ms', SURE)).toBe('pass')
    expect(outcomeOf(together, 'p95 < 950ms', SURE)).toBe('inconclusive')
  })

  test('are found where the slow ones took equally long, so that none lies above p95', () => {
    const tied = run((i) => i >= 300 && i < 400)

    expect(measured(tied, 'p95', SURE)?.unboundedAbove).toContain('independent ones')
  })

  test('and those of one moment cannot be judged at all', () => {
    const burst = runOf(samples, (sink) => {
      for (let i = 0; i < 1000; i += 1) sink.sample(sink.label('/a'), START, 100, false)
    })

    expect(measured(burst, 'p95', SURE)?.unboundedAbove).toContain('too short a time')
  })

  test('where there are no times they are taken as independent, with a remark', () => {
    const { remarks } = assess(samplesOf(upTo(100)), [], SURE)

    expect(remarks).toContainEqual({
      metric: 'p95',
      text: 'assumes independent requests: the record has no time of each',
    })
  })

  test('a label without a timeline is taken as dependent as the whole', () => {
    const one = measured(together, 'p95', SURE, '/a')

    expect(one?.unboundedAbove).toContain('15 independent ones')
  })
})

describe('a histogram', () => {
  const run = (failures: number, p95Bucket = 500): Run =>
    runOf(buckets, (sink) => {
      const label = sink.label('/a', 'GET')
      sink.bucket(label, 100, 99.5, 105, 9200)
      sink.bucket(label, p95Bucket, p95Bucket - 5, p95Bucket + 5, 800)
      sink.counts(label, 10_000, failures)
    })

  test('acceptance 13: knows a percentile to the edges of its bucket', () => {
    expect(boundsOf(measured(run(0), 'p95'))).toEqual([495, 500, 505])
  })

  test('trap 2: p95 in bucket 500 cannot be held against 500 ms, in 490 it passes, in 510 it fails', () => {
    const outcomes = [490, 500, 510].map((bucket) =>
      ['p95 < 500ms', 'p95 < 495ms', 'p95 <= 505ms'].map((line) => outcomeOf(run(0, bucket), line, SURE)),
    )

    expect(outcomes).toEqual([
      ['pass', 'inconclusive', 'pass'],
      ['inconclusive', 'fail', 'pass'],
      ['fail', 'fail', 'inconclusive'],
    ])
  })

  test('acceptance 13: that mixes failures has the percentile of successes between rank k and rank k + f', () => {
    // 500 failures: k = ceil(0.95 · 9500) = 9025, a bucket of 100; k + f = 9525, one of 500
    expect(boundsOf(measured(run(500), 'p95'))).toEqual([99.5, 500, 505])
    expect(boundsOf(measured(run(500), 'p95', { failures: 'include' }))).toEqual([495, 500, 505])
    expect(outcomeOf(run(500), 'p95 < 300ms')).toBe('inconclusive')
  })

  test('acceptance 13: has the failures above the bound of chance too', () => {
    // 100 failures: k + f = 9505, and the upper bound of chance for 9 900 is 9441, which the failures move to 9541
    const near = runOf(buckets, (sink) => {
      const label = sink.label('/a')
      sink.bucket(label, 100, 99.5, 105, 9520)
      sink.bucket(label, 500, 495, 505, 480)
      sink.counts(label, 10_000, 100)
    })

    expect(measured(near, 'p95')?.high).toBe(105)
    expect(measured(near, 'p95', SURE)?.high).toBe(505)
  })

  test('of failures alone says nothing of successes', () => {
    expect(measured(run(10_000), 'p95')).toBeUndefined()
  })

  test('has the bounds of chance around those of its buckets', () => {
    const near = runOf(buckets, (sink) => {
      const label = sink.label('/a')
      // p95 of 1 000 is at rank 950; its interval reaches above 955
      sink.bucket(label, 100, 99.5, 105, 955)
      sink.bucket(label, 500, 495, 505, 45)
      sink.counts(label, 1000, 0)
    })

    expect(boundsOf(measured(near, 'p95'))).toEqual([99.5, 100, 105])
    expect(boundsOf(measured(near, 'p95', SURE))).toEqual([99.5, 100, 505])
  })

  test('knows the mean of successes within what the failures can have been', () => {
    const mixed = runOf(buckets, (sink) => {
      const label = sink.label('/a')
      sink.bucket(label, 10, 9.5, 10.5, 2)
      sink.bucket(label, 50, 49.5, 50.5, 2)
      sink.counts(label, 4, 2)
    })

    // the two fast ones failed, or the two slow ones
    expect(boundsOf(measured(mixed, 'avg'))).toEqual([9.5, 30, 50.5])
    expect(boundsOf(measured(mixed, 'max'))).toEqual([9.5, 50, 50.5])
    expect(boundsOf(measured(mixed, 'min'))).toEqual([9.5, 10, 50.5])
  })
})

describe('a summary', () => {
  const printed: PrintedGroup = {
    requests: 10_000,
    failures: 12,
    includesFailures: true,
    percentiles: [
      { percentile: 50, valueMs: 51.63, lowMs: 51.625, highMs: 51.635 },
      { percentile: 90, valueMs: 412, lowMs: 411.5, highMs: 412.5 },
      { percentile: 99, valueMs: 655, lowMs: 654.5, highMs: 655.5 },
    ],
    maxMs: 1020,
  }
  const run = (change: Partial<PrintedGroup> = {}): Run =>
    runOf(points, (sink) => sink.printed(undefined, { ...printed, ...change }))

  test('acceptance 13: is as exact as its digits', () => {
    expect(boundsOf(measured(run(), 'p90', SURE))).toEqual([411.5, 412, 412.5])
    expect(outcomeOf(run(), 'p90 < 412ms', SURE)).toBe('inconclusive')
    expect(outcomeOf(run(), 'p90 < 413ms', SURE)).toBe('pass')
  })

  test('acceptance 13: has a percentile that it does not print between its neighbours', () => {
    expect(boundsOf(measured(run(), 'p95', SURE))).toEqual([411.5, 655, 655.5])
    expect(outcomeOf(run(), 'p95 < 411ms', SURE)).toBe('fail')
    expect(outcomeOf(run(), 'p95 < 500ms', SURE)).toBe('inconclusive')
    expect(outcomeOf(run(), 'p95 < 656ms', SURE)).toBe('pass')
    expect(assess(run(), [], SURE).remarks).toContainEqual({
      metric: 'p95',
      text: 'wrk does not hold p95: what is known lies between p90 (412 ms) and p99 (655 ms)',
    })
  })

  test('has the maximum above its last percentile, or nothing', () => {
    const { maxMs: _, ...withoutMax } = printed
    const open = runOf(points, (sink) => sink.printed(undefined, withoutMax))

    expect(measured(run(), 'p99.9', SURE)?.high).toBe(1020)
    expect(measured(open, 'p99.9', SURE)).toMatchObject({
      low: 654.5,
      unboundedAbove: 'wrk holds no percentile above p99',
    })
  })

  test('of too few requests shows nothing, whatever it prints', () => {
    expect(outcomeOf(run({ requests: 58 }), 'p95 < 2s', SURE)).toBe('inconclusive')
    expect(outcomeOf(run({ requests: 59 }), 'p95 < 2s', SURE)).toBe('pass')
    expect(outcomeOf(run({ requests: 19 }), 'p95 < 2s')).toBe('inconclusive')
    expect(outcomeOf(run({ counted: 58 }), 'p95 < 2s', SURE)).toBe('inconclusive')
    // that all of 3 lie above the median has a chance of 12.5 %, of 5 one of 3.1 %
    expect(outcomeOf(run({ requests: 3 }), 'p50 < 40ms', SURE)).toBe('inconclusive')
    expect(outcomeOf(run({ requests: 5 }), 'p50 < 40ms', SURE)).toBe('fail')
  })

  test('that says why its percentiles are unusable is inconclusive with that reason', () => {
    const windowed = run({ percentilesUnusable: 'of the last 20 000 samples only' })

    expect(measured(windowed, 'p90', SURE)?.unboundedAbove).toBe('of the last 20 000 samples only')
    expect(outcomeOf(windowed, 'p90 < 2s', SURE)).toBe('inconclusive')
    expect(outcomeOf(windowed, 'p90 < 1ms', SURE)).toBe('inconclusive')
  })

  test('is marked where its percentiles are of failed requests too', () => {
    const { remarks } = assess(run(), [], SURE)

    expect(remarks).toContainEqual({
      metric: 'p50',
      text: 'includes 12 failed requests, which this record does not tell apart',
    })
    expect(
      assess(run(), [], { ...SURE, failures: 'include' }).remarks.filter(({ metric }) => metric === 'p50'),
    ).toEqual([])
  })

  test('that does not say how many requests it is of shows nothing, and has no error rate', () => {
    const { requests: _, failures: __, ...uncounted } = printed
    const { measurements, missing } = assess(
      runOf(points, (sink) => sink.printed(undefined, uncounted)),
      [{ metric: 'p90' }],
      SURE,
    )

    expect(measurements.find(({ metric }) => metric === 'p90')?.unboundedAbove).toBe(
      'the record does not say of how many requests it is',
    )
    expect(missing.map(({ metric }) => metric)).toEqual(expect.arrayContaining(['error_rate', 'errors', 'requests']))
  })

  test('a metric that is not in the record has a reason in place of a value', () => {
    const { missing } = assess(run(), [], SURE)

    expect(missing).toContainEqual({ metric: 'avg', why: 'the record does not hold it' })
    expect(missing).toContainEqual({ metric: 'users', why: 'the record does not say how many users were active' })
  })
})

describe('what is measured', () => {
  test('a glob measures every label that it covers, each once', () => {
    const run = runOf(samples, (sink) => {
      for (const name of ['/a/1', '/a/2', '/b']) sink.sample(sink.label(name, 'GET'), START, 10, false)
    })
    const { measurements } = assess(run, [
      { metric: 'p95', scope: 'GET /a/*' },
      { metric: 'p95', scope: 'GET /a/1' },
      { metric: 'requests', scope: '**' },
    ])

    expect(measurements.filter(({ scope }) => scope !== undefined).map(({ metric, scope }) => [metric, scope])).toEqual(
      [
        ['p95', 'GET /a/1'],
        ['p95', 'GET /a/2'],
        ['requests', 'GET /a/1'],
        ['requests', 'GET /a/2'],
        ['requests', 'GET /b'],
      ],
    )
  })

  test('users, duration and dropped are of the whole', () => {
    const { missing } = assess(
      runOf(samples, (sink) => sink.sample(sink.label('/a'), START, 1, false)),
      [{ metric: 'users', scope: '/a' }],
    )

    expect(missing).toContainEqual({ metric: 'users', scope: '/a', why: 'users is of the whole run only' })
  })

  test('trap 6: a run of nothing measures no share and no latency', () => {
    const { measurements } = assess(
      runOf(samples, () => undefined),
      [],
      SURE,
    )

    expect(measurements.map(({ metric }) => metric)).toEqual(['errors', 'requests'])
  })
})
