import { refuse } from './reported-number.ts'
import type { PrintedGroup } from './sink.ts'

/** A time as it is printed, in milliseconds: `lowMs` to `highMs` (inclusive) is what its last digit leaves open. */
export interface PrintedTime {
  readonly valueMs: number
  readonly lowMs: number
  readonly highMs: number
}

export type TimeUnit = 'ns' | 'us' | 'ms' | 's' | 'm' | 'h'

/** Milliseconds of a unit as a factor and a power of ten, so that no digit is lost in a multiplication. */
const UNITS: Readonly<Record<TimeUnit, readonly [factor: number, power: number]>> = {
  ns: [1, -6],
  us: [1, -3],
  ms: [1, 0],
  s: [1, 3],
  m: [6, 4],
  h: [36, 5],
}
const DIGITS = /^[0-9]{1,15}(?:\.([0-9]{1,15}))?$/
const WITH_UNIT = /^([0-9.]+)(us|ms|s|m|h)$/

/** `61` in ms is 60.5 to 61.5, `1.02` in s is 1 015 to 1 025. `place` says where it stands. */
export function printedTime(text: string | undefined, unit: TimeUnit, place: string): PrintedTime {
  const decimals = text === undefined ? null : DIGITS.exec(text)
  if (text === undefined || decimals === null) return refuse(text, place, 'a time of 0 or more')
  const [factor, power] = UNITS[unit]
  const places = decimals[1]?.length ?? 0
  const digits = Number(text.replace('.', '')) * factor
  const half = factor / 2
  return {
    valueMs: scaled(digits, power - places),
    lowMs: scaled(Math.max(0, digits - half), power - places),
    highMs: scaled(digits + half, power - places),
  }
}

/** `51.63ms`, `154us`, `1.02s`, `1.00m`, `1.20h`. */
export function printedTimeWithUnit(text: string | undefined, place: string): PrintedTime {
  const [, digits, unit] = WITH_UNIT.exec(text ?? '') ?? []
  if (digits === undefined || !isUnit(unit)) return refuse(text, place, 'a time such as 51.63ms')
  return printedTime(digits, unit, place)
}

/** Of a summary, where the tool prints them. */
export function printedSummary(times: {
  readonly average?: PrintedTime | undefined
  readonly min?: PrintedTime | undefined
  readonly max?: PrintedTime | undefined
}): Pick<PrintedGroup, 'averageMs' | 'minMs' | 'maxMs' | 'within'> {
  const { average, min, max } = times
  const within = {
    ...(average === undefined ? {} : { averageMs: [average.lowMs, average.highMs] as const }),
    ...(min === undefined ? {} : { minMs: [min.lowMs, min.highMs] as const }),
    ...(max === undefined ? {} : { maxMs: [max.lowMs, max.highMs] as const }),
  }
  return {
    ...(average === undefined ? {} : { averageMs: average.valueMs }),
    ...(min === undefined ? {} : { minMs: min.valueMs }),
    ...(max === undefined ? {} : { maxMs: max.valueMs }),
    ...(Object.keys(within).length === 0 ? {} : { within }),
  }
}

/** Widened by a relative error: 0.01 is 1 %. */
export function widened(time: PrintedTime, relativeError: number): PrintedTime {
  const { valueMs, lowMs, highMs } = time
  return { valueMs, lowMs: lowMs / (1 + relativeError), highMs: highMs / (1 - relativeError) }
}

export function exactTime(valueMs: number): PrintedTime {
  return { valueMs, lowMs: valueMs, highMs: valueMs }
}

/**
 * A decimal number times a power of ten, the nearest double: 0.5001 s are 500.1 ms, where a multiplication by 1000
 * gives less and would pass `< 500.1ms`.
 */
export function scaled(value: number, power: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Number(`${digits}e${Number(exponent) + power}`)
}

function isUnit(unit: string | undefined): unit is TimeUnit {
  return unit !== undefined && unit in UNITS
}
