import { toNumber } from './exact.ts'
import { rareShare } from './order-interval.ts'
import type { Percent } from './percentile.ts'
import { studentQuantile } from './quantiles.ts'

/** What earlier runs say of the next one. */
export interface RunsBaseline {
  /** The geometric mean; the plain one where a value is 0 or below. */
  readonly value: number
  readonly runs: number
  /** Absent below `FEWEST_RUNS`, where the scatter between runs is unknown, and without a confidence. */
  readonly next?: NextRun
}

/** Where the next run lies while nothing changes, with the given confidence on either side. */
export interface NextRun {
  readonly low: number
  readonly high: number
  /** The standard deviation between runs: as a share of the value, in its unit where the mean is plain. */
  readonly scatter: number
  readonly isShare: boolean
}

export const FEWEST_RUNS = 5

/** Without a confidence the value is all there is. undefined: there are no values. Their order does not matter. */
export function baselineOfRuns(values: readonly number[], confidence: Percent | undefined): RunsBaseline | undefined {
  const [first] = values
  if (first === undefined) return undefined
  const runs = values.length
  const isShare = values.every((value) => value > 0)
  const scaled = isShare ? values.map(Math.log) : values
  const mean = sumOf(scaled) / runs
  // equal runs are their own mean: a logarithm there and back spoils the last digits
  const isOne = values.every((value) => value === first)
  const back = (one: number): number => (isOne ? first : trimmed(isShare ? Math.exp(one) : one))
  if (runs < FEWEST_RUNS || confidence === undefined) return { value: back(mean), runs }
  const scatter = isOne ? 0 : Math.sqrt(sumOf(scaled.map((one) => (one - mean) ** 2)) / (runs - 1))
  const sure = 1 - toNumber(rareShare(confidence))
  const reach = studentQuantile(sure, runs - 1) * scatter * Math.sqrt(1 + 1 / runs)
  return { value: back(mean), runs, next: { low: back(mean - reach), high: back(mean + reach), scatter, isShare } }
}

/** Without the digits that logarithms spoil, so that the mean of 400 and 900 is 600. */
function trimmed(value: number): number {
  return Number(value.toPrecision(12))
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0)
}
