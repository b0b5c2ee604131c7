import type { Check, FixedLimit, Operator, Threshold } from '@hardgate/gate'
import { isLatency } from './metrics.ts'
import { shownCount } from './quantity.ts'

/** `p95 431 ms (428 to 437) is under 500 ms`, `p95 612 ms (598 to 630) is not under 500 ms: 112 ms too slow`. */
export function sentenceOf(check: Check, threshold: Threshold): string {
  const { outcome, measured, explanation } = check
  const { limit, operator, metric } = threshold
  // what earlier runs say of a limit is told by the judge already, and so is why there was no answer
  if (limit.from === 'baseline' || typeof measured !== 'string' || outcome === 'no-data') return explanation
  const subject = `${nameOf(check, metric)} ${shortened(measured)}`
  const against = `${RELATIONS[operator]} ${limitText(limit)}`
  if (outcome === 'pass') return `${subject} ${verbOf(metric)} ${against}`
  if (outcome === 'inconclusive') return `${subject} against ${limitText(limit)}: not decided`
  return `${subject} ${verbOf(metric)} not ${against}${gapText(explanation, metric)}`
}

const RELATIONS: Readonly<Record<Operator, string>> = {
  '<': 'under',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  '==': 'exactly',
  '!=': 'other than',
}

/** `POST /orders p95` */
export function nameOf({ scope }: Pick<Check, 'scope'>, metric: string): string {
  const name = NAMES[metric] ?? metric
  return scope === undefined ? name : `${scope === '' ? '""' : scope} ${name}`
}

const NAMES: Readonly<Record<string, string>> = {
  med: 'median',
  avg: 'average',
  min: 'fastest',
  max: 'slowest',
  error_rate: 'errors',
  dropped: 'dropped iterations',
}

const verbOf = (metric: string): string =>
  ['error_rate', 'errors', 'requests', 'users', 'dropped'].includes(metric) ? 'are' : 'is'

const UNITS: Readonly<Record<FixedLimit['unit'], string>> = {
  ms: ' ms',
  s: ' s',
  m: ' min',
  h: ' h',
  '%': ' %',
  '': '',
}

export const limitText = ({ value, unit }: FixedLimit): string => `${withSpaces(value)}${UNITS[unit]}`

/** Without the unit behind the lower bound, where the value and the upper bound have the same. */
export function shortened(measured: string): string {
  return withSpaces(measured.replace(/\(([\d.]+) (\w+|%) (to [\d.]+|or more)(?: \2)?\)/, '($1 $3)'))
}

/** `18944` becomes `18 944`; digits behind a point stay together. */
const withSpaces = (text: string): string => text.replace(/(?<![\d.])\d{4,}/g, shownDigits)
const shownDigits = (digits: string): string => (digits.length > 15 ? digits : shownCount(Number(digits)))

/** `: 112 ms too slow` */
function gapText(explanation: string, metric: string): string {
  const [, side, gap] = /, (over|short) by ([\d.]+(?: \w+| %)?)(?=$|[,;])/.exec(explanation) ?? []
  if (gap === undefined) return ''
  return `: ${withSpaces(gap)} ${side === 'over' ? overWord(metric) : shortWord(metric)}`
}

function overWord(metric: string): string {
  if (isLatency(metric)) return 'too slow'
  return metric === 'duration' ? 'too long' : 'too many'
}

function shortWord(metric: string): string {
  if (isLatency(metric)) return 'too fast'
  return metric === 'duration' ? 'too short' : 'too few'
}
