import { LoadProblem, sniffFormat } from '@hardgate/load'
import { ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { jmeterStatistics } from '../../../packages/load/src/jmeter-statistics.ts'
import { only, runOf, told } from './told.ts'

const entry = (sampleCount: number, rest: Readonly<Record<string, unknown>> = {}) => ({
  transaction: 'x',
  sampleCount,
  errorCount: 0,
  errorPct: 0,
  meanResTime: 210.25,
  medianResTime: 200,
  minResTime: 100,
  maxResTime: 900,
  pct1ResTime: 300,
  pct2ResTime: 420.5,
  pct3ResTime: 800,
  throughput: 12.5,
  receivedKBytesPerSec: 1,
  sentKBytesPerSec: 1,
  ...rest,
})

function problem(report: unknown): string {
  try {
    told(jmeterStatistics, typeof report === 'string' ? report : JSON.stringify(report))
  } catch (error) {
    if (error instanceof LoadProblem || error instanceof ScanError) return error.message
    throw error
  }
  return 'none'
}

test('trap 11: up to 20 000 samples the percentiles are measured as printed', () => {
  const run = runOf(
    jmeterStatistics,
    JSON.stringify({ a: entry(9000), Total: entry(20_000, { errorCount: 7 }), b: entry(11_000) }),
  )

  expect([run.total.requests, run.total.failures, run.requestsPerSecond]).toEqual([20_000, 7, 12.5])
  expect(run.total.printed).toEqual({
    requests: 20_000,
    failures: 7,
    percentiles: [
      { percentile: 50, valueMs: 200, lowMs: 200, highMs: 200 },
      { percentile: 90, valueMs: 300, lowMs: 300, highMs: 300 },
      { percentile: 95, valueMs: 420.5, lowMs: 420, highMs: 421 },
      { percentile: 99, valueMs: 800, lowMs: 800, highMs: 800 },
    ],
    minMs: 100,
    maxMs: 900,
    averageMs: 210.25,
    includesFailures: true,
  })
  expect([...run.groups.keys()]).toEqual(['a', 'b'])
  expect(run.notes).toHaveLength(2)
  expect(run.notes[1]).toMatch('JMeter interpolates its percentiles between two samples')
})

test('trap 11: above 20 000 samples the percentiles are of the last 20 000 only, so none is usable', () => {
  const run = runOf(jmeterStatistics, JSON.stringify({ a: entry(20_001), b: entry(10_000), Total: entry(30_001) }))

  expect(run.total.printed?.percentilesUnusable).toBe(
    "JMeter's dashboard takes percentiles of the last 20000 samples only, and there are 30001: give the JTL instead",
  )
  expect(run.groups.get('a')?.printed?.percentilesUnusable).toMatch('there are 20001')
  expect(run.groups.get('b')?.printed?.percentilesUnusable).toBeUndefined()
})

test('trap 11: the total is known where its name is in another language', () => {
  const run = runOf(
    jmeterStatistics,
    JSON.stringify({ b: entry(60), Gesamt: entry(100), a: entry(40, { minResTime: 120 }) }),
  )

  expect([run.total.requests, ...run.groups.keys()]).toEqual([100, 'b', 'a'])
})

test('trap 20: a label that is called Total, __proto__ or constructor stays a label', () => {
  const report = `{"Gesamt": ${JSON.stringify(entry(100))}, "Total": ${JSON.stringify(entry(40))}, "__proto__": ${JSON.stringify(entry(50))}, "constructor": ${JSON.stringify(entry(10))}}`

  const run = runOf(jmeterStatistics, report)

  expect([run.total.requests, ...run.groups.keys()]).toEqual([100, 'Total', '__proto__', 'constructor'])
})

test('trap 10: transactions among the labels are not in the total', () => {
  const run = runOf(jmeterStatistics, JSON.stringify({ a: entry(60), b: entry(40), buy: entry(50), Total: entry(100) }))

  expect(run.total.requests).toBe(100)
  expect(run.notes).toContain('some of its labels are transactions: the labels have more requests than the total')
})

test('the total of a single label is told from it by its name alone, and where the numbers differ not at all', () => {
  expect(runOf(jmeterStatistics, JSON.stringify({ a: entry(5), Total: entry(5) })).groups.has('a')).toBe(true)
  expect(runOf(jmeterStatistics, JSON.stringify({ Gesamt: entry(5), a: entry(5) })).total.requests).toBe(5)
  expect(problem({ Gesamt: entry(5), a: entry(5), buy: entry(5, { meanResTime: 999 }) })).toMatch(
    'known to be the total',
  )
})

test('entries without a total are refused, so that the largest label is not judged as the whole', () => {
  expect(problem({ a: entry(500), b: entry(200) })).toBe(
    'none of its entries is known to be the total, such as "a": give the JTL instead',
  )
  expect(problem({ a: entry(500), b: entry(300), c: entry(300, { minResTime: 5 }) })).toMatch('known to be the total')
})

test('trap 6: numbers that cannot be, no entry, a list and a cut document are never a run', () => {
  expect(problem({ Total: entry(5, { pct2ResTime: 'NaN' }) })).toBe(
    '"Total": pct2ResTime is "NaN": expected milliseconds of 0 or more',
  )
  expect(problem({ Total: entry(5, { pct2ResTime: -1 }) })).toMatch('pct2ResTime is -1')
  expect(problem({ Total: entry(5, { errorCount: 6 }) })).toMatch(
    'errorCount is 6: expected at most sampleCount, which is 5',
  )
  expect(problem({ Total: 5 })).toMatch('"Total" is 5: expected an object')
  expect(problem('{"Total": {"sampleCount": NaN')).not.toBe('none')
  expect(problem({})).toBe('it has no entry at all')
  expect(problem([])).toBe('it has no entry at all')
  expect(runOf(jmeterStatistics, JSON.stringify({ Total: entry(0) })).total.requests).toBe(0)
  const whole = JSON.stringify({ a: entry(5), Total: entry(5) })
  for (let length = 1; length < whole.length; length += 1) {
    const calls = told(jmeterStatistics, whole.slice(0, length))
    expect([length, only(calls, 'partial').length, only(calls, 'printed').length]).toEqual([length, 1, 0])
  }
})

test('the file is known by its keys', () => {
  expect(sniffFormat(Buffer.from(JSON.stringify({ Total: entry(5) }, undefined, 2)))).toMatchObject({
    reader: { format: 'jmeter-statistics' },
  })
  expect(jmeterStatistics.sniff(Buffer.from('{"sampleCount": 1}'))).toBeLessThan(0.5)
})
