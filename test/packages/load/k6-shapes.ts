/** One request as k6 saw it. */
export interface K6Request {
  /** Epoch milliseconds, when it ended. */
  readonly endMs: number
  readonly durationMs: number
  readonly name: string
  readonly isFailure?: boolean
}

const METRICS = ['http_reqs', 'http_req_duration', 'http_req_blocked', 'http_req_waiting', 'http_req_failed'] as const
const HEADER =
  'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata'

function valueOf(metric: (typeof METRICS)[number], { durationMs, isFailure = false }: K6Request): number {
  if (metric === 'http_reqs') return 1
  if (metric === 'http_req_failed') return isFailure ? 1 : 0
  return metric === 'http_req_duration' ? durationMs : durationMs / 2
}

function tagsOf({ name, isFailure = false }: K6Request): Readonly<Record<string, string>> {
  return {
    expected_response: String(!isFailure),
    group: '',
    method: 'GET',
    name,
    proto: 'HTTP/1.1',
    scenario: 'default',
    status: isFailure ? '503' : '200',
    url: name,
  }
}

/** `--out json` */
export function pointLines(requests: readonly K6Request[], users = 5): string {
  const first =
    '{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time"},"metric":"http_req_duration"}'
  const lines = requests.flatMap((request) =>
    METRICS.map((metric) => {
      const time = new Date(request.endMs).toISOString()
      const data = { time, value: valueOf(metric, request), tags: tagsOf(request) }
      return JSON.stringify({ metric, type: 'Point', data })
    }),
  )
  const vus = { time: new Date(requests[0]?.endMs ?? 0).toISOString(), value: users, tags: {} }
  lines.push(JSON.stringify({ metric: 'vus', type: 'Point', data: vus }))
  return `${[first, ...lines].join('\n')}\n`
}

const TIME_TEXTS = {
  s: (ms: number) => String(Math.floor(ms / 1000)),
  ms: String,
  us: (ms: number) => `${ms}000`,
  ns: (ms: number) => `${ms}000000`,
  rfc3339: (ms: number) => new Date(ms).toISOString(),
  'rfc3339-offset': (ms: number) => new Date(ms + 5_400_000).toISOString().replace('Z', '+01:30'),
}
export type TimeFormat = keyof typeof TIME_TEXTS

/** `--out csv` */
export function pointRecords(requests: readonly K6Request[], format: TimeFormat = 'ms', users = 5): string {
  const records = requests.flatMap((request) => {
    const { expected_response: expected, method, name, status } = tagsOf(request)
    return METRICS.map((metric) => {
      const start = `${metric},${TIME_TEXTS[format](request.endMs)},${valueOf(metric, request).toFixed(6)}`
      return `${start},,,,${expected},,${method},${name},HTTP/1.1,default,,${status},,,${name},,`
    })
  })
  records.push(`vus,${TIME_TEXTS[format](requests[0]?.endMs ?? 0)},${users.toFixed(6)}${','.repeat(16)}`)
  return `${[HEADER, ...records].join('\n')}\n`
}

type Trend = Readonly<Record<string, number>>

/** With k6's own percentile: between the values at both sides of p·(n−1). */
function trendOf(durations: readonly number[]): Trend {
  const sorted = durations.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? 0
    return below + ((sorted[Math.ceil(place)] ?? 0) - below) * (place - Math.floor(place))
  }
  const sum = sorted.reduce((total, ms) => total + ms, 0)
  const avg = sorted.length === 0 ? 0 : sum / sorted.length
  return { avg, min: at(0), med: at(0.5), max: at(1), 'p(90)': at(0.9), 'p(95)': at(0.95) }
}

interface Numbers {
  readonly trends: Readonly<Record<string, Trend>>
  readonly requests: number
  readonly failures: number
  readonly seconds: number
}

function numbersOf(requests: readonly K6Request[]): Numbers {
  const durations = (kept: readonly K6Request[]): number[] => kept.map(({ durationMs }) => durationMs)
  const starts = requests.map(({ endMs, durationMs }) => endMs - durationMs)
  const ends = requests.map(({ endMs }) => endMs)
  return {
    trends: {
      http_req_duration: trendOf(durations(requests)),
      'http_req_duration{expected_response:true}': trendOf(
        durations(requests.filter(({ isFailure }) => isFailure !== true)),
      ),
    },
    requests: requests.length,
    failures: requests.filter(({ isFailure }) => isFailure === true).length,
    seconds: (Math.max(...ends) - Math.min(...starts)) / 1000,
  }
}

/** `--summary-export` */
export function legacySummary(requests: readonly K6Request[], more: object = {}, users = 5): string {
  const { trends, requests: count, failures, seconds } = numbersOf(requests)
  const metrics = {
    ...trends,
    http_req_failed: { value: failures / count, passes: failures, fails: count - failures },
    http_reqs: { count, rate: count / seconds },
    vus: { value: 1, min: 1, max: users },
    ...more,
  }
  return JSON.stringify({ root_group: { name: '', checks: {} }, metrics }, null, 4)
}

/** What `handleSummary` is given. */
export function handledSummary(requests: readonly K6Request[], more: object = {}, users = 5): string {
  const { trends, requests: count, failures, seconds } = numbersOf(requests)
  const all = Object.entries(trends).map(([name, values]) => [name, { type: 'trend', contains: 'time', values }])
  const metrics = {
    ...Object.fromEntries(all),
    http_req_failed: { type: 'rate', values: { rate: failures / count, passes: failures, fails: count - failures } },
    http_reqs: { type: 'counter', values: { count, rate: count / seconds } },
    vus: { type: 'gauge', values: { value: 1, min: 1, max: users } },
    ...more,
  }
  const options = { summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'], summaryTimeUnit: 's' }
  return JSON.stringify({ metrics, options, state: { testRunDurationMs: seconds * 1000 }, root_group: {} })
}

/** `--new-machine-readable-summary` */
export function newSummary(requests: readonly K6Request[], users = 5): string {
  const { trends, requests: count, failures, seconds } = numbersOf(requests)
  const metrics = [
    { name: 'http_reqs', type: 'counter', contains: 'default', values: { count } },
    ...Object.entries(trends).map(([name, values]) => ({ name, type: 'trend', contains: 'time', values })),
    { name: 'vus', type: 'gauge', contains: 'default', values: { value: 1, min: 1, max: users } },
    {
      values: { matches: failures, total: count, rate: failures / count },
      contains: 'default',
      type: 'rate',
      name: 'http_req_failed',
    },
  ]
  return JSON.stringify({
    version: '1.0.0',
    results: { metrics, checks: { metrics: [], results: [] } },
    metadata: { generatedAt: '2026-03-01T12:00:00Z', k6Version: '1.6.0' },
    config: { duration: seconds, execution: 'local', script: 'test.js' },
  })
}
