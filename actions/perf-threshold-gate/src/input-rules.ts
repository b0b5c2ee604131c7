import type { BaselineSource, Rule } from '@hardgate/action'
import type { Threshold } from '@hardgate/gate'

/** What the rules read: a part of the inputs, so that they stand without them. */
export interface Related {
  readonly thresholds: readonly Threshold[]
  readonly baseline: BaselineSource | undefined
  readonly 'baseline-runs': number
  readonly 'expect-reports': number | undefined
  readonly 'warm-up': number
  readonly format: string
}

export const DEFAULT_BASELINE_RUNS = 10

/** All that can be wrong between inputs. */
export function rules(): readonly Rule<Related>[] {
  return [somethingCanFail, baselineIsThere, runsAreUsed, comparable, warmUpCanBeCut]
}

const somethingCanFail: Rule<Related> = ({ thresholds }) => {
  if (thresholds.some(({ severity }) => severity === 'gate')) return []
  return thresholds.length === 0
    ? ['Nothing would be judged: p95-under and max-error-rate are off and there is no other threshold.']
    : ['Nothing could fail: every threshold ends in "warn". Leave one without it.']
}

const baselineIsThere: Rule<Related> = ({ baseline, thresholds }) => {
  if (baseline !== undefined) return []
  const line = thresholds.find(({ limit }) => limit.from === 'baseline')?.line
  if (line === undefined) return []
  return [`baseline is required with "${line}". Write artifact:NAME, or the path of earlier verdict files.`]
}

const runsAreUsed: Rule<Related> = ({ baseline, 'baseline-runs': runs }) =>
  baseline === undefined && runs !== DEFAULT_BASELINE_RUNS
    ? [`baseline-runs ${runs} works only with baseline, which is empty.`]
    : []

/** The mean of several runs is no number that another run could equal. */
const comparable: Rule<Related> = ({ thresholds }) =>
  thresholds
    .filter(({ limit, operator }) => limit.from === 'baseline' && (operator === '==' || operator === '!='))
    .map(({ line }) => `thresholds: "${line}" cannot hold: write one of < <= > >= beside a baseline.`)

/** Formats that have no time of each request. Those that are told by their content are asked once they are read. */
export const WITHOUT_TIMES: readonly string[] = [
  'locust-json',
  'locust-html',
  'locust-stats',
  'locust-history',
  'locust-failures',
  'locust-exceptions',
  'k6-summary',
  'jmeter-statistics',
  'gatling-stats',
  'artillery',
  'autocannon',
  'wrk',
  'vegeta-report',
  'hey-text',
  'oha-json',
  'ab-percentiles',
  'ab-text',
  'h2load-json',
  'h2load-text',
]

const warmUpCanBeCut: Rule<Related> = ({ 'warm-up': warmUp, format }) =>
  warmUp > 0 && WITHOUT_TIMES.includes(format)
    ? [`warm-up cannot be cut from ${format}: this format has no time per request. Write 0s, or another format.`]
    : []
