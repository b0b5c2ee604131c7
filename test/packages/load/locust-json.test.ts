import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRuns, sniffFormat } from '@hardgate/load'
import { expect, test } from '@jest/globals'
import { locustJson } from '../../../packages/load/src/locust-json.ts'
import { outcomeOf, problemOf } from './reader-outcome.ts'
import { only, runOf, told } from './told.ts'

interface Entry {
  readonly name?: unknown
  readonly method?: unknown
  readonly num_requests?: unknown
  readonly num_none_requests?: unknown
  readonly num_failures?: unknown
  readonly response_times?: unknown
  readonly [key: string]: unknown
}

const ENTRY = {
  name: '/a',
  method: 'GET',
  last_request_timestamp: 1_795_377_121.5,
  start_time: 1_795_377_061.25,
  num_requests: 3,
  num_none_requests: 0,
  num_failures: 0,
  total_response_time: 1012,
  max_response_time: 508.4,
  min_response_time: 3.2,
  total_content_length: 6,
  response_times: { '510': 1, '500': 1, '3': 1 },
  num_reqs_per_sec: { '1795377061': 3 },
  num_fail_per_sec: {},
}

/** As Locust prints it. */
function report(...entries: readonly Entry[]): string {
  return JSON.stringify(
    entries.map((entry) => ({ ...ENTRY, ...entry })),
    null,
    4,
  )
}

function histogram(counts: Readonly<Record<string, number>>, more: Entry = {}): string {
  const requests = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return report({ response_times: counts, num_requests: requests, ...more })
}

test('a histogram is read with the edges of its keys, the times of the run and the exact extremes', () => {
  const text = report({ start_time: 1_795_377_060 }, { name: '/b', method: 'POST', num_failures: 2 })

  expect(told(locustJson, text)).toEqual([
    ['counts', 'GET /a', 3, 0],
    ['printed', 'GET /a', expect.objectContaining({ counted: 3, minMs: 3.2, maxMs: 508.4, percentiles: [] })],
    ['counts', 'POST /b', 3, 2],
    ['printed', 'POST /b', expect.anything()],
    ['facts', { tool: 'locust', isClosedLoop: true, startMs: 1_795_377_060_000, endMs: 1_795_377_121_500 }],
    ['bucket', 'GET /a', 3, 2.5000000000000004, 3.4999999999999996, 1],
    ['bucket', 'GET /a', 500, 495, 505, 1],
    ['bucket', 'GET /a', 510, 505.00000000000006, 514.9999999999999, 1],
    ['bucket', 'POST /b', 3, 2.5000000000000004, 3.4999999999999996, 1],
    ['bucket', 'POST /b', 500, 495, 505, 1],
    ['bucket', 'POST /b', 510, 505.00000000000006, 514.9999999999999, 1],
    ['printed', undefined, expect.objectContaining({ counted: 6, minMs: 3.2, maxMs: 508.4 })],
  ])
})

test('every size of chunk tells the same', () => {
  const text = report({ name: 'ä "b"' }, { name: '' })
  const whole = told(locustJson, text)

  for (let chunk = 1; chunk < 60; chunk += 1) expect([chunk, told(locustJson, text, chunk)]).toEqual([chunk, whole])
})

test.each([
  [490, 'p95 < 500ms', 'pass'],
  [500, 'p95 < 500ms', 'inconclusive'],
  [510, 'p95 < 500ms', 'fail'],
  [490, 'p95 < 495ms', 'pass'],
  [500, 'p95 < 495ms', 'fail'],
  [500, 'p95 <= 505ms', 'pass'],
  [510, 'p95 <= 505ms', 'fail'],
])('trap 2: the p95 in bucket %d and %s: %s', (key, line, outcome) => {
  expect(outcomeOf(runOf(locustJson, histogram({ [key]: 1000 })), line)).toBe(outcome)
})

test('trap 3: requests without a response time are in the count and not in the percentile', () => {
  const text = histogram({ '100': 90, '900': 10 }, { num_requests: 1100, num_none_requests: 1000 })
  const run = runOf(locustJson, text)

  expect(run.total.requests).toBe(1100)
  expect(run.total.all?.count).toBe(100)
  expect(outcomeOf(run, 'p95 >= 890ms')).toBe('pass')
  expect(run.notes).toEqual([])
})

test('trap 5: one failure in 50 000 requests passes on its numbers', () => {
  const run = runOf(locustJson, histogram({ '50': 49_999, '60': 1 }, { num_failures: 1 }))

  expect(run.total).toMatchObject({ requests: 50_000, failures: 1 })
  expect(outcomeOf(run, 'error_rate <= 1%')).toBe('pass')
  expect(outcomeOf(run, 'p95 < 500ms', { confidence: '95' })).toBe('pass')
})

