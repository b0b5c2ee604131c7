import { afterEach, describe, expect, test } from '@jest/globals'
import { DOCUMENTS } from './documents.ts'
import { evenly, oneToHundred, type Request, requestLog } from './reports.ts'
import { gate, removeTemporary } from './world.ts'

afterEach(removeTemporary)

const ENDPOINTS: readonly Request[] = [
  ...evenly(1200, 120, oneToHundred, { name: 'http://shop.example/api/v1/health' }),
  ...evenly(1200, 120, (index) => 200 + oneToHundred(index), {
    name: 'http://shop.example/api/v1/orders',
    method: 'POST',
  }),
]
const files = { 'report.csv': requestLog(ENDPOINTS) }
const linesOf = (checks: readonly { threshold: string; scope?: string; outcome: string }[]): string[] =>
  checks.map(({ scope, outcome }) => `${scope ?? 'all'} ${outcome}`)

describe('a scope', () => {
  test('names a label without the host that all share', async () => {
    const { report } = await gate(files, { thresholds: 'POST /api/v1/orders: p95 < 250ms' })

    expect(linesOf(report.verdict.checks)[0]).toBe('POST /api/v1/orders fail')
  })

  test('may name the host all the same', async () => {
    const { report } = await gate(files, { thresholds: 'POST http://shop.example/api/v1/orders: p95 < 250ms' })

    expect(linesOf(report.verdict.checks)[0]).toBe('POST /api/v1/orders fail')
  })

  test('with ** judges each label that it covers, and none else', async () => {
    const { report, reasons } = await gate(files, { thresholds: '**/api/v1/*: p95 < 250ms', 'p95-under': 'off' })

    expect(linesOf(report.verdict.checks)).toEqual(['GET /api/v1/health pass', 'POST /api/v1/orders fail', 'all pass'])
    expect(reasons).toHaveLength(1)
  })

  test('two thresholds on one label and metric both count', async () => {
    const thresholds = 'GET /api/v1/health: p95 < 200ms\nGET /api/v1/health: p95 < 50ms'

    const { outcome, outputs } = await gate(files, { thresholds })

    expect(outcome).toBe('fail')
    expect(JSON.parse(outputs['failed-thresholds'] ?? '')).toEqual(['GET /api/v1/health: p95 < 50ms'])
  })

  test('has no length of the run and no users of its own', async () => {
    const { outcome, reasons } = await gate(files, { thresholds: 'GET /api/v1/health: duration >= 1m' })

    expect(outcome).toBe('no-data')
    expect(reasons[0]).toContain('is of the whole run only')
  })
})

describe('exclude', () => {
  test('takes labels out of every number', async () => {
    const { outputs, report, summary } = await gate(files, { exclude: 'POST **' })

    expect(outputs).toMatchObject({ requests: '1200', p95: '95' })
    expect(report.verdict.measurements.filter(({ scope }) => scope?.startsWith('POST'))).toEqual([])
    expect(summary).toContain('not measured: POST')
  })

  test('of everything leaves no data', async () => {
    expect((await gate(files, { exclude: '**' })).outcome).toBe('no-data')
  })
})

describe('p95.sustained', () => {
  // 30 s of 120 are slow: 2 400 requests, 600 of them at 400 ms
  const worse = requestLog(evenly(2400, 120, (index) => (index >= 1200 && index < 1800 ? 400 : 50)))
  const p50 = { 'p95-under': 'off', confidence: 'off', thresholds: 'p50 < 100ms\np50.sustained < 100ms' }

  test('is the worst window, which the whole run hides', async () => {
    const { report } = await gate({ 'report.csv': worse }, p50)

    expect(report.verdict.checks.map(({ metric, outcome }) => `${metric} ${outcome}`).slice(0, 2)).toEqual([
      'p50 pass',
      'p50.sustained fail',
    ])
  })

  test('is hidden by a window of the whole run', async () => {
    expect((await gate({ 'report.csv': worse }, { ...p50, window: '2m' })).outcome).toBe('pass')
  })

  test('of a record without times is no data', async () => {
    const { outcome, reasons } = await gate(
      { 'report.json': DOCUMENTS['locust-json'] },
      { 'p95-under': 'off', 'max-error-rate': 'off', thresholds: 'p50.sustained < 100ms' },
    )

    expect(outcome).toBe('no-data')
    expect(reasons[0]).toContain('the record has no time of each request')
  })
})

test('limits on counts, rates and lengths are exact', async () => {
  const given = (thresholds: string) => gate(files, { thresholds }).then(({ outcome }) => outcome)

  expect(await given('requests >= 2400')).toBe('pass')
  expect(await given('requests >= 2401')).toBe('fail')
  expect(await given('errors == 0')).toBe('pass')
  expect(await given('duration >= 2m')).toBe('pass')
  expect(await given('duration < 2m')).toBe('fail')
  expect(await given('rps > 25')).toBe('fail')
})

test('a JTL without a header is read where its format is named', async () => {
  const rows = String(DOCUMENTS['jmeter-csv']).split('\n').slice(1).join('\n')
  const given = { 'p95-under': 'off' }

  expect((await gate({ 'report.jtl': rows }, given)).outcome).toBe('no-data')
  const { outcome, outputs } = await gate({ 'report.jtl': rows }, { ...given, format: 'jmeter-csv' })
  expect([outcome, outputs['requests'], outputs['users']]).toEqual(['fail', '120', '10'])
})
