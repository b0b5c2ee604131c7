import { formatDurationShort, formatShare, type Ratio } from '@hardgate/gate'

/** `431 ms`, `0.42 ms`, `1 240 ms`: cut and never rounded, with three digits or more. */
export function shownMs(ms: number): string {
  return `${shownNumber(ms)} ms`
}

/** The same without a unit: `431`, `0.42`, `1 240`. */
export function shownNumber(value: number): string {
  const whole = Math.trunc(value)
  const digits = String(Math.abs(whole)).length
  const decimals = whole === 0 ? Math.max(2, leadingZeros(value) + 2) : Math.max(0, 3 - digits)
  return grouped(cutTo(value, Math.min(decimals, MOST_DECIMALS)))
}

const MOST_DECIMALS = 12

const leadingZeros = (value: number): number =>
  value === 0 ? 0 : Math.max(0, -Math.floor(Math.log10(Math.abs(value))) - 1)

function cutTo(value: number, decimals: number): string {
  // shortest text first: 0.29 times 100 is below 29
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(MOST_DECIMALS).split('.')
  const kept = fraction.slice(0, decimals).replace(/0+$/, '')
  const sign = value < 0 ? '-' : ''
  return kept === '' ? `${sign}${whole}` : `${sign}${whole}.${kept}`
}

/** `18 944` */
export function shownCount(count: number): string {
  return grouped(String(count))
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const apart = whole.replace(/\B(?=(?:\d{3})+$)/g, ' ')
  return fraction === undefined ? apart : `${apart}.${fraction}`
}

/** `0.12 %` */
export function shownShare(ratio: Ratio): string {
  return ratio.denominator === 0 ? '–' : `${formatShare(ratio)} %`
}

/** `2m00s`, `1h05m00s`, `45s`, `1.5s` */
export function shownSpan(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms === 0) return '0s'
  if (seconds < 60) return formatDurationShort(ms)
  const two = (part: number): string => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  const rest = `${two(seconds % 60)}s`
  return hours > 0 ? `${hours}h${two(minutes)}m${rest}` : `${minutes}m${rest}`
}

/** `4.2 MB` */
export function shownBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${shownNumber(bytes / 1000)} kB`
  return `${shownNumber(bytes / 1_000_000)} MB`
}
