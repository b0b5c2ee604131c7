import { isTimeUnit, MILLISECONDS, type TimeUnit } from './duration.ts'
import { absolute, compare, cutShort, cutTo, ENDLESS, type Exact, exact, over } from './exact.ts'
import type { Range } from './range.ts'
import type { Operator, Threshold } from './thresholds.ts'
import type { Measurement, Outcome, Ratio } from './verdict.ts'

/** A limit as it is compared and as it is shown. */
export interface KnownLimit {
  readonly range: Range
  /** What values are shown in. */
  readonly unit: string
  /** How a limit came about that is not written in the line: `baseline 450 ms + 10 %`. */
  readonly origin?: string
  /** What the mean of several runs allows beside the limit. */
  readonly chance?: Chance
  /** What is to be known of the limit, as a part of a sentence. */
  readonly note?: string
}

/** How far a run can lie from the mean of several while nothing changes. */
export interface Chance {
  readonly edge: Exact
  /** Said of a value that lies beyond the edge. */
  readonly beyond: string
  /** Said of one between the limit and the edge. */
  readonly undecided: string
}

export interface Judged {
  readonly threshold: Threshold
  readonly measurement: Measurement
  readonly measured: Range
  readonly limit: KnownLimit
  readonly outcome: Exclude<Outcome, 'no-data'>
  /** As `marginOf` says. */
  readonly margin: Exact
}

/** `p95 612 ms, limit 500 ms, over by 112 ms` */
export function explain(judged: Judged): string {
  return `${subjectOf(judged.measurement)} ${shownMeasured(judged)}, ${shownLimit(judged)}, ${ending(judged)}${afterword(judged)}`
}

/** The scope, if there is one, and the metric. */
export function subjectOf({ metric, scope }: { readonly metric: string; readonly scope?: string }): string {
  return scope === undefined ? metric : `${scope}: ${metric}`
}

/** `88.24 % (75 of 85)`, `612 ms (598 ms to 630 ms)`, `between 50 % and 100 % (2 to 4 of 4)`: what is known. */
export function shownMeasured({ measurement, measured, limit }: Judged): string {
  const show = (value: Exact): string => shown(value, limit.unit, decimalsBeside(value, limit))
  const { ratio, lowRatio, highRatio } = measurement
  const isOpen = compare(measured.high, ENDLESS) === 0
  const isRange = compare(measured.low, measured.high) !== 0
  if (isRange && !isOpen && lowRatio !== undefined && highRatio !== undefined) {
    return `${shownBetween(measured, limit)} (${countsBetween(lowRatio, highRatio)})`
  }
  const counts = ratio === undefined ? [] : [countsOf(ratio)]
  const notes = [
    ...counts,
    ...(isRange ? [`${show(measured.low)} ${isOpen ? 'or more' : `to ${show(measured.high)}`}`] : []),
  ]
  return show(measured.value) + (notes.length === 0 ? '' : ` (${notes.join('; ')})`)
}

function shownBetween({ low, high }: Range, limit: KnownLimit): string {
  const { unit } = limit
  let decimals = Math.max(decimalsBeside(low, limit), decimalsBeside(high, limit))
  // two bounds are never shown as one number
  while (decimals < MOST_DECIMALS && shown(low, unit, decimals) === shown(high, unit, decimals)) decimals++
  return `between ${shown(low, unit, decimals)} and ${shown(high, unit, decimals)}`
}

function countsBetween(low: Ratio, high: Ratio): string {
  if (low.denominator !== high.denominator) return `${countsOf(low)} to ${countsOf(high)}`
  return `${low.numerator} to ${high.numerator} of ${high.denominator}`
}

function countsOf({ numerator, denominator }: Ratio): string {
  return `${numerator} of ${denominator}`
}

/** Cut, never rounded, with three digits or more. */
export function shown(value: Exact, unit: string, decimals = startDecimals(value, unit)): string {
  return withUnit(cutShort(inUnit(value, unit), decimals), unit)
}

// thirds and the like have no end: no text needs more
const MOST_DECIMALS = 40