test('a key that Locust never rounds to makes the edges of all labels unknown', () => {
  const buckets = only(told(locustJson, report({ response_times: { '3': 2, '497': 1 } }, { name: '/b' })), 'bucket')

  expect(buckets).toEqual([
    ['bucket', 'GET /a', 3, 3, 250, 2],
    ['bucket', 'GET /a', 497, 250, 508.4, 1],
    ['bucket', 'GET /b', 3, 3, 251.5, 1],
    ['bucket', 'GET /b', 500, 251.5, 505, 1],
    ['bucket', 'GET /b', 510, 505, 510, 1],
  ])
})

test('counts that do not add up are told', () => {
  const notes = only(told(locustJson, report({ num_requests: 9 })), 'note')

  expect(notes).toEqual([['note', '"/a" has 9 requests and 3 response times']])
})

test.each([
  ['[]', 'no-samples: it is an empty list: nothing was measured.'],
  [' [ ]\n', 'no-samples: it is an empty list'],
  ['{}', 'unreadable-report: it is an object: expected a list'],
  ['[3]', 'unreadable-report: entry 1 is 3: expected an object'],
  [report({ num_requests: 'many' }), 'unreadable-report: entry 1 ("/a"): "num_requests" is "many": expected a whole'],
  [report({ num_requests: -1 }), '"num_requests" is -1: expected a whole number of 0 or more'],
  [report({ num_requests: 1.5 }), '"num_requests" is 1.5: expected a whole number'],
  [report({}, { num_failures: undefined }), 'entry 2 ("/a"): "num_failures" is missing'],
  [report({ name: 7 }), 'entry 1: "name" is 7: expected a text'],
  [histogram({ '-5': 3 }), '"response_times" is "-5": expected milliseconds of 0 or more'],
  [histogram({ NaN: 3 }), '"response_times" is "NaN": expected milliseconds'],
  [histogram({ Infinity: 3 }), '"response_times" is "Infinity": expected milliseconds'],
  [report({ response_times: { '5': null } }), '"response_times": "5" is null: expected a whole number'],
  [report({ response_times: [] }), '"response_times" is a list: expected an object'],
  [report({ max_response_time: -2 }), '"max_response_time" is -2: expected milliseconds'],
])('trap 6: %s', (text, message) => {
  expect(problemOf(locustJson, text)).toContain(message)
})

test('trap 6: NaN is no JSON, and the place is told', () => {
  expect(() => told(locustJson, report().replace('[]', '[{"name":"/a","num_requests":NaN}]'))).toThrow(
    'expected a value here',
  )
})

test('trap 6: a file that was cut keeps its complete entries and is partial', () => {
  const text = report({}, { name: '/b' })
  const cut = text.slice(0, text.indexOf('/b') + 200)
  const calls = told(locustJson, cut)

  expect(only(calls, 'partial')).toHaveLength(1)
  expect(only(calls, 'counts')).toEqual([['counts', 'GET /a', 3, 0]])
})

test.each(['Aggregated', 'Total', '__proto__', 'constructor', ''])(
  'trap 20: an endpoint called "%s" stays one',
  (name) => {
    const run = runOf(locustJson, report({ name, method: '' }, { name: '/b', method: '' }))

    expect([...run.groups.keys()]).toEqual([name, '/b'])
    expect(run.total.requests).toBe(6)
  },
)

test('acceptance 10: two files of two workers give the percentiles of the whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'locust-json-'))
  try {
    const halves = [
      histogram({ '40': 300, '120': 80, '900': 2 }, { num_failures: 3, start_time: 100, last_request_timestamp: 160 }),
      histogram({ '40': 150, '120': 90, '510': 30 }, { num_failures: 1, start_time: 101, last_request_timestamp: 162 }),
    ]
    const whole = histogram(
      { '40': 450, '120': 170, '510': 30, '900': 2 },
      { num_failures: 4, start_time: 100, last_request_timestamp: 162 },
    )
    const files = [...halves, whole].map((text, i) => {
      const file = join(folder, `${i}.json`)
      writeFileSync(file, text)
      return { file, path: `${i}.json` }
    })
    const merged = await readRuns(files.slice(0, 2))
    const one = await readRuns(files.slice(2))

    expect(merged.total).toMatchObject({ requests: 652, failures: 4 })
    expect([merged.startMs, merged.endMs]).toEqual([one.startMs, one.endMs])
    for (let rank = 1; rank <= 652; rank += 1) {
      expect([rank, merged.total.all?.at(rank)]).toEqual([rank, one.total.all?.at(rank)])
    }
    // rank 620 of 652
    expect(merged.total.all?.at(620)).toEqual({ value: 120, low: 115, high: 125 })
    expect(merged.total.all?.at(621)).toMatchObject({ value: 510 })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the content tells the format', () => {
  expect(sniffFormat(Buffer.from(report({})))).toMatchObject({ reader: { format: 'locust-json' } })
  expect(sniffFormat(Buffer.from('[]\n'))).toMatchObject({ reader: { format: 'locust-json' } })
  expect(locustJson.sniff(Buffer.from('[{"name":"x"}]'))).toBeLessThan(0.5)
  expect(locustJson.sniff(Buffer.from('{"num_requests":1,"num_failures":1,"response_times":{}}'))).toBe(0)
})
