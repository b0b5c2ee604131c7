import { type Exact, type Ratio, type Threshold } from '@hardgate/gate'
import { neededFor, percentText } from './fraction.ts'

/** The sign that holds where the threshold does not. */
const BROKEN = { '>=': '<', '>': '<=', '<=': '>', '<': '>=', '==': '!=', '!=': '==' } as const

/** A measured share beside its limit. */
export interface Shown {
  readonly threshold: Threshold
  readonly ratio: Ratio
  readonly limit: Exact
  /** `70 %`, or what a limit from the baseline is made of. */
  readonly limitText: string
  /** What a place is called: `of 6 changed lines`. */
  readonly unit?: string
}

/** `src/billing/**: lines` */
export const subjectOf = ({ metric, scope }: Threshold): string =>
  scope === undefined ? metric : `${scope}: ${metric}`

/** `69.99 % (20999 of 30000)` */
export function measuredText({ ratio, limit, unit = '' }: Shown): string {
  return `${percentText(asFraction(ratio), [limit])} % (${ratio.numerator} of ${ratio.denominator}${unit})`
}

/** `lines 69.99 % (20999 of 30000) < 70 %: 1 more covered line is needed.` */
export function missed(shown: Shown): string {
  const { threshold, limitText } = shown
  return `${subjectOf(threshold)} ${measuredText(shown)} ${BROKEN[threshold.operator]} ${limitText}: ${neededText(shown)}.`
}

/** `lines 72 % (72 of 100) >= 70 %.` */
export function met(shown: Shown): string {
  const { threshold, limitText } = shown
  return `${subjectOf(threshold)} ${measuredText(shown)} ${threshold.operator} ${limitText}.`
}

export interface Bounds {
  readonly low: Ratio
  readonly high: Ratio
}

/** `branches between 50 % and 100 % (2 to 4 of 4) against 70 %: inconclusive.` */
export function undecided({ threshold, limit, limitText }: Shown, { low, high }: Bounds): string {
  const counts =
    low.denominator === high.denominator
      ? `${low.numerator} to ${high.numerator} of ${low.denominator}`
      : `${low.numerator} of ${low.denominator} to ${high.numerator} of ${high.denominator}`
  const percents = [low, high].map((one) => `${percentText(asFraction(one), [limit])} %`)
  return `${subjectOf(threshold)} between ${percents.join(' and ')} (${counts}) against ${limitText}: inconclusive.`
}

export const asFraction = ({ numerator, denominator }: Ratio): Exact => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
})

interface Thing {
  readonly one: string
  readonly many: string
}

const LINES: Thing = { one: 'covered line', many: 'covered lines' }
const BRANCHES: Thing = { one: 'taken branch', many: 'taken branches' }
const THINGS: Readonly<Record<string, Thing>> = {
  branches: BRANCHES,
  'file.branches': BRANCHES,
  'patch.branches': BRANCHES,
  combined: { one: 'covered line or taken branch', many: 'covered lines and taken branches' },
  statements: { one: 'covered statement', many: 'covered statements' },
  'lines.strict': { one: 'line with all its branches', many: 'lines with all their branches' },
}

function neededText({ threshold, ratio, limit }: Shown): string {
  const count = { covered: ratio.numerator, total: ratio.denominator }
  const needed = neededFor(count, limit, threshold.operator)
  if (needed === undefined) return `the limit is ${threshold.operator} and cannot be met by more tests`
  const { one, many } = THINGS[threshold.metric] ?? LINES
  return `${needed} more ${needed === 1 ? `${one} is` : `${many} are`} needed`
}
