// Reports as the tools write them, small enough to be counted by hand.

/** 2026-03-01T11:00:00Z */
export const STARTED_S = 1_772_362_800

export interface Request {
  /** Seconds from the start of the run. */
  readonly at: number
  readonly ms: number
  readonly name?: string
  readonly method?: string
  readonly failure?: string
}

/** A log of every request, as Locust's CsvRequestLogger writes it. */
export function requestLog(requests: readonly Request[]): string {
  const head = 'timestamp,request_type,name,response_time_ms,response_length,status_code,exception\r\n'
  const rows = requests.map(({ at, ms, name = '/orders', method = 'GET', failure = '' }) =>
    [(STARTED_S + at).toFixed(3), method, quoted(name), ms, 100, failure === '' ? 200 : 500, quoted(failure)].join(','),
  )
  return `${head}${rows.join('\r\n')}\r\n`
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** So many requests, evenly over so many seconds; the latency of each by its number. */
export function evenly(
  count: number,
  seconds: number,
  ms: (index: number) => number,
  more: Omit<Request, 'at' | 'ms'> = {},
): Request[] {
  return Array.from({ length: count }, (_, index) => ({ at: (index * seconds) / count, ms: ms(index), ...more }))
}

/** Every value from 1 to 100 in an order that repeats: shares are those of the numbers, in any stretch of the run. */
export const oneToHundred = (index: number): number => ((index * 37) % 100) + 1

export interface LocustEntry {
  readonly name?: string
  readonly method?: string
  readonly failures?: number
  readonly unanswered?: number
  /** Count by bucket. */
  readonly times: Readonly<Record<number, number>>
}

/** The array that `--json` and `--json-file` write. */
export function locustJson(entries: readonly LocustEntry[], { startS = STARTED_S, seconds = 120 } = {}): string {
  return JSON.stringify(
    entries.map(({ name = '/orders', method = 'GET', failures = 0, unanswered = 0, times }) => {
      const buckets = Object.entries(times).map(([key, count]) => [Number(key), count] as const)
      const count = buckets.reduce((sum, [, one]) => sum + one, 0)
      return {
        name,
        method,
        last_request_timestamp: startS + seconds,
        start_time: startS,
        num_requests: count + unanswered,
        num_none_requests: unanswered,
        num_failures: failures,
        total_response_time: buckets.reduce((sum, [key, one]) => sum + key * one, 0),
        max_response_time: Math.max(...buckets.map(([key]) => key)),
        min_response_time: Math.min(...buckets.map(([key]) => key)),
        total_content_length: 100 * count,
        response_times: times,
        num_reqs_per_sec: { [startS]: count },
        num_fail_per_sec: {},
      }
    }),
  )
}

export interface StatsRow {
  readonly type?: string
  readonly name: string
  readonly requests: number
  readonly failures?: number
  readonly p95: number
}

/** `PREFIX_stats.csv` of Locust; the total row is the sum. */
export function locustStats(rows: readonly StatsRow[]): string {
  const head =
    'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
  const requests = rows.reduce((sum, one) => sum + one.requests, 0)
  const failures = rows.reduce((sum, one) => sum + (one.failures ?? 0), 0)
  const total = { type: '', name: 'Aggregated', requests, failures, p95: Math.max(...rows.map(({ p95 }) => p95)) }
  const lines = [...rows, total].map(({ type = 'GET', name, requests: count, failures: failed = 0, p95 }) =>
    [type, quoted(name), count, failed, 100, '120.5', '90.1', p95 + 20, '2.0', '1.8', '0.0']
      .concat([-60, -40, -30, -20, -10, 0, 5, 10, 15, 20, 20].map((apart) => String(p95 + apart)))
      .join(','),
  )
  return `${[head, ...lines].join('\r\n')}\r\n`
}

/** What `wrk --latency` prints. */
export function wrkText({ p90, p99, requests = 20_000 }: { p90: string; p99: string; requests?: number }): string {
  return `Running 10s test @ http://127.0.0.1:8080/
  2 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   301.11ms   90.03ms 702.12ms   91.23%
    Req/Sec    95.10      5.20   100.00     80.00%
  Latency Distribution
     50%  301.63ms
     75%  352.10ms
     90%  ${p90}
     99%  ${p99}
  ${requests} requests in 10.01s, 2.10MB read
Requests/sec:   ${(requests / 10.01).toFixed(2)}
Transfer/sec:    210.00KB
`
}
