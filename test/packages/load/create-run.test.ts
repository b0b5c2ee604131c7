import { createRun, type PrintedGroup, type Run, type RunBuilder, type RunOptions } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'

const START = Date.UTC(2026, 2, 1, 12)

const samples = { format: 'jmeter-csv', fidelity: 'samples' } as const
const buckets = { format: 'locust-json', fidelity: 'buckets' } as const
const points = { format: 'locust-stats', fidelity: 'points' } as const

function runOf(reader: Parameters<typeof createRun>[0], tell: (sink: RunBuilder) => void, options?: RunOptions): Run {
  const sink = createRun(reader, options)
  tell(sink)
  return sink.finish()
}

const printed = (requests: number, p95: number): PrintedGroup => ({
  requests,
  failures: 0,
  percentiles: [{ percentile: 95, valueMs: p95, lowMs: p95 - 5, highMs: p95 + 5 }],
  includesFailures: true,
})

describe('labels', () => {
  test('the same name with another method is another endpoint', () => {
    const run = runOf(samples, (sink) => {
      sink.sample(sink.label('/m', 'GET'), START, 10, false)
      sink.sample(sink.label('/m', 'POST'), START, 20, false)
      sink.sample(sink.label('/m', 'GET'), START, 30, false)
    })

    expect([...run.groups].map(([label, { requests }]) => [label, requests])).toEqual([
      ['GET /m', 2],
      ['POST /m', 1],
    ])
  })

  test('scheme and host are dropped where all URLs share them', () => {
    const run = runOf(samples, (sink) => {
      for (const name of [
        'http://API.local:8000/v1/health',
        'http://api.local:8000',
        'http://api.local:8000?q=1',
        'login',
      ])
        sink.sample(sink.label(name, 'GET'), START, 1, false)
    })

    expect([...run.groups.keys()]).toEqual(['GET /v1/health', 'GET /', 'GET /?q=1', 'GET login'])
  })

  test('and stay where there are two hosts, or two endpoints would become one', () => {
    const two = runOf(samples, (sink) => {
      for (const name of ['http://a/x', 'https://a/x']) sink.sample(sink.label(name), START, 1, false)
    })
    const same = runOf(samples, (sink) => {
      for (const name of ['http://a/x', '/x']) sink.sample(sink.label(name), START, 1, false)
    })

    expect([...two.groups.keys()]).toEqual(['http://a/x', 'https://a/x'])
    expect([...same.groups.keys()]).toEqual(['http://a/x', '/x'])
  })

  test('trap 20: endpoints named Aggregated, Total, __proto__, constructor or nothing are endpoints', () => {
    const names = ['Aggregated', 'Total', '__proto__', 'constructor', 'toString', '']
    const run = runOf(samples, (sink) => {
      for (const name of names) sink.sample(sink.label(name), START, 7, false)
    })

    expect([...run.groups.keys()]).toEqual(names)
    expect(run.total.requests).toBe(6)
    expect(names.map((name) => run.groups.get(name)?.requests)).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('10 000 are read, one more is an error that names the first', () => {
    const sink = createRun(samples)
    for (let i = 0; i < 10_000; i += 1) sink.label(`/user/${i}`)

    expect(() => sink.label('/user/10000')).toThrow(
      'it has more than 10000 labels, such as "/user/0", "/user/1", "/user/2"',
    )
    expect(sink.label('/user/9999')).toBe(9999)
  })

  test('labels that are excluded are in no number, and their requests still belong to the time of the run', () => {
    const run = runOf(
      samples,
      (sink) => {
        sink.sample(sink.label('http://h/login', 'POST'), START, 9000, true)
        sink.sample(sink.label('http://h/a', 'GET'), START + 1000, 10, false)
        sink.sample(sink.label('http://h/a', 'GET'), START + 2000, 10, false)
      },
      { exclude: ['POST /login'] },
    )

    expect([...run.groups.keys()]).toEqual(['GET /a'])
    expect(run.total).toMatchObject({ requests: 2, failures: 0 })
    expect(run.total.all?.maxMs.value).toBe(10)
    expect(run.total.timeline?.bins.reduce((sum, { requests }) => sum + requests, 0)).toBe(2)
    expect(run.durationMs).toBe(9000)
  })

  test('what is excluded cannot be taken out of printed percentiles, so those of the whole are unusable', () => {
    const run = runOf(
      points,
      (sink) => {
        sink.printed(sink.label('/a'), printed(10, 100))
        sink.printed(sink.label('/b'), printed(20, 200))
        sink.printed(sink.label('/login'), printed(30, 900))
        sink.printed(undefined, printed(60, 800))
      },
      { exclude: ['/login'] },
    )

    expect(run.total.requests).toBe(30)
    expect(run.total.printed?.percentiles).toEqual([])
  })
})

describe('requests', () => {
  test('successes and failures have latencies apart, and the whole has both', () => {
    const { total } = runOf(samples, (sink) => {
      const label = sink.label('/a')
      for (const ms of [100, 200, 300]) sink.sample(label, START, ms, false)
      for (const ms of [2, 3]) sink.sample(label, START, ms, true)
    })

    expect([total.requests, total.failures]).toEqual([5, 2])
    expect([total.ok?.count, total.ok?.minMs.value]).toEqual([3, 100])
    expect([1, 2, 3, 4, 5].map((rank) => total.all?.at(rank).value)).toEqual([2, 3, 100, 200, 300])
  })

  test('the whole is the sum of its labels, as they are and in buckets', () => {
    const { total } = runOf(samples, (sink) => {
      const [a, b] = [sink.label('/a'), sink.label('/b')]
      for (let i = 0; i < 3000; i += 1) sink.sample(i % 2 === 0 ? a : b, START, 100.5 + i, false)
      sink.sample(b, START, 7.25, false)
    })

    expect(total.ok?.count).toBe(3001)
    expect(total.ok?.at(1).low).toBe(7.25)
    // of 7.25, 100.5, 101.5, …
    const middle = total.ok?.at(1501)
    expect(middle?.low).toBeLessThanOrEqual(1599.5)
    expect(middle?.high).toBeGreaterThanOrEqual(1599.5)
  })

  test('a request without an answer is a failure without a latency', () => {
    const { total } = runOf(samples, (sink) => {
      sink.sample(sink.label('/a'), START, 10, false)
      sink.withoutLatency(sink.label('/a'), 4, true)
    })

    expect([total.requests, total.failures, total.all?.count]).toEqual([5, 4, 1])
  })

  test('successes are not known where the record mixes failures into them', () => {
    const { total } = runOf({ format: 'ab-gnuplot', fidelity: 'samples' }, (sink) => {
      sink.facts({ tool: 'ab', mixesFailures: true })
      for (const ms of [10, 20, 30]) sink.sample(sink.label(''), START, ms, false)
      sink.counts(sink.label(''), 3, undefined)
    })

    expect([total.requests, total.failures, total.ok, total.all?.count]).toEqual([3, undefined, undefined, 3])
  })

  test('a log that holds no requests but a summary is as exact as that', () => {
    const run = runOf({ format: 'ghz', fidelity: 'samples' }, (sink) => sink.printed(undefined, printed(10, 100)))

    expect([run.fidelity, run.total.requests, run.total.failures]).toEqual(['points', 10, 0])
  })

  test('a transaction is shown and in no total', () => {
    const run = runOf(samples, (sink) => {
      sink.sample(sink.label('/a'), START, 10, false)
      sink.nested(sink.label('checkout'), START, 500, false)
      sink.nested(sink.label('/a'), START, 700, true)
    })

    expect(run.total.requests).toBe(1)
    expect(run.total.all?.maxMs.value).toBe(10)
    expect([...run.groups].map(([label, { isNested, requests }]) => [label, isNested, requests])).toEqual([
      ['/a', false, 1],
      ['checkout', true, 1],
      ['/a (transaction)', true, 1],
    ])
  })

  test('trap 3: the percentile of a histogram is of its own sum, whatever number of requests is told', () => {
    const { total } = runOf(buckets, (sink) => {
      const label = sink.label('/a', 'GET')
      sink.bucket(label, 100, 99.5, 105, 95)
      sink.bucket(label, 500, 495, 505, 5)
      sink.counts(label, 150, 0)
    })

    expect([total.requests, total.all?.count]).toEqual([150, 100])
    expect(total.all?.at(95)).toEqual({ value: 100, low: 99.5, high: 105 })
    expect(total.all?.at(96).value).toBe(500)
    expect(total.ok).toBeUndefined()
  })

  test('trap 19: of a label that is printed twice the counts add up, and the percentiles are gone', () => {
    const run = runOf(points, (sink) => {
      sink.printed(sink.label('/a', 'GET'), printed(10, 100))
      sink.printed(sink.label('/a', 'GET'), printed(20, 200))
      sink.printed(undefined, printed(30, 200))
    })
    const group = run.groups.get('GET /a')

    expect([group?.requests, group?.failures]).toEqual([30, 0])
    expect(group?.printed?.percentiles).toEqual([])
    expect(group?.printed?.percentilesUnusable).toBe('the label is printed twice, and percentiles do not add up')
    expect(run.total.printed?.percentiles).toHaveLength(1)
  })

  test.each([
    ['a negative number of requests', (sink: RunBuilder) => sink.counts(sink.label('a'), -1, 0)],
    ['half a request', (sink: RunBuilder) => sink.counts(sink.label('a'), 1.5, 0)],
    ['NaN failures', (sink: RunBuilder) => sink.counts(sink.label('a'), 1, Number.NaN)],
    ['an endless bucket', (sink: RunBuilder) => sink.bucket(sink.label('a'), 1, 0, Number.POSITIVE_INFINITY, 1)],
    ['a bucket upside down', (sink: RunBuilder) => sink.bucket(sink.label('a'), 1, 2, 1, 1)],
    ['a negative count', (sink: RunBuilder) => sink.bucket(sink.label('a'), 1, 1, 1, -1)],
  ])('trap 6: %s is refused', (_, tell) => {
    expect(() => tell(createRun(buckets))).toThrow(expect.objectContaining({ code: 'unreadable-report' }))
  })
})

describe('times', () => {
  test('the run goes from its first start to its last end, and its rate is over that time', () => {
    const run = runOf(samples, (sink) => {
      const label = sink.label('/a')
      // unsorted: the last row started first
      sink.sample(label, START + 4000, 1000, false)
      sink.sample(label, START + 2000, 100, false)
      sink.sample(label, START, 100, false)
    })

    expect([run.startMs, run.endMs, run.durationMs]).toEqual([START, START + 5000, 5000])
    expect(run.requestsPerSecond).toBe(0.6)
  })

  test('one request has no rate', () => {
    const run = runOf(samples, (sink) => sink.sample(sink.label('/a'), START, 100, false))

    expect(run.requestsPerSecond).toBeUndefined()
  })

  test('a few whole seconds are as good as none, many of them are times', () => {
    const timelineOf = (seconds: number) =>
      runOf({ format: 'ab-gnuplot', fidelity: 'samples' }, (sink) => {
        sink.facts({ tool: 'ab', clock: 'seconds' })
        for (let i = 0; i < seconds; i += 1) sink.sample(sink.label(''), START + i * 1000, 10, false)
      }).total.timeline

    expect(timelineOf(9)).toBeUndefined()
    expect(timelineOf(10)).toBeDefined()
  })

  test('trap 22: what started before the cut is not measured, in no list of the run', () => {
    const sink = createRun(samples, { cutBeforeMs: START + 1000 })
    const label = sink.label('/a')
    sink.sample(label, START + 999, 5000, false)
    sink.withoutLatency(label, 1, true, START + 999)
    sink.nested(sink.label('t'), START + 999, 5, false)
    sink.users(START + 10, 7)
    sink.sample(label, START + 1000, 20, false)
    sink.sample(label, START + 3000, 20, false)

    const run = sink.finish()

    expect(run.total).toMatchObject({ requests: 2, failures: 0 })
    expect(run.total.all?.maxMs.value).toBe(20)
    expect([run.startMs, run.durationMs]).toEqual([START + 1000, 2020])
    expect([...run.groups.keys()]).toEqual(['/a'])
    expect(sink.cut).toBe(2)
    // told once, and still so many after the cut
    expect(run.mostUsers).toBe(7)
  })

  test('users of parts add up, because they were active at the same time', () => {
    const sink = createRun(samples)
    sink.users(START, 3)
    sink.users(START + 1000, 5)
    sink.endPart()
    sink.users(START, 4)

    expect(sink.finish().mostUsers).toBe(9)
  })

  test('fewer users before the last tenth of the run are a signal, a ramp-down at its end is none', () => {
    const run = (fallMs: number): Run =>
      runOf(samples, (sink) => {
        for (let ms = 0; ms <= 100_000; ms += 1000) {
          sink.sample(sink.label('/a'), START + ms, 0, false)
          sink.users(START + ms, ms < fallMs ? 100 : 80)
        }
      })

    expect(run(60_000).signals).toEqual([
      { kind: 'users-fell', text: 'users fell from 100 to 80 at 1 min of the run', spoilsPass: false },
    ])
    expect(run(95_000).signals).toEqual([])
  })
})

describe('what is told beside the requests', () => {
  test('iterations that could not start spoil a pass, once', () => {
    const run = runOf({ format: 'k6-points', fidelity: 'samples' }, (sink) => {
      sink.dropped(3)
      sink.dropped(4)
    })

    expect(run.dropped).toBe(7)
    expect(run.signals).toEqual([
      {
        kind: 'dropped',
        text: '7 iterations could not be started: the load asked for was not produced',
        spoilsPass: true,
      },
    ])
  })

  test('errors are counted by message and label, the most frequent first, and hostile ones cost no memory', () => {
    const run = runOf(samples, (sink) => {
      const label = sink.label('/a')
      sink.error('503', 2, label)
      sink.error('timeout', 5)
      sink.error('503', 4, label)
      for (let i = 0; i < 5000; i += 1) sink.error(`id ${i}`, 1)
    })

    expect(run.errors[0]).toEqual({ message: 'other errors', count: 4002 })
    expect(run.errors.slice(1, 3)).toEqual([
      { message: '503', count: 6, label: '/a' },
      { message: 'timeout', count: 5 },
    ])
    expect(run.errors).toHaveLength(1001)
  })

  test('the first reason why a run is partial stays', () => {
    const run = runOf(samples, (sink) => {
      sink.partial('cut in line 7')
      sink.partial('cut in line 9')
    })

    expect(run.partial).toBe('cut in line 7')
  })
})
