import type { Measurement, Percent } from '@hardgate/gate'
import { BucketDistribution } from './bucket-distribution.ts'
import type { DesignEffects } from './design-effects.ts'
import { type Bounded, boundedPercentile, judgedLatencies, type Latencies } from './measure-percentile.ts'
import { printedPercentile } from './measure-printed.ts'
import { sustained } from './measure-sustained.ts'
import type { Group, Run } from './run.ts'

export type Answer = (
  | { readonly measured: Omit<Measurement, 'metric' | 'scope'> }
  /** Why there is no value. */
  | { readonly missing: string }
) & { readonly remarks?: readonly string[] }

export interface GroupQuestion {
  readonly metric: string
  /** Of a percentile, as decimal text. */
  readonly percent: string | undefined
  readonly failures: 'exclude' | 'include'
  readonly confidence: Percent | undefined
  readonly effects: DesignEffects | undefined
  readonly windowMs: number
}

/** A metric of one label or of the whole. */
export function groupMetric(run: Run, group: Group, question: GroupQuestion): Answer {
  const { metric, percent, failures } = question
  if (percent !== undefined) {
    return metric.endsWith('.sustained')
      ? sustainedPercentile(group, percent, question)
      : percentile(run, group, percent, question)
  }
  switch (metric) {
    case 'avg':
      return average(group, failures)
    case 'min':
    case 'max':
      return extreme(group, failures, metric)
    case 'requests':
      return counted(group, group.requests)
    case 'errors':
      return group.failures === undefined ? { missing: NO_FAILURES } : counted(group, group.failures)
    case 'error_rate':
      return errorRate(group)
    case 'rps':
      return rate(run, group)
    default:
      throw new Error(`no metric ${metric}`)
  }
}

const NO_FAILURES = 'the record does not say how many requests failed'
const NO_COUNT = 'the record does not say how many requests it is of'

function percentile(run: Run, group: Group, percent: string, question: GroupQuestion): Answer {
  const { failures, confidence, effects } = question
  const latencies = judgedLatencies(group, failures)
  if (latencies === undefined) {
    const answer = printedPercentile(group, run.format, { percent, confidence, effects })
    if ('missing' in answer) return answer
    const { remark, ...bounded } = answer
    const remarks = [...(remark === undefined ? [] : [remark]), ...includesFailures(group, failures)]
    return { measured: inMilliseconds(bounded), remarks }
  }
  const bounded = boundedPercentile(group, latencies, { percent, confidence, effects })
  if (bounded === undefined) return { missing: noLatency(group, failures) }
  const isIndependent = effects?.hasTimes === false
  const remarks = isIndependent ? ['assumes independent requests: the record has no time of each'] : []
  return { measured: inMilliseconds(bounded), remarks: [...remarks, ...mixed(group, latencies, failures)] }
}

function sustainedPercentile(group: Group, percent: string, { windowMs }: GroupQuestion): Answer {
  if (group.timeline === undefined)
    return {
      missing:
        'there are no windows of time: the record has no time of each request, or too many labels were asked for',
    }
  const bounded = sustained(group.timeline, { windowMs, percent })
  return bounded === undefined
    ? { missing: 'no window has a request whose latency counts' }
    : { measured: inMilliseconds(bounded) }
}

/** Nothing that is endless goes into a measurement: JSON could not hold it. */
function inMilliseconds({ value, low, high, unboundedAbove, samples }: Bounded): Omit<Measurement, 'metric' | 'scope'> {
  const hasHigh = unboundedAbove === undefined && high < Number.MAX_VALUE
  const open = unboundedAbove ?? 'the record gives its longest latencies no upper edge'
  const bounds = { low, ...(hasHigh ? { high } : { unboundedAbove: open }) }
  return { value, unit: 'ms', ...bounds, ...(samples < 1 ? {} : { samples }) }
}

function average(group: Group, failures: 'exclude' | 'include'): Answer {
  const latencies = judgedLatencies(group, failures)
  if (latencies === undefined) return printedValue(group, 'averageMs', failures)
  const { distribution, mixedFailures } = latencies
  const { averageMs, count } = distribution
  if (count - mixedFailures < 1) return { missing: noLatency(group, failures) }
  if (mixedFailures === 0 && averageMs !== undefined)
    return { measured: { value: averageMs, unit: 'ms', samples: count } }
  if (!(distribution instanceof BucketDistribution)) return { missing: noLatency(group, failures) }
  // the failures were the fastest, or the slowest
  const { low } = distribution.meanOf(1, count - mixedFailures)
  const { high } = distribution.meanOf(1 + mixedFailures, count)
  const middle = averageMs === undefined ? low + (high - low) / 2 : Math.min(high, Math.max(low, averageMs))
  return { measured: inMilliseconds({ value: middle, low, high, samples: count - mixedFailures }) }
}

