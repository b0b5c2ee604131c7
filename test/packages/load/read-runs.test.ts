import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { assess, LoadProblem, type ReadPlan, type ReportFile, type Run, readRuns } from '@hardgate/load'
import { afterAll, describe, expect, test } from '@jest/globals'

const START = Date.UTC(2026, 2, 1, 12)
const root = mkdtempSync(join(tmpdir(), 'read-runs-'))
afterAll(() => rmSync(root, { recursive: true }))

let folders = 0
function filesOf(contents: Readonly<Record<string, string | Uint8Array>>): ReportFile[] {
  folders += 1
  const folder = join(root, String(folders))
  mkdirSync(folder)
  return Object.entries(contents).map(([path, content]) => {
    writeFileSync(join(folder, path), content)
    return { file: join(folder, path), path }
  })
}

const real = (tool: string, ...names: readonly string[]): Record<string, Uint8Array> =>
  Object.fromEntries(
    names.map((name) => [name, readFileSync(join(import.meta.dirname, '../../fixtures/load', tool, 'reports', name))]),
  )

const read = (contents: Readonly<Record<string, string | Uint8Array>>, plan?: ReadPlan): Promise<Run> =>
  readRuns(filesOf(contents), plan)

async function problemOf(
  contents: Readonly<Record<string, string | Uint8Array>>,
  plan?: ReadPlan,
): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await read(contents, plan)
  } catch (error) {
    if (error instanceof LoadProblem) return { code: error.code, message: error.message }
    throw error
  }
  return { code: 'none', message: '' }
}

interface Row {
  readonly atMs: number
  readonly ms: number
  readonly isFailure?: boolean
  readonly label?: string
}

const jtl = (rows: readonly Row[]): string =>
  [
    'timeStamp,elapsed,label,success',
    ...rows.map(
      ({ atMs, ms, isFailure = false, label = 'home' }) => `${START + atMs},${ms},${label},${String(!isFailure)}`,
    ),
    '',
  ].join('\n')

const evenly = (count: number, fromMs: number, toMs: number, ms = 100): Row[] =>
  Array.from({ length: count }, (_, i) => ({ atMs: fromMs + Math.floor(((toMs - fromMs) * i) / count), ms }))

interface Entry {
  readonly name?: string
  readonly times: Readonly<Record<string, number>>
  readonly failures?: number
  readonly from?: number
  readonly to?: number
}

const locustJson = (...entries: readonly Entry[]): string =>
  JSON.stringify(
    entries.map(({ name = '/a', times, failures = 0, from = 0, to = 60 }) => ({
      name,
      method: 'GET',
      last_request_timestamp: START / 1000 + to,
      start_time: START / 1000 + from,
      num_requests: Object.values(times).reduce((sum, count) => sum + count, 0),
      num_none_requests: 0,
      num_failures: failures,
      total_response_time: 1,
      max_response_time: 1000,
      min_response_time: 1,
      total_content_length: 0,
      response_times: times,
      num_reqs_per_sec: {},
      num_fail_per_sec: {},
    })),
    undefined,
    4,
  )

const STATS_HEADER =
  'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
const locustStats = (requests: number): string =>
  [
    STATS_HEADER,
    `GET,/a,${requests},0,510.0,513.57,501.03,554.04,2.0,4.58,0.0,510,510,510,510,520,540,550,550,550,550,550`,
    `,Aggregated,${requests},0,510.0,513.57,501.03,554.04,2.0,4.58,0.0,510,510,510,510,520,540,550,550,550,550,550`,
    '',
  ].join('\r\n')

