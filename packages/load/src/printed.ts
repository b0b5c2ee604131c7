import type { PrintedGroup } from './sink.ts'

const TWICE = 'the label is printed twice, and percentiles do not add up'

/** What is printed twice of one label: counts add up, percentiles do not. */
export function mergePrinted(a: PrintedGroup, b: PrintedGroup): PrintedGroup {
  const hasPercentiles = a.percentiles.length > 0 || b.percentiles.length > 0
  const unusable = a.percentilesUnusable ?? b.percentilesUnusable ?? (hasPercentiles ? TWICE : undefined)
  return {
    percentiles: [],
    includesFailures: a.includesFailures || b.includesFailures,
    ...known(
      'requests',
      both(a.requests, b.requests, (one, other) => one + other),
    ),
    ...known(
      'failures',
      both(a.failures, b.failures, (one, other) => one + other),
    ),
    ...known(
      'counted',
      both(a.counted, b.counted, (one, other) => one + other),
    ),
    ...known('averageMs', averageOf(a, b)),
    ...known('minMs', both(a.minMs, b.minMs, Math.min)),
    ...known('maxMs', both(a.maxMs, b.maxMs, Math.max)),
    ...(unusable === undefined ? {} : { percentilesUnusable: unusable }),
  }
}

function averageOf(a: PrintedGroup, b: PrintedGroup): number | undefined {
  const [ofA, ofB] = [a.counted ?? a.requests, b.counted ?? b.requests]
  if (ofA === undefined || ofB === undefined) return undefined
  if (ofA === 0) return b.averageMs
  if (ofB === 0) return a.averageMs
  return both(a.averageMs, b.averageMs, (one, other) => (one * ofA + other * ofB) / (ofA + ofB))
}

function both(
  a: number | undefined,
  b: number | undefined,
  join: (a: number, b: number) => number,
): number | undefined {
  return a === undefined || b === undefined ? undefined : join(a, b)
}

function known<K extends keyof PrintedGroup>(
  key: K,
  value: PrintedGroup[K] | undefined,
): Pick<PrintedGroup, K> | object {
  return value === undefined ? {} : { [key]: value }
}
