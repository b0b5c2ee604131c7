import { MILLISECONDS, readDuration, type TimeUnit } from './duration.ts'
import { cutShort, over } from './exact.ts'

/** What a metric is, and so which units a limit on it may have. */
export type MetricKind = 'duration' | 'percent' | 'number'

export interface Amount {
  /** Decimal digits, exactly as meant, counted in `unit`. */
  readonly value: string
  readonly unit: TimeUnit | '%' | ''
}

export interface FixedLimit extends Amount {
  readonly from: 'value'
}

export interface BaselineLimit {
  readonly from: 'baseline'
  /** Added to the baseline's value: of itself where a time or number moves by `%`, else in the metric's own unit. */
  readonly change?: Amount & { readonly sign: '+' | '-' }
}

export type Limit = FixedLimit | BaselineLimit

// digits: a longer number is a mistake, and sums of it cost time
const LONGEST = 40

/** The limit, or what is wrong with it. */
export function readLimit(text: string, kind: MetricKind, metric: string): Limit | string {
  const [, isBaseline, sign, change = ''] = /^(baseline)(?: ?([+-]) ?(.*))?$/.exec(text) ?? []
  if (isBaseline === undefined) {
    const amount = READERS[kind](text, metric)
    return typeof amount === 'string' ? amount : { from: 'value', ...amount }
  }
  if (sign === undefined) return { from: 'baseline' }
  const isRelative = kind !== 'percent' && change.endsWith('%')
  const amount = isRelative
    ? readShare(change, sign === '-' ? 100 : Number.POSITIVE_INFINITY)
    : READERS[kind](change, metric)
  if (typeof amount === 'string') return amount
  if (amount.value.startsWith('-'))
    return `"${change}" has a sign of its own: write "baseline + ${amount.value.slice(1)}"`
  return { from: 'baseline', change: { sign: sign === '+' ? '+' : '-', ...amount } }
}

const READERS: Readonly<Record<MetricKind, (text: string, metric: string) => Amount | string>> = {
  duration: readTime,
  percent: (text) => readShare(text, 100),
  number: readNumber,
}

function readTime(text: string, metric: string): Amount | string {
  if (/^\d+(?:\.\d+)?$/.test(text)) return `${text}ms or ${text}s? A time needs its unit`
  const written = readDuration(text.replace(/(\d) (?=[a-z])/g, '$1'))
  if (written === undefined) return `"${text}" is not a duration, and ${metric} is a time: write 500ms, 10s or 1m30s`
  // larger units are written whole and are multiples of the smallest, so the decimal ends
  const inUnit = over(written.milliseconds, MILLISECONDS[written.unit])
  return { value: cutShort(inUnit, LONGEST), unit: written.unit }
}

function readShare(text: string, most: number): Amount | string {
  const digits = /^(\d+(?:\.\d+)?) ?%?$/.exec(text)?.[1]
  if (digits === undefined || digits.length > LONGEST) return `"${text}" is not a percentage: write 70% or 99.5%`
  if (Number(digits) > most) return `${digits}% is above ${most}%, and so no limit for a share`
  return { value: digits, unit: '%' }
}

function readNumber(text: string, metric: string): Amount | string {
  if (!/^-?\d+(?:\.\d+)?$/.test(text) || text.length > LONGEST) {
    return `"${text}" is not a plain number, and ${metric} has no unit: write 0 or 12.5`
  }
  return { value: text, unit: '' }
}