describe('one report', () => {
  test('is known by what it holds, whatever its name', async () => {
    const run = await read({ 'report.html': jtl(evenly(10, 0, 1000)) })

    expect([run.format, run.tool, run.fidelity, run.total.requests]).toEqual(['jmeter-csv', 'jmeter', 'samples', 10])
  })

  test('is named with its size and the hash of its bytes, packed or not', async () => {
    const text = jtl(evenly(10, 0, 1000))
    const packed = gzipSync(text)
    const run = await read({ 'a.jtl.gz': packed })

    expect(run.total.requests).toBe(10)
    expect(run.sources).toEqual([
      {
        path: 'a.jtl.gz',
        format: 'jmeter-csv',
        bytes: packed.length,
        sha256: createHash('sha256').update(packed).digest('hex'),
        use: 'measured',
      },
    ])
  })

  test('may be UTF-16, as PowerShell redirects it', async () => {
    const run = await read({ 'a.csv': Buffer.from(`\ufeff${locustStats(215)}`, 'utf16le') })

    expect([run.format, run.total.requests]).toEqual(['locust-stats', 215])
  })

  test('can be read as a format that is named', async () => {
    const rows = evenly(3, 0, 1000).map(
      ({ atMs, ms }) => `${START + atMs},${ms},home,200,OK,t,text,true,,1,1,1,1,u,1,0,1`,
    )
    const run = await read({ 'headless.jtl': `${rows.join('\n')}\n` }, { format: 'jmeter-csv' })

    expect(run.total.requests).toBe(3)
  })

  test('tells of each chunk that is read', async () => {
    const text = jtl(evenly(10, 0, 1000))
    const told: unknown[] = []
    await read({ 'a.jtl': text }, { onRead: (path, bytes) => told.push([path, bytes]) })

    expect(told).toEqual([['a.jtl', text.length]])
  })

  test('is not read on after the signal', async () => {
    const reason = new Error('cancelled')

    await expect(read({ 'a.jtl': jtl(evenly(10, 0, 1000)) }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
  })
})

describe('trap 6: what says nothing is a problem with one message', () => {
  const good = jtl(evenly(10, 0, 1000))

  test.each<[string, string | Uint8Array, string, string]>([
    ['0 bytes', '', 'empty-report', 'r is empty'],
    ['blanks alone', ' \n\t\n', 'empty-report', 'r is empty'],
    ['a header alone', 'timeStamp,elapsed,label,success\n', 'no-samples', 'r'],
    ['an empty array', '[]', 'no-samples', 'r'],
    [
      'an HTML error page',
      '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>',
      'unknown-format',
      'no known format begins with "<!DOCTYPE html>',
    ],
    ['a text', 'hello ::error::x\n', 'unknown-format', 'r: no known format begins with "hello'],
    ['a gzip file of nothing', gzipSync(''), 'empty-report', 'r is empty'],
    ['a gzip header alone', gzipSync(good).subarray(0, 10), 'empty-report', 'r'],
    [
      'a damaged gzip file',
      Buffer.concat([gzipSync(good).subarray(0, 30), Buffer.alloc(50, 0xff)]),
      'unreadable-report',
      'the gzip data is damaged',
    ],
    ['a latency of NaN', good.replace(',100,', ',NaN,'), 'unreadable-report', 'r'],
    ['an endless latency', good.replace(',100,', ',Infinity,'), 'unreadable-report', 'r'],
    ['a negative latency', good.replace(',100,', ',-100,'), 'unreadable-report', 'r'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x74, 0, 0, 0]), 'unreadable-report', 'UTF-32'],
    ['a truncated array', locustJson({ times: { 10: 5 } }).slice(0, -60), 'no-samples', 'r'],
  ])('%s', async (_, content, code, message) => {
    const problem = await problemOf({ r: content })

    expect(problem.code).toBe(code)
    expect(problem.message).toContain(message)
    expect(problem.message).not.toContain('\n')
  })

  test('a directory, and a file that is not there', async () => {
    const file = join(root, 'directory')
    mkdirSync(file)

    await expect(readRuns([{ file, path: 'results' }])).rejects.toMatchObject({
      code: 'unreadable-report',
      message: 'results is a directory, and no report',
    })
    await expect(readRuns([{ file: `${file}/x`, path: 'x.csv' }])).rejects.toMatchObject({ code: 'no-report' })
    await expect(readRuns([])).rejects.toMatchObject({ code: 'no-report' })
  })

  test('a gzip file that ends too early keeps its whole lines and is partial', async () => {
    // numbers that do not repeat, so that the cut falls where many rows are unpacked
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ atMs: i * 7, ms: 100 + ((i * 7919) % 900) }))
    const packed = gzipSync(jtl(rows))
    const run = await read({ 'a.jtl.gz': packed.subarray(0, packed.length - 5000) })

    expect(run.partial).toBe('a.jtl.gz: it is a gzip file that ends too early')
    expect(run.total.requests).toBeGreaterThan(1000)
    expect(run.total.requests).toBeLessThan(20_000)
    // a number that was cut would be below the least
    expect(run.total.all?.minMs.value).toBe(100)
  })

  test('a JSON that ends too early keeps its whole entries and is partial', async () => {
    const whole = locustJson({ name: '/a', times: { 100: 50 } }, { name: '/b', times: { 100: 70 } })
    const run = await read({ 'run.json': whole.slice(0, whole.length - 100) })

    expect(run.partial).toBeDefined()
    expect(run.total.requests).toBe(50)
  })
})

