import { sniffFormat } from '@hardgate/load'
import { expect, test } from '@jest/globals'
import { locustHtml } from '../../../packages/load/src/locust-html.ts'
import { utcMs } from '../../../packages/load/src/locust-time.ts'
import { outcomeOf, problemOf } from './reader-outcome.ts'
import { only, runOf, told } from './told.ts'

interface Statistics {
  readonly name: string
  readonly method: string | null
  readonly [key: string]: string | number | null
}

const NUMBERS = {
  num_requests: 40,
  num_failures: 1,
  avg_response_time: 101.25,
  min_response_time: 12,
  max_response_time: 508,
  current_rps: 0,
  median_response_time: 100,
  'response_time_percentile_0.95': 490,
  'response_time_percentile_0.57': 100,
  'response_time_percentile_0.999': 510,
}
const TIMES = { '0.5': 100, '0.6': 110, '0.95': 490, '0.99': 500, '1.0': 510 }
const TOTAL: Statistics = { name: 'Aggregated', method: '', num_requests: 80, num_failures: 2 }

/** As Locust does, with sorted keys and `<`, `>`, `&` and `'` as escapes. */
function page(rows: readonly Statistics[], more: object = {}, before = ''): string {
  const args = {
    end_time: '2026-03-01T12:02:00Z',
    exceptions_statistics: [{ count: 2, msg: 'boom', nodes: 'local', traceback: '' }],
    failures_statistics: [{ method: 'GET', name: '/a', error: '<503>', occurrences: 1 }],
    history: [
      { time: '2026-03-01T12:00:05Z', user_count: ['2026-03-01T12:00:05Z', 50] },
      { time: '2026-03-01T12:00:10Z', user_count: 20 },
    ],
    requests_statistics: rows.map((row) => ({ ...NUMBERS, ...row })),
    response_time_statistics: rows.map(({ name, method }) => ({ name, method: method ?? '', ...TIMES })),
    start_time: '2026-03-01T12:00:00Z',
    ...more,
  }
  const json = JSON.stringify(args).replace(/[<>&']/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
  return `<!DOCTYPE html>\n<html><head><title>Locust</title>${before}</head><body>
    <script>
      window.templateArgs = ${json}
      window.theme = "light"
    </script><script>window.templateArgs = {}</script></body></html>`
}

const ROWS: readonly Statistics[] = [{ name: '/a', method: 'GET' }, { name: '/b "}}}', method: 'POST' }, TOTAL]

test('the object of the page is read: rows, percentiles of both lists, errors, users and times', () => {
  const calls = told(locustHtml, page(ROWS))

  expect(only(calls, 'printed').map(([, label]) => label)).toEqual(['GET /a', 'POST /b "}}}', undefined])
  expect(only(calls, 'printed')[2]?.[2]).toEqual({
    requests: 80,
    failures: 2,
    includesFailures: true,
    averageMs: 101.25,
    minMs: 12,
    maxMs: 508,
    within: { minMs: [11.5, 12.5], maxMs: [507.5, 508.5] },
    percentiles: [
      { percentile: 50, valueMs: 100, lowMs: 99.5, highMs: 105 },
      { percentile: 57, valueMs: 100, lowMs: 99.5, highMs: 105 },
      { percentile: 60, valueMs: 110, lowMs: 105.00000000000001, highMs: 114.99999999999999 },
      { percentile: 95, valueMs: 490, lowMs: 485.00000000000006, highMs: 494.99999999999994 },
      { percentile: 99, valueMs: 500, lowMs: 495, highMs: 505 },
      { percentile: 99.9, valueMs: 510, lowMs: 505.00000000000006, highMs: 514.9999999999999 },
      { percentile: 100, valueMs: 510, lowMs: 505.00000000000006, highMs: 514.9999999999999 },
    ],
  })
  expect(only(calls, 'error', 'users', 'facts', 'partial')).toEqual([
    ['error', 'boom', 2, undefined],
    ['error', '<503>', 1, 'GET /a'],
    ['facts', { tool: 'locust', isClosedLoop: true, startMs: 1_772_366_400_000, endMs: 1_772_366_520_000 }],
    ['users', 1_772_366_405_000, 50],
    ['users', 1_772_366_410_000, 20],
  ])
})

test('every size of chunk tells the same, also where a script reads the name before', () => {
  const text = page(ROWS, {}, '<script>x=window.templateArgs?window.templateArgs  : window.templateArgs == {}</script>')
  const whole = told(locustHtml, text)

  expect(only(whole, 'printed')).toHaveLength(3)
  for (let chunk = 1; chunk < 90; chunk += 1) expect([chunk, told(locustHtml, text, chunk)]).toEqual([chunk, whole])
})

test('names that an old version escaped for HTML are the names of the endpoints', () => {
  const rows = [{ name: '/a?b=1&amp;c=&#x27;&lt;&quot;', method: 'GET' }, TOTAL]

  expect([...runOf(locustHtml, page(rows)).groups.keys()]).toEqual([`GET /a?b=1&c='<"`])
})

test.each(['Aggregated', 'Total', '__proto__', 'constructor', ''])(
  'trap 20: an endpoint called "%s" stays one',
  (name) => {
    const run = runOf(locustHtml, page([{ name, method: null, num_requests: 7 }, TOTAL]))

    expect([...run.groups]).toMatchObject([[name, { requests: 7 }]])
    expect(run.total.requests).toBe(80)
  },
)

test('trap 2: the p95 of a page is as rounded as its histogram', () => {
  const run = runOf(locustHtml, page([{ ...TOTAL, num_requests: 1000 }]))

  expect(outcomeOf(run, 'p95 < 500ms')).toBe('pass')
  expect(outcomeOf(run, 'p99 < 500ms')).toBe('inconclusive')
  expect(outcomeOf(run, 'p99.9 < 500ms')).toBe('fail')
})

test('trap 6: no rows, a total of 0, and a page of something else are no data', () => {
  expect(problemOf(locustHtml, page([]))).toContain('no-samples: its window.templateArgs has no requests_statistics')
  expect(problemOf(locustHtml, page([{ ...TOTAL, num_requests: 0 }]))).toContain('no-samples: its row of all requests')
  expect(problemOf(locustHtml, '<!doctype html><title>502 Bad Gateway</title>')).toBe(
    'unreadable-report: no script in it sets window.templateArgs to an object',
  )
  expect(locustHtml.sniff(Buffer.from('<!doctype html><title>502 Bad Gateway</title>'))).toBe(0)
})

test.each([
  [{ num_requests: '40' }, 'none'],
  [{ num_requests: 'x' }, 'requests_statistics, entry 2: "num_requests" is "x": expected a whole number'],
  [{ num_failures: -1 }, 'entry 2: "num_failures" is -1'],
  [{ max_response_time: -1 }, 'entry 2: "max_response_time" is -1: expected milliseconds of 0 or more'],
  [{ 'response_time_percentile_0.95': null }, 'entry 2: "response_time_percentile_0.95" is null'],
])('trap 6: %j', (more, message) => {
  expect(
    problemOf(locustHtml, page([{ name: '/a', method: 'GET' }, { name: '/b', method: 'GET', ...more }, TOTAL])),
  ).toContain(message)
})

test('trap 6: a page that was cut is partial, and its last complete row is no total', () => {
  const text = page(ROWS)
  const run = runOf(locustHtml, text.slice(0, text.indexOf('"Aggregated"')))

  expect(run.partial).toBeDefined()
  expect([...run.groups.keys()]).toEqual(['GET /a', 'POST /b "}}}'])
})

test('the page is known by its object, or by its title where a long script comes before', () => {
  expect(sniffFormat(Buffer.from(page(ROWS)))).toMatchObject({ reader: { format: 'locust-html' } })
  const long = page(ROWS, {}, `<script>${'x'.repeat(70_000)}</script>`)
  expect(sniffFormat(Buffer.from(long).subarray(0, 65_536))).toMatchObject({ reader: { format: 'locust-html' } })
})

test('times are UTC; a time of day alone is the first one from the start on', () => {
  const start = Date.UTC(2026, 1, 28, 23, 59, 50)

  expect(utcMs('2026-02-28T23:59:50Z')).toBe(start)
  expect(utcMs('2026-02-28 23:59:50')).toBe(start)
  expect(utcMs('23:59:55', start)).toBe(start + 5000)
  expect(utcMs('00:00:05', start)).toBe(start + 15_000)
  expect(utcMs('00:00:05')).toBeNaN()
  expect(utcMs('soon', start)).toBeNaN()
})