function extreme(group: Group, failures: 'exclude' | 'include', metric: 'min' | 'max'): Answer {
  const latencies = judgedLatencies(group, failures)
  if (latencies === undefined) {
    return printedValue(group, metric === 'min' ? 'minMs' : 'maxMs', failures)
  }
  const { distribution, mixedFailures } = latencies
  const samples = distribution.count - mixedFailures
  if (samples < 1) return { missing: noLatency(group, failures) }
  const own = metric === 'min' ? distribution.minMs : distribution.maxMs
  if (mixedFailures === 0) return { measured: inMilliseconds({ ...own, samples }) }
  const low = metric === 'min' ? own.low : distribution.at(samples).low
  const high = metric === 'min' ? distribution.at(1 + mixedFailures).high : own.high
  return { measured: inMilliseconds({ value: own.value, low, high, samples }) }
}

function printedValue(group: Group, key: 'averageMs' | 'minMs' | 'maxMs', failures: 'exclude' | 'include'): Answer {
  const value = group.printed?.[key]
  if (value === undefined) return { missing: 'the record does not hold it' }
  const [low, high] = group.printed?.within?.[key] ?? [value, value]
  const bounds = low === high ? {} : { low, high }
  return { measured: { value, unit: 'ms', ...bounds }, remarks: includesFailures(group, failures) }
}

function counted(group: Group, value: number): Answer {
  return isUncounted(group) ? { missing: NO_COUNT } : { measured: { value, unit: '1' } }
}

/** As counts: a rounded share is never compared. */
function errorRate(group: Group): Answer {
  const { requests, failures } = group
  if (failures === undefined) return { missing: NO_FAILURES }
  if (requests < 1) return { missing: isUncounted(group) ? NO_COUNT : 'there were no requests' }
  const ratio = { numerator: failures, denominator: requests }
  return { measured: { value: (failures / requests) * 100, unit: '%', ratio, samples: requests } }
}

function rate(run: Run, group: Group): Answer {
  const { requestsPerSecond, durationMs } = run
  if (group === run.total) {
    return requestsPerSecond === undefined
      ? { missing: 'the record does not say how long its requests took together, or holds one' }
      : { measured: { value: requestsPerSecond, unit: '1/s', ...rateBounds(run, group) } }
  }
  if (durationMs === undefined || durationMs <= 0) return { missing: 'the record does not say how long the run took' }
  return { measured: { value: group.requests / (durationMs / 1000), unit: '1/s', ...rateBounds(run, group) } }
}

function rateBounds(
  { durationMs, timeStepMs }: Run,
  { requests }: Group,
): Pick<Measurement, 'low' | 'high' | 'unboundedAbove'> {
  if (timeStepMs === 0 || durationMs === undefined) return {}
  const low = requests / ((durationMs + timeStepMs) / 1000)
  if (durationMs > timeStepMs) return { low, high: requests / ((durationMs - timeStepMs) / 1000) }
  return { low, unboundedAbove: 'the record tells its times in whole seconds, and the run took no longer than one' }
}

function isUncounted({ printed, requests, failures }: Group): boolean {
  return requests === 0 && failures === undefined && printed !== undefined && printed.requests === undefined
}

function noLatency({ requests }: Group, failures: 'exclude' | 'include'): string {
  if (requests === 0) return 'there were no requests'
  return failures === 'exclude' ? 'no successful request has a latency' : 'no request has a latency'
}

function includesFailures({ printed, failures = 0 }: Group, wanted: 'exclude' | 'include'): string[] {
  if (wanted === 'include' || printed?.includesFailures !== true || failures === 0) return []
  return [`includes ${failures} failed requests, which this record does not tell apart`]
}

function mixed(group: Group, { mixedFailures }: Latencies, wanted: 'exclude' | 'include'): string[] {
  if (group.ok === undefined && wanted === 'exclude' && group.failures === undefined) {
    return ['may include failed requests: the record does not say how many there were']
  }
  if (mixedFailures === 0) return []
  return [`${mixedFailures} failed requests are mixed into the record, so the value has bounds`]
}
