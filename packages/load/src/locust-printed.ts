import { edgesOf, unknownEdges } from './locust-buckets.ts'
import type { PrintedGroup, PrintedPercentile } from './sink.ts'

/** What a summary of Locust prints of one endpoint or of all. */
export interface LocustRow {
  readonly requests: number
  readonly failures: number
  readonly averageMs: number | undefined
  readonly minMs: number | undefined
  readonly maxMs: number | undefined
  readonly percentiles: readonly { readonly percentile: number; readonly valueMs: number }[]
}

const TOTALS = ['Aggregated', 'Total']

/** The row of all requests, which stands last: without a type (`None` up to Locust 1.x). An endpoint has one. */
export function isTotal(method: string, name: string): boolean {
  return (method === '' || method === 'None') && TOTALS.includes(name)
}

/** The percentiles are keys of Locust's histogram, so they stand for all that is rounded to them. */
export function printedRow(row: LocustRow): PrintedGroup {
  const { requests, failures, averageMs, minMs, maxMs } = row
  const counts = { requests, failures, includesFailures: true }
  if (requests === 0) return { ...counts, percentiles: [] }
  const percentilesUnusable = unusable(row)
  return {
    ...counts,
    percentiles: withEdges(row),
    ...(averageMs === undefined ? {} : { averageMs }),
    ...(minMs === undefined ? {} : { minMs }),
    ...(maxMs === undefined ? {} : { maxMs }),
    ...(percentilesUnusable === undefined ? {} : { percentilesUnusable }),
  }
}

/** Locust prints 0 where a percentile falls on requests without a response time, which it counts in the rank. */
function unusable({ averageMs, minMs = 0, maxMs, percentiles }: LocustRow): string | undefined {
  if (maxMs === 0 && averageMs === 0) return 'no response time was recorded'
  const isBelowLeast = percentiles.some(({ valueMs }) => valueMs === 0 && minMs >= 1)
  return isBelowLeast ? 'they count requests that have no response time' : undefined
}

function withEdges({ percentiles, minMs, maxMs }: LocustRow): PrintedPercentile[] {
  const keys = [...new Set(percentiles.map(({ valueMs }) => valueMs))].sort((a, b) => a - b)
  // Old versions print the longest response time itself for 100 %.
  const isScheme = percentiles.every(({ percentile, valueMs }) => percentile === 100 || edgesOf(valueMs) !== undefined)
  const guessed = unknownEdges(keys, minMs ?? 0, maxMs ?? Number.MAX_VALUE)
  return percentiles.map(({ percentile, valueMs }) => {
    const edges = isScheme
      ? (edgesOf(valueMs) ?? { low: valueMs, high: valueMs })
      : (guessed[keys.indexOf(valueMs)] ?? { low: valueMs, high: valueMs })
    return { percentile, valueMs, lowMs: edges.low, highMs: edges.high }
  })
}
