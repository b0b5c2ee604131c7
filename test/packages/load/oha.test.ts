import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { ohaCsv } from '../../../packages/load/src/oha-csv.ts'
import { ohaJson } from '../../../packages/load/src/oha-json.ts'
import { judged } from './judged.ts'
import { only, runOf, told } from './told.ts'

// the keys of oha 1.4 (src/printer.rs)
const document = (more: Readonly<Record<string, unknown>> = {}) => ({
  summary: {
    successRate: 1,
    total: 2.0140335,
    slowest: 0.0713,
    fastest: 0.0502,
    average: 0.0521,
    requestsPerSec: 99.3,
    totalData: 400,
    sizePerRequest: 2,
    sizePerSec: 199,
  },
  responseTimeHistogram: { '0.05': 1, '0.052': 199 },
  latencyPercentiles: {
    p10: 0.0505,
    p25: 0.0507,
    p50: 0.051,
    p75: 0.0515,
    p90: 0.0531,
    p95: 0.5001,
    p99: 0.65,
    'p99.9': 0.7,
    'p99.99': 0.71,
  },
  rps: { mean: 99, stddev: 1, max: 100, min: 98, percentiles: { p95: 100 } },
  details: {
    DNSDialup: { average: 0.1, fastest: 0.1, slowest: 0.1 },
    DNSLookup: { average: 0.1, fastest: 0.1, slowest: 0.1 },
  },
  statusCodeDistribution: { '200': 180, '302': 5, '500': 15 },
  errorDistribution: { 'connection refused': 10, 'aborted due to deadline': 50 },
  ...more,
})
const json = (more: Readonly<Record<string, unknown>> = {}) => JSON.stringify(document(more), undefined, 2)

describe('the JSON of oha', () => {
  test('trap 14: is in seconds, to the last digit', () => {
    const run = runOf(ohaJson, json())

    expect(run.total.printed?.percentiles.slice(-5)).toEqual([
      { percentile: 95, valueMs: 500.1, lowMs: 500.1, highMs: 500.1 },
      { percentile: 99, valueMs: 650, lowMs: 650, highMs: 650 },
      { percentile: 99.9, valueMs: 700, lowMs: 700, highMs: 700 },
      { percentile: 99.99, valueMs: 710, lowMs: 710, highMs: 710 },
      { percentile: 100, valueMs: 71.3, lowMs: 71.3, highMs: 71.3 },
    ])
    expect([run.durationMs, run.requestsPerSecond]).toEqual([2014.0335, 99.3])
  })

  test('trap 16: a 500 and an error are failures, whatever successRate says; what oha itself gave up is neither', () => {
    const run = runOf(ohaJson, json())

    expect([run.total.requests, run.total.failures, run.total.printed?.counted]).toEqual([210, 25, 200])
    expect(run.total.printed?.includesFailures).toBe(true)
    expect(judged(run, 'error_rate <= 1%')).toBe('fail')
    expect(run.notes).toEqual(["50 requests had no answer yet when oha's time was over: they are not counted"])
  })

  test('latency_ms is in milliseconds', () => {
    const { latencyPercentiles: _, ...rest } = document({ metrics: { latency_ms: { p50: 51, p95: 61.5, max: 71 } } })

    const run = runOf(ohaJson, JSON.stringify(rest))

    expect(run.total.printed?.percentiles[1]).toEqual({ percentile: 95, valueMs: 61.5, lowMs: 61.5, highMs: 61.5 })
  })

  test('trap 6: without a request nothing was measured, and a null is no latency', () => {
    const nothing = { statusCodeDistribution: {}, errorDistribution: {} }
    expect(() => told(ohaJson, json(nothing))).toThrow('no request of oha was answered or failed')

    const refused = json({
      summary: { total: 1, slowest: null, fastest: null, average: null },
      latencyPercentiles: { p95: null },
      statusCodeDistribution: {},
      errorDistribution: { refused: 7 },
    })
    const { total } = runOf(ohaJson, refused)
    expect([total.requests, total.failures, total.printed?.percentiles]).toEqual([7, 7, []])
  })

  test.each(['-0.1', '"0.05"', '1e999', 'true', '[0.05]'])('trap 6: %p is no time', (p95) => {
    const text = json().replace('0.5001', p95)
    expect(() => told(ohaJson, text)).toThrow(LoadProblem)
    expect(() => told(ohaJson, text)).toThrow('"latencyPercentiles": "p95" is ')
  })

  test('trap 6: a count that is none', () => {
    expect(() => told(ohaJson, json({ statusCodeDistribution: { '200': -1 } }))).toThrow(
      '"statusCodeDistribution": "200" is -1',
    )
    expect(() => told(ohaJson, json({ errorDistribution: { x: 1.5 } }))).toThrow('"errorDistribution": "x" is 1.5')
    expect(() => told(ohaJson, json({ statusCodeDistribution: [] }))).toThrow('"statusCodeDistribution" is a list')
  })

  test('trap 6: cut off it is partial, and counts no requests', () => {
    const whole = json()
    for (let end = 1; end < whole.length; end += 13) {
      const calls = told(ohaJson, whole.slice(0, end))

      expect(only(calls, 'partial')).toHaveLength(1)
      expect(only(calls, 'printed')[0]?.[2]).not.toHaveProperty('requests')
    }
  })

  test('trap 6: another document is none of oha', () => {
    expect(() => told(ohaJson, '{}')).toThrow('expected the JSON of oha')
    expect(() => told(ohaJson, '[]')).toThrow('it is a list: expected an object')
  })
})

const HEADER = 'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status\n'

describe('the CSV of oha', () => {
  test('trap 14: is in seconds, and has no row for an error', () => {
    const calls = told(ohaCsv, `${HEADER}0.000123,0,0,0.05,0.051234567,2,200\n1.5,0,0,0.05,0.5001,2,500\n`)

    expect(only(calls, 'sample', 'counts')).toEqual([
      ['sample', '', 0.123, 51.234567, false],
      ['sample', '', 1500, 500.1, true],
      ['counts', '', 2, undefined],
    ])
  })

  test.each(['NaN', '-1', 'inf', ''])('trap 6: %p is no duration', (duration) => {
    expect(() => told(ohaCsv, `${HEADER}0,0,0,0,${duration},2,200\n`)).toThrow(
      `record 2: "request-duration" is "${duration}"`,
    )
  })

  test('trap 6: a header alone, a last row without its end', () => {
    expect(() => told(ohaCsv, HEADER)).toThrow('it has a header and no rows')
    expect(only(told(ohaCsv, `${HEADER}0,0,0,0,0.1,2,200\n0,0,0,0,0.1,2,20`), 'sample', 'partial')).toEqual([
      ['sample', '', 0, 100, false],
      ['partial', 'record 3 has no line end'],
    ])
  })
})

test('they are known by their content', () => {
  expect(sniffFormat(Buffer.from(json()))).toEqual({ reader: ohaJson })
  expect(sniffFormat(Buffer.from(`${HEADER}0,0,0,0,0.1,2,200\n`))).toEqual({ reader: ohaCsv })
})
