import { fewestForValue, orderInterval } from '@hardgate/gate'
import type { FormatName } from './format.ts'
import { type Bounded, notShown, type Question } from './measure-percentile.ts'
import type { Group } from './run.ts'
import type { PrintedGroup, PrintedPercentile } from './sink.ts'

export type PrintedAnswer =
  | (Bounded & { readonly remark?: string })
  /** Why there is no value. */
  | { readonly missing: string }

/**
 * A percentile as a summary prints it, within what the print allows; one that is not printed lies between its
 * neighbours. How the latencies lie about it is not in the record, so chance only decides how many are needed.
 */
export function printedPercentile(group: Group, format: FormatName, question: Question): PrintedAnswer {
  const { printed } = group
  const points = printed === undefined ? [] : pointsOf(printed)
  if (printed === undefined || printed.percentiles.length === 0) {
    return { missing: printed?.percentilesUnusable ?? `${format} holds no percentiles` }
  }
  const percent = Number(question.percent)
  const found = points.find((point) => point.percentile === percent)
  const below = found ?? points.findLast((point) => point.percentile < percent)
  const above = found ?? points.find((point) => point.percentile > percent)
  const value = (above ?? below)?.valueMs
  if (value === undefined) return { missing: `${format} does not hold p${percent}` }
  const samples = printed.counted ?? printed.requests ?? group.requests
  const record = {
    value,
    low: below?.lowMs ?? 0,
    high: above?.highMs ?? value,
    samples,
    ...(above === undefined
      ? { unboundedAbove: `${format} holds no percentile above p${below?.percentile ?? 0}` }
      : {}),
    ...(found === undefined ? { remark: between(format, percent, { below, above }) } : {}),
  }
  if (printed.percentilesUnusable !== undefined)
    return { ...record, low: 0, unboundedAbove: printed.percentilesUnusable }
  return enough(record, question)
}

/** Ascending, the extremes too. */
function pointsOf({ percentiles, minMs, maxMs, within }: PrintedGroup): PrintedPercentile[] {
  const extreme = (percentile: 0 | 100, valueMs: number | undefined): PrintedPercentile[] => {
    if (valueMs === undefined || percentiles.some((one) => one.percentile === percentile)) return []
    const [lowMs, highMs] = within?.[percentile === 0 ? 'minMs' : 'maxMs'] ?? [valueMs, valueMs]
    return [{ percentile, valueMs, lowMs, highMs }]
  }
  return [...extreme(0, minMs), ...percentiles.toSorted((a, b) => a.percentile - b.percentile), ...extreme(100, maxMs)]
}

function enough(record: Bounded & { remark?: string }, { percent, confidence }: Question): PrintedAnswer {
  const { samples } = record
  if (samples < 1) return { ...record, low: 0, unboundedAbove: 'the record does not say of how many requests it is' }
  if (confidence === undefined) {
    const fewest = fewestForValue(percent)
    if (samples >= fewest) return record
    return { ...record, low: 0, unboundedAbove: `${samples} requests have no p${percent}: it takes ${fewest}` }
  }
  const { lowRank, highRank, independent } = orderInterval({ n: samples, deff: 1, p: percent, confidence })
  const bounded = lowRank === undefined ? { ...record, low: 0 } : record
  if (highRank !== undefined) return bounded
  return { ...bounded, unboundedAbove: notShown({ samples, independent, percent, confidence }) }
}

function between(
  format: FormatName,
  percent: number,
  { below, above }: { readonly below: PrintedPercentile | undefined; readonly above: PrintedPercentile | undefined },
): string {
  const names = [below, above].flatMap((point) => (point === undefined ? [] : `${nameOf(point)} (${point.valueMs} ms)`))
  return `${format} does not hold p${percent}: what is known lies between ${names.join(' and ')}`
}

function nameOf({ percentile }: PrintedPercentile): string {
  return percentile === 0 ? 'the minimum' : percentile === 100 ? 'the maximum' : `p${percentile}`
}
