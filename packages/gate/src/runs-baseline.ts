import { toNumber } from './exact.ts'
import { rareShare } from './order-interval.ts'
import type { Percent } from './percentile.ts'
import { studentQuantile } from './quantiles.ts'

/** What earlier runs say of the next one. */
export interface RunsBaseline {
  /** The geometric mean; the plain one where a value is 0 or below. */
  readonly value: number
  readonly runs: number
  /** Absent below `FEWEST_RUNS`. */
  readonly next?: NextRun
}

/** Where the next run lies while nothing changes, with the given confidence on either side. */
export interface NextRun {
  readonly low: number
  readonly high: number
  /** Standard deviation of the logarithms, of the values where the mean is plain. */
  readonly scatter: number
}

/** With fewer the scatter between runs is unknown. */
export const FEWEST_RUNS = 5

/** undefined: there is no value. The order does not matter. */
export function baselineOfRuns(values: readonly number[], confidence: Percent): RunsBaseline | undefined {
  const runs = values.length
  if (runs === 0) return undefined
  const isLog = values.every((value) => value > 0)
  const scaled = isLog ? values.map(Math.log) : values
  const mean = sumOf(scaled) / runs
  const back = (value: number): number => trimmed(isLog ? Math.exp(value) : value)
  if (runs < FEWEST_RUNS) return { value: back(mean), runs }
  const scatter = Math.sqrt(sumOf(scaled.map((value) => (value - mean) ** 2)) / (runs - 1))
  const sure = 1 - toNumber(rareShare(confidence))
  const reach = studentQuantile(sure, runs - 1) * scatter * Math.sqrt(1 + 1 / runs)
  return { value: back(mean), runs, next: { low: back(mean - reach), high: back(mean + reach), scatter } }
}

/** Without the digits that logarithms spoil, so that the mean of five times 450 is 450. */
function trimmed(value: number): number {
  return Number(value.toPrecision(12))
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0)
}
