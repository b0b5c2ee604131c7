import { absolute, compare, ENDLESS, type Exact, exact, minus } from './exact.ts'
import type { Range } from './range.ts'
import type { Operator } from './thresholds.ts'
import type { Outcome } from './verdict.ts'

type Decided = Exclude<Outcome, 'no-data'>

/** Pass where the whole range holds, fail where none of it does, inconclusive where the limit lies within. */
export function outcomeOf(operator: Operator, measured: Range, limit: Range): Decided {
  return OUTCOMES[operator](measured, limit)
}

/**
 * One run against the mean of several: its value passes by itself, and fails only where it lies beyond the edge of what
 * the scatter between runs explains.
 */
export function outcomeBeside(edge: Exact, operator: Operator, measured: Range, limit: Range): Decided {
  const { value, high } = measured
  const isUpward = operator === '<' || operator === '<='
  if (outcomeOf(operator, { value, low: value, high: value }, limit) === 'pass') {
    return isUpward && compare(high, ENDLESS) === 0 ? 'inconclusive' : 'pass'
  }
  return compare(value, edge) === (isUpward ? 1 : -1) ? 'fail' : 'inconclusive'
}

/** Positive is room to spare, negative is the miss; by the values, not by their bounds. */
export function marginOf(operator: Operator, measured: Range, limit: Range): Exact {
  return MARGINS[operator](measured.value, limit.value)
}

const OUTCOMES: Readonly<Record<Operator, (measured: Range, limit: Range) => Decided>> = {
  '<': below,
  '<=': atMost,
  '>': (measured, limit) => below(limit, measured),
  '>=': (measured, limit) => atMost(limit, measured),
  '==': (measured, limit) => decide(isOnePoint(measured, limit), areApart(measured, limit)),
  '!=': (measured, limit) => decide(areApart(measured, limit), isOnePoint(measured, limit)),
}

const MARGINS: Readonly<Record<Operator, (measured: Exact, limit: Exact) => Exact>> = {
  '<': (measured, limit) => minus(limit, measured),
  '<=': (measured, limit) => minus(limit, measured),
  '>': minus,
  '>=': minus,
  '==': (measured, limit) => minus(exact(0), absolute(minus(measured, limit))),
  '!=': (measured, limit) => absolute(minus(measured, limit)),
}

function below(a: Range, b: Range): Decided {
  return decide(compare(a.high, b.low) < 0, compare(a.low, b.high) >= 0)
}

function atMost(a: Range, b: Range): Decided {
  return decide(compare(a.high, b.low) <= 0, compare(a.low, b.high) > 0)
}

function decide(isCertain: boolean, isImpossible: boolean): Decided {
  if (isCertain) return 'pass'
  return isImpossible ? 'fail' : 'inconclusive'
}

function isOnePoint(a: Range, b: Range): boolean {
  return [a.high, b.low, b.high].every((point) => compare(a.low, point) === 0)
}

function areApart(a: Range, b: Range): boolean {
  return compare(a.high, b.low) < 0 || compare(a.low, b.high) > 0
}
