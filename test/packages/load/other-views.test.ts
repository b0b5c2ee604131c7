import { join } from 'node:path'
import { assess, type Run, readRuns } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'

// Reports of the real tools, a quarter of whose requests were answered with 500.
const fixtures = join(import.meta.dirname, '../../fixtures/load')

function read(...paths: readonly string[]): Promise<Run> {
  return readRuns(paths.map((path) => ({ file: join(fixtures, path), path })))
}

function value(run: Run, metric: string): number | undefined {
  const { measurements } = assess(run, [{ metric }], { confidence: '95' })
  return measurements.find((one) => one.metric === metric)?.value
}

describe('two views of one run complete each other', () => {
  test('trap 15: the CSV of hey knows each answer, its text the failures', async () => {
    const alone = await read('hey/reports/failing.csv')
    const both = await read('hey/reports/failing.csv', 'hey/reports/failing.txt')

    expect([value(alone, 'error_rate'), value(both, 'error_rate')]).toEqual([undefined, 25])
    expect([both.format, value(both, 'p95')]).toEqual(['hey-csv', value(alone, 'p95')])
    expect(both.notes).toContain(
      'hey/reports/failing.csv does not hold the failures; they are taken from hey/reports/failing.txt',
    )
  })

  test('ab -e knows every percent, the text how many requests and failures', async () => {
    const alone = await read('ab/reports/failing-percentiles.csv')
    const both = await read('ab/reports/failing.txt', 'ab/reports/failing-percentiles.csv')

    expect([value(alone, 'requests'), value(alone, 'error_rate')]).toEqual([undefined, undefined])
    const text = await read('ab/reports/failing.txt')
    expect([both.format, value(both, 'requests'), value(both, 'error_rate')]).toEqual(['ab-percentiles', 300, 25])
    // the text rounds to whole milliseconds
    expect(Math.round(value(both, 'p95') ?? 0)).toBe(value(text, 'p95'))
    expect(text.durationMs).toBeGreaterThan(0)
    expect([both.durationMs, both.mostUsers]).toEqual([text.durationMs, text.mostUsers])
  })

  test('ab -g knows every request, the text the failures among them, so the successes have bounds', async () => {
    const run = await read('ab/reports/failing-requests.tsv', 'ab/reports/failing.txt')

    expect([run.format, value(run, 'error_rate')]).toEqual(['ab-gnuplot', 25])
    const { measurements } = assess(run, [{ metric: 'p95' }])
    const p95 = measurements.find(({ metric }) => metric === 'p95')
    // rank 214 of the 225 successes is between 214 and 289 of all 300
    expect(p95?.low).toBeLessThan(p95?.high ?? 0)
  })

  test('the log of h2load knows each answer, its text those that never came', async () => {
    const alone = await read('h2load/reports/failing.tsv')
    const both = await read('h2load/reports/failing.tsv', 'h2load/reports/failing.txt')

    expect([value(alone, 'error_rate'), value(both, 'error_rate')]).toEqual([undefined, 25])
    expect([alone.mostUsers, typeof both.mostUsers]).toEqual([undefined, 'number'])
  })
})