function shownLimit({ measured, limit }: Judged): string {
  if (limit.origin === undefined) return `limit ${shown(limit.range.value, limit.unit, MOST_DECIMALS)}`
  const decimals = Math.max(startDecimals(limit.range.value, limit.unit), decimalsBeside(measured.value, limit))
  return `limit ${shown(limit.range.value, limit.unit, decimals)} (${limit.origin})`
}

/** So many that the cut value stands on the same side of the limit, as that is shown, as the value itself does. */
function decimalsBeside(value: Exact, { range, unit, origin }: KnownLimit): number {
  const own = inUnit(value, unit)
  const limit = inUnit(range.value, unit)
  const side = compare(own, limit)
  const limitAt = (decimals: number): Exact => (origin === undefined ? limit : exact(cutTo(limit, decimals)))
  let decimals = startDecimals(value, unit)
  while (decimals < MOST_DECIMALS && compare(exact(cutTo(own, decimals)), limitAt(decimals)) !== side) decimals++
  return decimals
}

function ending(judged: Judged): string {
  const { threshold, limit, outcome, margin } = judged
  if (outcome === 'inconclusive') return undecided(judged)
  if (outcome === 'fail') return missedBy(judged)
  const isExact = margin.numerator === 0n
  return isExact || threshold.operator === '!=' ? 'met' : `${shownGap(margin, limit.unit)} to spare`
}

function undecided(judged: Judged): string {
  const { chance } = judged.limit
  const { unboundedAbove } = judged.measurement
  const isMet = judged.margin.numerator >= 0n
  if (chance !== undefined && !(isMet && unboundedAbove !== undefined)) {
    return `${missedBy(judged)}, but ${chance.undecided}`
  }
  return unboundedAbove === undefined ? 'which lies within what the evidence allows' : `undecided: ${unboundedAbove}`
}

function missedBy({ threshold: { operator }, limit, margin }: Judged): string {
  return margin.numerator === 0n ? EXACTLY_AT[operator] : `${MISSED[operator]} by ${shownGap(margin, limit.unit)}`
}

function afterword({ limit: { chance, note }, outcome }: Judged): string {
  if (chance !== undefined && outcome === 'fail') return `; ${chance.beyond}`
  return note === undefined ? '' : `; ${note}`
}

// a value at the limit of `<=` or `>=` can fail by a bound only
const EXACTLY_AT: Readonly<Record<Operator, string>> = {
  '<': 'not below it',
  '<=': 'not below it',
  '>': 'not above it',
  '>=': 'not above it',
  '==': 'not equal to it',
  '!=': 'equal to it',
}

const MISSED: Readonly<Record<Operator, string>> = {
  '<': 'over',
  '<=': 'over',
  '>': 'short',
  '>=': 'short',
  '==': 'off',
  '!=': 'off',
}

/** Never 0 where there is a gap. */
function shownGap(margin: Exact, unit: string): string {
  const gap = inUnit(absolute(margin), unit)
  let decimals = startDecimals(absolute(margin), unit)
  while (decimals < MOST_DECIMALS && Number(cutTo(gap, decimals)) === 0) decimals++
  const text = cutShort(gap, decimals)
  if (unit !== '%') return withUnit(text, unit)
  return `${text} ${text === '1' ? 'point' : 'points'}`
}

/** So that three digits or more are shown, of a share two decimals. */
export function startDecimals(value: Exact, unit: string): number {
  if (unit === '%') return 2
  const wholeDigits = cutTo(absolute(inUnit(value, unit)), 0).length
  return Math.max(0, 3 - wholeDigits)
}

function inUnit(value: Exact, unit: string): Exact {
  return isTimeUnit(unit) ? over(value, MILLISECONDS[unit]) : value
}

const NAMES: Readonly<Record<TimeUnit, string>> = { ms: 'ms', s: 's', m: 'min', h: 'h' }

function withUnit(digits: string, unit: string): string {
  if (unit === '' || unit === '1') return digits
  return `${digits} ${isTimeUnit(unit) ? NAMES[unit] : unit}`
}
