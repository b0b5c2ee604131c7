import type { BaselineAnswer, BaselineQuestion, NoBaseline } from './baseline.ts'
import { amountOf, isRelative, moved, writtenAmount, writtenChange } from './baseline-change.ts'
import { absolute, compare, type Exact, exact, minus, quotient, times, toNumber } from './exact.ts'
import { type Chance, shown, startDecimals } from './explain.ts'
import type { Percent } from './percentile.ts'
import { rangeOf } from './range.ts'
import { baselineOfRuns, FEWEST_RUNS, type NextRun } from './runs-baseline.ts'
import type { Operator } from './thresholds.ts'

export interface RunsQuestion extends BaselineQuestion {
  readonly operator: Operator
  readonly confidence: Percent | undefined
}

/** The limit that all the earlier verdicts give together: they are runs that may be compared with this one. */
export function runsLimit(question: RunsQuestion): BaselineAnswer {
  const { operator, measurement, kind, limit, confidence } = question
  if (operator === '==' || operator === '!=') {
    return { problem: `"${operator}" says nothing beside the mean of several runs: write one of < <= > >=` }
  }
  const kept = keptValues(question)
  if (!('values' in kept)) return kept
  const baseline = baselineOfRuns(kept.values.map(toNumber), confidence)
  if (baseline === undefined) return UNUSABLE
  const base = exactly(baseline.value, kept.values)
  const count = `${baseline.runs} ${baseline.runs === 1 ? 'run' : 'runs'}`
  const known = {
    range: moved({ value: base, low: base, high: base }, limit.change, kind),
    unit: measurement.unit,
    origin: `baseline ${shown(base, measurement.unit)} of ${count}${writtenChange(limit.change, kind)}`,
  }
  if (baseline.next !== undefined) return { ...known, chance: chanceOf(question, kept.values, base, baseline.next) }
  if (confidence === undefined) return known
  return { ...known, note: `the scatter between runs is unknown, which ${FEWEST_RUNS} runs would show` }
}

/** What was measured in earlier verdicts that passed: in milliseconds, in percent or in the measurement's own unit. */
export function earlierValues(question: Omit<BaselineQuestion, 'limit'>): number[] {
  const kept = keptValues(question)
  return 'values' in kept ? kept.values.map(toNumber) : []
}

const UNUSABLE = { problem: 'the baseline has no value that can be compared with this one' }

type Kept = { readonly values: readonly Exact[] } | NoBaseline

function keptValues({ gate, earlier, measurement, kind }: Omit<BaselineQuestion, 'limit'>): Kept {
  if (earlier.length === 0) return { none: 'there is no baseline yet' }
  const passed = earlier.filter((one) => one.gate === gate && one.outcome === 'pass')
  if (passed.length === 0) return { problem: `of ${earlier.length} baseline verdicts none is of this gate and a pass` }
  const { metric, scope, unit } = measurement
  const before = passed.flatMap(
    ({ measurements }) => measurements.find((one) => one.metric === metric && one.scope === scope) ?? [],
  )
  if (before.length === 0) return { none: 'the baseline has no such measurement yet' }
  const values = before.flatMap((one) => {
    // what nothing bounds from above rests on too few samples to be held against another
    if (one.unboundedAbove !== undefined || (kind === 'number' && one.unit !== unit)) return []
    const range = rangeOf(one, kind)
    return typeof range === 'string' ? [] : [range.value]
  })
  return values.length === 0 ? UNUSABLE : { values }
}

/** A mean of equal values is that value itself, a third too, and not the decimal next to it. */
function exactly(mean: number, values: readonly Exact[]): Exact {
  const [first] = values
  return first !== undefined && values.every((one) => compare(one, first) === 0) ? first : exact(mean)
}

function chanceOf(question: RunsQuestion, values: readonly Exact[], base: Exact, next: NextRun): Chance {
  const { measurement, kind, operator } = question
  const edge = exactly(isUpward(operator) ? next.high : next.low, values)
  const { unit } = measurement
  const scatter = next.isShare ? `${Number((next.scatter * 100).toPrecision(2))} %` : shown(exact(next.scatter), unit)
  const range = rangeOf(measurement, kind)
  const value = typeof range === 'string' ? edge : range.value
  return {
    edge,
    beyond: `scatter between runs would explain ${isUpward(operator) ? 'up' : 'down'} to ${shownApart(edge, value, unit)}`,
    undecided: `these runs scatter by ${scatter}; ${smallestText(question, base, absolute(minus(edge, base)))}`,
  }
}

/** `one run cannot show 10 %, the smallest change it could show is 33 %` */
function smallestText(
  { limit: { change }, kind, measurement, operator }: RunsQuestion,
  base: Exact,
  gap: Exact,
): string {
  // a limit on the other side of the baseline asks for an improvement, which is no change to be shown
  const isMeant = change !== undefined && (change.sign === '+') === isUpward(operator)
  const isShare = base.numerator > 0n && (change === undefined || isRelative(change, kind))
  const smallest = isShare ? times(exact(100), quotient(gap, base)) : gap
  const unit = isShare ? '%' : measurement.unit
  const text = shownApart(smallest, isMeant ? amountOf(change) : exact(0), unit, isShare ? 0 : undefined)
  if (!isMeant) return `the smallest change that one run could show is ${text}`
  return `one run cannot show ${writtenAmount(change, kind)}, the smallest change it could show is ${text}`
}

/** With as many decimals as keep it apart from the other. */
function shownApart(value: Exact, other: Exact, unit: string, least = startDecimals(value, unit)): string {
  let decimals = least
  while (decimals < MOST_DECIMALS && shown(value, unit, decimals) === shown(other, unit, decimals)) decimals++
  return shown(value, unit, decimals)
}

const MOST_DECIMALS = 12

function isUpward(operator: Operator): boolean {
  return operator === '<' || operator === '<='
}
