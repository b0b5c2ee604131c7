import { type Exact, exact, plus, times, toNumber } from './exact.ts'

export type TimeUnit = 'ms' | 's' | 'm' | 'h'

export const MILLISECONDS: Readonly<Record<TimeUnit, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

export interface WrittenDuration {
  readonly milliseconds: Exact
  /** The smallest unit that was written. */
  readonly unit: TimeUnit
}

/** Milliseconds of `500ms`, `10s`, `1m30s`, `1.5h`; a bare number is seconds. undefined: it is no duration. */
export function parseDuration(text: string): number | undefined {
  const written = readDuration(/^\d+(?:\.\d+)?$/.test(text) ? `${text}s` : text)
  if (written === undefined) return undefined
  const milliseconds = toNumber(written.milliseconds)
  return milliseconds <= Number.MAX_SAFE_INTEGER ? milliseconds : undefined
}

// the larger unit first, each at most once; a fraction only in the last part
const PARTS = /^(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/
const LONGEST = 40

/** The same without the bare number, exactly. */
export function readDuration(text: string): WrittenDuration | undefined {
  if (text === '' || text.length > LONGEST) return undefined
  if (!PARTS.test(text.replace(/(\d)\.\d+(?=[a-z]+$)/, '$1'))) return undefined
  let milliseconds = exact(0)
  let unit: TimeUnit = 's'
  for (const [, amount = '', name = ''] of text.matchAll(/([\d.]+)([a-z]+)/g)) {
    if (!isTimeUnit(name)) return undefined
    milliseconds = plus(milliseconds, times(exact(amount), exact(MILLISECONDS[name])))
    unit = name
  }
  return { milliseconds, unit }
}

export function isTimeUnit(unit: string): unit is TimeUnit {
  return Object.hasOwn(MILLISECONDS, unit)
}

/** For prose, rounded: `83 ms`, `6.9 s`, `2 min 41 s`, `1 h 5 min`. */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return ms > 0 && ms < 10 ? `${Math.round(ms * 10) / 10} ms` : `${whole} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${tenths / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return joined(' ', [Math.floor(seconds / 60), ' min'], [seconds % 60, ' s'])
  const minutes = Math.round(ms / 60_000)
  return joined(' ', [Math.floor(minutes / 60), ' h'], [minutes % 60, ' min'])
}

/** As an input takes it, rounded to milliseconds below a minute and to seconds above: `83ms`, `6.9s`, `2m41s`, `1h5m`. */
export function formatDurationShort(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole}ms`
  if (whole < 60_000) return `${whole / 1000}s`
  const seconds = Math.round(ms / 1000)
  return joined('', [Math.floor(seconds / 3600), 'h'], [Math.floor((seconds % 3600) / 60), 'm'], [seconds % 60, 's'])
}

function joined(gap: string, ...parts: readonly (readonly [amount: number, unit: string])[]): string {
  return parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount}${unit}`])).join(gap)
}
