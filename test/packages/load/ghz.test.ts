import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { ghz } from '../../../packages/load/src/ghz.ts'
import { only, percentileOf, runOf, told } from './told.ts'

type Values = Readonly<Record<string, unknown>>
const START = Date.UTC(2026, 10, 25, 12)

const detail = (more: Values = {}) => ({
  timestamp: '2026-11-25T12:00:00.250123456Z',
  latency: 51_234_567,
  error: '',
  status: 'OK',
  ...more,
})
const failed = { latency: 1_000_000, error: 'rpc error: code = Unavailable', status: 'Unavailable' }

// the order of keys of ghz 0.120
const DETAILS = [detail(), detail({ latency: 61_000_000 }), detail(failed)]

const json = (more: Values = {}) =>
  JSON.stringify({
    date: '2026-11-25T12:00:02Z',
    endReason: 'normal',
    options: { call: 'helloworld.Greeter.SayHello', host: 'localhost:50051', concurrency: 5, total: 3 },
    count: 3,
    total: 2_000_000_000,
    average: 56_000_000,
    fastest: 51_234_567,
    slowest: 61_000_000,
    rps: 1.5,
    errorDistribution: { 'rpc error: code = Unavailable': 1 },
    statusCodeDistribution: { OK: 2, Unavailable: 1 },
    latencyDistribution: [
      { percentage: 50, latency: 51_234_567 },
      { percentage: 95, latency: 61_000_000 },
    ],
    histogram: [{ mark: 0.05, count: 1, frequency: 0.5 }],
    details: DETAILS,
    ...more,
  })

test('trap 14: details are in nanoseconds; a status other than OK is a failure', () => {
  const calls = told(ghz, json())

  expect(only(calls, 'sample')).toEqual([
    ['sample', 'helloworld.Greeter.SayHello', START + 250, 51.234567, false],
    ['sample', 'helloworld.Greeter.SayHello', START + 250, 61, false],
    ['sample', 'helloworld.Greeter.SayHello', START + 250, 1, true],
  ])
  const run = runOf(ghz, json())
  expect([percentileOf(run, 95), run.total.requests, run.total.failures, run.mostUsers]).toEqual([61, 3, 1, 5])
  expect(run.signals).toEqual([])
  for (const chunk of [1, 2, 3, 7]) expect(told(ghz, json(), chunk)).toEqual(calls)
})

test('a status other than OK is a failure without an error too', () => {
  const details = [detail(), detail({ status: 'DeadlineExceeded' }), detail({ error: 'x' })]

  expect(runOf(ghz, json({ details })).total.failures).toBe(2)
})

test('trap 15: more requests than details are truncated, and all of them are counted', () => {
  const run = runOf(ghz, json({ count: 1_500_000, statusCodeDistribution: { OK: 1_499_000, Unavailable: 1000 } }))

  expect([run.total.requests, run.total.failures]).toEqual([1_500_000, 1000])
  expect(run.signals).toEqual([
    {
      kind: 'truncated-log',
      text: 'truncated: it holds 3 of 1500000 requests, and later ones are missing',
      spoilsPass: true,
    },
  ])
})

test.each([[undefined], [null], [[]]])('without details (%p) the printed percentiles are taken', (details) => {
  const run = runOf(ghz, json({ details }))

  expect(run.total.printed).toEqual({
    requests: 3,
    failures: 1,
    averageMs: 56,
    minMs: 51.234567,
    maxMs: 61,
    percentiles: [
      { percentile: 50, valueMs: 51.234567, lowMs: 51.234567, highMs: 51.234567 },
      { percentile: 95, valueMs: 61, lowMs: 61, highMs: 61 },
      { percentile: 100, valueMs: 61, lowMs: 61, highMs: 61 },
    ],
    includesFailures: true,
  })
})

describe('trap 6', () => {
  test.each(['-1', '"51"', 'null', '1e999', '[51]'])('%p is no latency', (latency) => {
    const text = json().replace('"latency":51234567,"error"', `"latency":${latency},"error"`)
    expect(() => told(ghz, text)).toThrow(LoadProblem)
    expect(() => told(ghz, text)).toThrow('"details": entry 1: "latency" is ')
  })

  test('a detail without its parts', () => {
    expect(() => told(ghz, json({ details: [detail({ status: undefined })] }))).toThrow(
      '"details": entry 1: "status" is missing',
    )
    expect(() => told(ghz, json({ details: [detail({ timestamp: 'now' })] }))).toThrow(
      '"details": entry 1: "timestamp" is "now"',
    )
    expect(() => told(ghz, json({ details: [7] }))).toThrow('"details": entry 1 is 7')
  })

  test('no requests, no count', () => {
    expect(() => told(ghz, json({ count: 0, details: [] }))).toThrow('"count" is 0')
    expect(() => told(ghz, json({ count: undefined }))).toThrow('it has no "count"')
  })

  test('cut off inside its details the whole ones are kept, and it is partial', () => {
    const whole = json()
    const calls = told(ghz, whole.slice(0, whole.indexOf('"latency":1000000')))

    expect(only(calls, 'sample')).toHaveLength(2)
    expect(only(calls, 'partial')).toHaveLength(1)
  })
})

test('it is known by its content', () => {
  expect(sniffFormat(Buffer.from(json()))).toEqual({ reader: ghz })
  expect(sniffFormat(Buffer.from(JSON.stringify(JSON.parse(json()), undefined, 2)))).toEqual({ reader: ghz })
})
