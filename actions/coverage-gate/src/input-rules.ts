import type { BaselineSource, Rule } from '@hardgate/action'
import type { Threshold } from '@hardgate/gate'
import type { Clock } from '@hardgate/http'

/** What the rules read: a part of the inputs, so that they stand without them. */
export interface Related {
  readonly ratchet: 'off' | 'total' | 'lines'
  readonly tolerance: string
  readonly baseline: BaselineSource | undefined
  readonly thresholds: readonly Threshold[]
  readonly 'merged-report': 'lcov' | 'cobertura' | 'both' | 'off'
  readonly 'warn-until': number | undefined
  readonly 'warn-reason': string
}

const DAY_MS = 86_400_000
const LONGEST_WAIVER_DAYS = 90

/** All that can be wrong between inputs. */
export function rules(clock: Pick<Clock, 'now'>): readonly Rule<Related>[] {
  return [
    somethingCanFail,
    baselineIsThere,
    toleranceIsUsed,
    comparable,
    linesAreKept,
    waiverIsWhole,
    waiverEnds(clock),
  ]
}

const somethingCanFail: Rule<Related> = ({ thresholds, ratchet }) => {
  if (ratchet !== 'off' || thresholds.some(({ severity }) => severity === 'gate')) return []
  return thresholds.length === 0
    ? ['Nothing would be judged: min-lines and min-branches are off and there is no other threshold.']
    : ['Nothing could fail: every threshold ends in "warn". Leave one without it.']
}

const baselineIsThere: Rule<Related> = ({ baseline, ratchet, thresholds }) => {
  if (baseline !== undefined) return []
  const line = thresholds.find(needsBaseline)?.line
  if (line === undefined && ratchet === 'off') return []
  const asks = line === undefined ? `ratchet: ${ratchet}` : `"${line}"`
  return [`baseline is required with ${asks}. Write artifact:NAME, or the path of an earlier verdict file.`]
}

/** Whether a threshold compares with an earlier run. */
export const needsBaseline = ({ limit, metric }: Threshold): boolean =>
  limit.from === 'baseline' || metric === 'newly_uncovered'

const toleranceIsUsed: Rule<Related> = ({ ratchet, tolerance }) =>
  ratchet === 'total' || Number(tolerance) === 0
    ? []
    : [`tolerance works only with ratchet: total, and ratchet is ${ratchet}.`]

const comparable: Rule<Related> = ({ thresholds }) =>
  thresholds
    .filter(({ limit, metric }) => limit.from === 'baseline' && /^(?:patch\.|newly_)/.test(metric))
    .map(({ line, metric }) => `thresholds: "${line}" compares ${metric} with a baseline, which had another change.`)

// The next run needs the lines of this one: without them the ratchet could never be judged.
const linesAreKept: Rule<Related> = ({ thresholds, ratchet, 'merged-report': merged }) =>
  merged !== 'lcov' &&
  merged !== 'both' &&
  (ratchet === 'lines' || thresholds.some(({ metric }) => metric === 'newly_uncovered'))
    ? [`merged-report must be lcov or both with newly_uncovered, and it is ${merged}: a baseline needs its lines.`]
    : []

const waiverIsWhole: Rule<Related> = ({ 'warn-until': until, 'warn-reason': reason }) => {
  if (until !== undefined && reason === '')
    return ['warn-reason is required with warn-until: say why there is a waiver.']
  if (until === undefined && reason !== '')
    return ['warn-until is required with warn-reason: say when the waiver ends.']
  return []
}

const waiverEnds =
  (clock: Pick<Clock, 'now'>): Rule<Related> =>
  ({ 'warn-until': until }) => {
    if (until === undefined) return []
    const today = Math.floor(clock.now().getTime() / DAY_MS) * DAY_MS
    const latest = today + LONGEST_WAIVER_DAYS * DAY_MS
    if (until <= latest) return []
    return [
      `warn-until ${dayOf(until)} is more than ${LONGEST_WAIVER_DAYS} days ahead. The latest day today is ${dayOf(latest)}.`,
    ]
  }

/** `2026-03-31` */
export const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)
