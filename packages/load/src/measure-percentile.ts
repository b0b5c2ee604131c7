import { fewestForPass, fewestForValue, orderInterval, type Percent, rankOf } from '@hardgate/gate'
import type { DesignEffects } from './design-effects.ts'
import type { Distribution, Group } from './run.ts'

export interface Latencies {
  readonly distribution: Distribution
  /** So many of them, it is not known which, are of failed requests and are not judged. */
  readonly mixedFailures: number
}

export interface Bounded {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly unboundedAbove?: string
  readonly samples: number
}

/** What is asked of latencies: which percentile, and how sure. */
export interface Question {
  readonly percent: Percent
  /** undefined: the record alone says how exactly the value is known. */
  readonly confidence: Percent | undefined
  readonly effects: DesignEffects | undefined
}

/** Whose latencies are judged; undefined where the record has none of them. */
export function judgedLatencies(group: Group, failures: 'exclude' | 'include'): Latencies | undefined {
  const { all, ok } = group
  if (failures === 'exclude' && ok !== undefined) return { distribution: ok, mixedFailures: 0 }
  if (all === undefined) return undefined
  const mixed = failures === 'exclude' ? (group.failures ?? 0) : 0
  return { distribution: all, mixedFailures: Math.min(mixed, all.count) }
}

/**
 * The percentile by nearest rank, with the bounds of the record and of chance together. Of n latencies with f failures
 * somewhere among them, the success at rank k of its kind lies between rank k and rank k + f.
 */
export function boundedPercentile(group: Group, latencies: Latencies, question: Question): Bounded | undefined {
  const { distribution, mixedFailures } = latencies
  const { percent, confidence } = question
  const samples = distribution.count - mixedFailures
  if (samples < 1) return undefined
  const rank = rankOf(percent, samples)
  const record = {
    value: distribution.at(rankOf(percent, distribution.count)).value,
    low: distribution.at(rank).low,
    high: distribution.at(rank + mixedFailures).high,
    samples,
  }
  if (confidence === undefined)
    return samples < fewestForValue(percent) ? { ...record, ...tooFew(record, percent) } : record
  const deff = question.effects?.of(group, percent)
  const interval = orderInterval({ n: samples, deff: deff ?? Number.POSITIVE_INFINITY, p: percent, confidence })
  const { lowRank, highRank, independent } = interval
  const low = lowRank === undefined ? 0 : Math.min(record.low, distribution.at(lowRank).low)
  if (highRank !== undefined) {
    return { ...record, low, high: Math.max(record.high, distribution.at(highRank + mixedFailures).high) }
  }
  const unboundedAbove = deff === undefined ? TOO_SHORT : notShown({ samples, independent, percent, confidence })
  return { ...record, low, unboundedAbove }
}

const TOO_SHORT =
  'its requests started within too short a time to tell how far they depend on each other. Let the test run longer'

function tooFew({ samples }: { readonly samples: number }, percent: Percent): Pick<Bounded, 'low' | 'unboundedAbove'> {
  const unboundedAbove = `${samples} requests have no p${percent}: it takes ${fewestForValue(percent)}. Let the test run longer`
  return { low: 0, unboundedAbove }
}

export function notShown({
  samples,
  independent,
  percent,
  confidence,
}: {
  readonly samples: number
  readonly independent: number
  readonly percent: Percent
  readonly confidence: Percent
}): string {
  const worth = independent < samples ? `, which tell as much as ${independent} independent ones,` : ''
  return `${samples} requests${worth} cannot show a p${percent} with ${confidence} % confidence, ${fewestForPass(percent, confidence)} can. Let the test run longer`
}