describe('views of one run', () => {
  test('trap 1: the fuller and rawer one is measured, and the difference is in the notes', async () => {
    const run = await read({ 'run_stats.csv': locustStats(215), 'run.json': locustJson({ times: { 510: 237 } }) })

    expect([run.format, run.total.requests]).toEqual(['locust-json', 237])
    expect(run.notes).toContain(
      'run_stats.csv has 215 requests, run.json 237. Locust does not write the CSV after its last interval. run.json was used',
    )
    expect(run.sources.map(({ path, use }) => [path, use])).toEqual([
      ['run.json', 'measured'],
      ['run_stats.csv', 'cross-check'],
    ])
  })

  test('that agree need no note', async () => {
    const run = await read({ 'run_stats.csv': locustStats(237), 'run.json': locustJson({ times: { 510: 237 } }) })

    expect(run.notes).toEqual([])
  })

  test('requests of the warm-up are missing in no view', async () => {
    const log = `timestamp,request_type,name,response_time_ms,response_length,status_code,exception\n${evenly(
      60,
      0,
      60_000,
    )
      .map(({ atMs, ms }) => `${(START + atMs) / 1000},GET,/a,${ms},1,200,\n`)
      .join('')}`
    const run = await read({ 'requests.csv': log, 'run_stats.csv': locustStats(60) }, { warmUpMs: 15_000 })

    expect([run.format, run.total.requests]).toEqual(['locust-requests', 45])
    expect(run.notes).toEqual([])
  })

  test('one that cannot be read takes nothing from the other', async () => {
    const run = await read({
      'run.json': locustJson({ times: { 510: 237 } }),
      'run_stats.csv': locustStats(215).replace(',215,', ',many,'),
    })

    expect(run.total.requests).toBe(237)
    expect(run.notes.join()).toContain('It is another view of the run, and was left out')
  })

  test('cannot be more than there are parts', async () => {
    const problem = await problemOf({
      'a.json': locustJson({ times: { 510: 237 } }),
      'a_stats.csv': locustStats(237),
      'b_stats.csv': locustStats(100),
    })

    expect(problem.code).toBe('different-runs')
    expect(problem.message).toContain('Use one step for each run')
  })

  test('may be several summaries of the one log, if they count the same requests', async () => {
    const log = await read(real('gatling', 'text.log', 'stats.json', 'global_stats.json'))
    const points = await read(real('k6', 'points.json.gz', 'export.json', 'handled.json'))

    expect(log.format).toBe('gatling-text')
    expect(log.sources.map(({ use }) => use)).toEqual(['measured', 'cross-check', 'cross-check'])
    expect(points.format).toBe('k6-points')
    expect(points.sources.map(({ use }) => use)).toEqual(['measured', 'cross-check', 'cross-check'])
  })

  test('that are several summaries, one of them of another run, are two runs', async () => {
    const files = real('k6', 'points.json.gz', 'export.json', 'handled.json')
    const other = String(files['export.json']).replace(/("http_reqs": \{\s*"count": )400/, '$1399')
    expect(other).not.toBe(String(files['export.json']))

    const problem = await problemOf({ ...files, 'export.json': other })

    expect(problem.code).toBe('different-runs')
    expect(problem.message).toContain('export.json has 399 requests, and points.json.gz has 400')
  })

  test('are of one tool', async () => {
    const problem = await problemOf({ 'a.jtl': jtl(evenly(10, 0, 1000)), 'run_stats.csv': locustStats(10) })

    expect(problem).toMatchObject({ code: 'mixed-tools' })
    expect(problem.message).toContain('a.jtl of jmeter, run_stats.csv of locust')
  })
})

describe('trap 21: parts of one run', () => {
  test('acceptance 10: two Locust JSON files of two workers are the one run', async () => {
    const whole = await read({
      'run.json': locustJson({ times: { 90: 400, 100: 550, 510: 45, 5200: 5 }, failures: 7 }),
    })
    const parts = await read({
      'worker-1.json': locustJson({ times: { 90: 300, 510: 45 }, failures: 3 }),
      'worker-2.json': locustJson({ times: { 90: 100, 100: 550, 5200: 5 }, failures: 4 }),
    })

    const options = { confidence: '95' }
    const wanted = [{ metric: 'p95', scope: '**' }, { metric: 'p99.9' }]
    expect(assess(parts, wanted, options).measurements).toEqual(assess(whole, wanted, options).measurements)
    expect(parts.total).toMatchObject({ requests: 1000, failures: 7 })
    expect(parts.durationMs).toBe(60_000)
  })

  test('logs of all requests add up, at the union of their times', async () => {
    const run = await read({
      'a.jtl': jtl(evenly(100, 0, 10_000, 50)),
      'b.jtl': jtl(evenly(100, 4000, 14_000, 70)),
    })

    expect(run.total.requests).toBe(200)
    expect(run.total.ok?.at(100).value).toBe(50)
    expect(run.total.ok?.at(101).value).toBe(70)
    // the last request starts at 13.9 s
    expect(run.durationMs).toBe(13_970)
    expect(run.requestsPerSecond).toBeCloseTo(200 / 13.97, 9)
  })

  test('that are summaries are refused, with the format to write instead', async () => {
    expect(await problemOf({ 'a_stats.csv': locustStats(10), 'b_stats.csv': locustStats(20) })).toEqual({
      code: 'not-mergeable',
      message:
        'a_stats.csv and b_stats.csv are summaries (locust-stats); percentiles of two files cannot be combined. Use --json-file on each, or one distributed run',
    })
  })

  test('that ran one after the other are two runs', async () => {
    const logs = await problemOf({ 'a.jtl': jtl(evenly(100, 0, 10_000)), 'b.jtl': jtl(evenly(100, 20_000, 30_000)) })
    const histograms = await problemOf({
      'a.json': locustJson({ times: { 10: 5 }, from: 0, to: 60 }),
      'b.json': locustJson({ times: { 10: 5 }, from: 61, to: 120 }),
    })

    expect(logs).toEqual({
      code: 'different-runs',
      message:
        'a.jtl and b.jtl are of different times (2026-03-01T12:00:00 to 2026-03-01T12:00:10 and 2026-03-01T12:00:20 to 2026-03-01T12:00:30), so they are two runs: use one step for each run',
    })
    expect(histograms.code).toBe('different-runs')
  })

  test('share half the time of the shorter at least', async () => {
    const shared = (fromMs: number) =>
      problemOf({ 'a.jtl': jtl(evenly(101, 0, 10_100)), 'b.jtl': jtl(evenly(41, fromMs, fromMs + 4100)) })

    // b goes on for 4.1 s, a until 10.1 s
    expect((await shared(8000)).code).toBe('none')
    expect((await shared(8100)).code).toBe('different-runs')
  })

  test('of which one is missing are no data', async () => {
    const parts = {
      'a.jtl': jtl(evenly(10, 0, 1000)),
      'b.jtl': jtl(evenly(20, 0, 1000)),
    }

    expect(await problemOf(parts, { expectReports: 3 })).toEqual({
      code: 'missing-parts',
      message: '2 of the 3 parts of the run that should be there are there: a.jtl, b.jtl',
    })
    expect((await problemOf(parts, { expectReports: 1 })).code).toBe('missing-parts')
    expect((await problemOf(parts, { expectReports: 2 })).code).toBe('none')
  })

  test.each([
    ['as they are', (text: string) => text],
    ['packed', (text: string) => gzipSync(text)],
  ])('that hold the same, %s, are one part, with a note', async (_, pack) => {
    const text = jtl(evenly(10, 0, 1000))
    const run = await read({ 'a.jtl': text, 'b.jtl': pack(text) })

    expect(run.total.requests).toBe(10)
    expect(run.notes).toEqual(['b.jtl holds the same bytes as a.jtl and was counted once'])
    expect(run.sources.map(({ path, use }) => [path, use])).toEqual([
      ['a.jtl', 'measured'],
      ['b.jtl', 'the same bytes as a.jtl'],
    ])
    expect((await problemOf({ 'a.jtl': text, 'b.jtl': pack(text) }, { expectReports: 2 })).code).toBe('missing-parts')
  })

  test('of which one is cut make the run partial', async () => {
    const text = jtl(evenly(100, 0, 1000))
    const run = await read({ 'a.jtl': text, 'b.jtl.gz': gzipSync(text).subarray(0, 120) })

    expect(run.partial).toContain('b.jtl.gz')
  })
})

describe('trap 22: a warm-up', () => {
  test('is cut by the start of each request, from the first one that started', async () => {
    const rows: Row[] = [
      { atMs: 1000, ms: 9000, label: 'first written' },
      { atMs: 0, ms: 5000, label: 'started first' },
      { atMs: 4999, ms: 8000, label: 'too early' },
      { atMs: 5000, ms: 20, label: 'kept' },
      { atMs: 9000, ms: 30, label: 'kept' },
    ]
    const run = await read({ 'a.jtl': jtl(rows) }, { warmUpMs: 5000 })

    expect([...run.groups.keys()]).toEqual(['kept'])
    expect([run.startMs, run.durationMs]).toEqual([START + 5000, 4030])
  })

  test('begins with the first request of all parts', async () => {
    const run = await read(
      { 'a.jtl': jtl(evenly(10, 3000, 13_000)), 'b.jtl': jtl(evenly(10, 0, 10_000)) },
      { warmUpMs: 5000 },
    )

    // of a the first starts at 3 s, so 4 of its 10 start at 5 s or later: 5, 6, 7, … 12; of b 5, 6, … 9
    expect(run.total.requests).toBe(8 + 5)
  })

  test('is refused where the format has no times', async () => {
    const problem = await problemOf({ 'run.json': locustJson({ times: { 10: 5 } }) }, { warmUpMs: 1 })

    expect(problem).toEqual({
      code: 'no-times',
      message:
        'run.json (locust-json) has no time of each request, so no warm-up can be cut from it. Remove the input warm-up, or write a log of all requests',
    })
  })

  test('that is longer than the run leaves nothing to measure', async () => {
    const problem = await problemOf({ 'a.jtl': jtl(evenly(10, 0, 1000)) }, { warmUpMs: 15_000 })

    expect(problem).toEqual({ code: 'no-samples', message: 'a.jtl: the warm-up of 15 s cut all 10 requests away' })
  })
})

describe('labels and limits of a plan', () => {
  test('reach the counters', async () => {
    const run = await read(
      { 'a.jtl': jtl([...evenly(10, 0, 1000), { atMs: 5, ms: 900, label: 'login' }]) },
      { exclude: ['log*'], timelineLabels: ['home'] },
    )

    expect([...run.groups.keys()]).toEqual(['home'])
    expect(run.groups.get('home')?.timeline).toBeDefined()
  })

  test('all of them excluded are no data', async () => {
    const problem = await problemOf({ 'a.jtl': jtl(evenly(10, 0, 1000)) }, { exclude: ['**'] })

    expect(problem.code).toBe('no-samples')
  })
})
