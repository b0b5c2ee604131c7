import { parseDuration, parsePercent } from '@hardgate/gate'
import { InputProblem, type Parser } from './parsers.ts'

interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** A whole number, written in decimal digits and nothing else. */
export function integer({ min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds = {}): Parser<number> {
  return {
    parse: (raw) => {
      if (!/^(?:0|-?[1-9]\d*)$/.test(raw))
        throw new InputProblem(`is not a whole number. Write one such as ${Math.max(min, 5)}.`)
      return within(Number(raw), { min, max }, String)
    },
    example: 'a whole number',
  }
}

const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000 }
// Node fires a timer at once where its delay is above 2^31 - 1 ms
const LONGEST_TIMER_MS = 2_147_483_647

/** Milliseconds. `500ms`, `10s`, `1m30s`, `2h`; a bare number is seconds. */
export function duration({ min = 0, max = LONGEST_TIMER_MS }: Bounds = {}): Parser<number> {
  return {
    parse: (raw) => within(millisecondsOf(raw), { min, max }, printDuration),
    print: printDuration,
    example: 'a duration such as 90s or 5m',
  }
}

function millisecondsOf(raw: string): number {
  const ms = parseDuration(raw)
  if (ms === undefined)
    throw new InputProblem('is not a duration. Write a number and a unit, such as 90s, 5m or 1m30s.')
  if (!Number.isInteger(ms)) throw new InputProblem('is finer than a millisecond. Write whole milliseconds.')
  return ms
}

/** `90000` is `1m30s`. */
export function printDuration(ms: number): string {
  const parts = [
    [Math.floor(ms / UNIT_MS.h), 'h'],
    [Math.floor((ms % UNIT_MS.h) / UNIT_MS.m), 'm'],
    [Math.floor((ms % UNIT_MS.m) / UNIT_MS.s), 's'],
    [ms % UNIT_MS.s, 'ms'],
  ] as const
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('')
  return text === '' ? '0s' : text
}

/** `70` or `70%`, from 0 to 100. */
export function percentage({ min = 0, max = 100 }: Bounds = {}): Parser<number> {
  return {
    parse: (raw) => {
      const percent = parsePercent(raw)
      if (percent === undefined)
        throw new InputProblem('is not a percentage from 0 to 100. Write one such as 70 or 70%.')
      return within(percent, { min, max }, (value) => `${value}%`)
    },
    example: 'a percentage such as 70%',
  }
}

function within(value: number, { min, max }: Required<Bounds>, print: (value: number) => string): number {
  if (value < min) throw new InputProblem(`is too small. The least is ${print(min)}.`)
  if (value > max) throw new InputProblem(`is too large. The most is ${print(max)}.`)
  return value
}
