import { digitsOf } from '@hardgate/scan'
import type { Place } from './label-finder.ts'

/** Bytes as epoch milliseconds; NaN where they are no time of this layout. */
type TimeLayout = (bytes: Uint8Array, start: number, end: number) => number

/**
 * What `jmeter.save.saveservice.timestamp_format` may be so that JMeter itself can read its file again. They name no
 * zone: taken as UTC, which leaves all differences as they are unless the clocks change during the run.
 */
const PATTERNS = [
  'yyyy/MM/dd HH:mm:ss.SSS',
  'yyyy/MM/dd HH:mm:ss',
  'yyyy-MM-dd HH:mm:ss.SSS',
  'yyyy-MM-dd HH:mm:ss',
  'MM/dd/yy HH:mm:ss',
]

/** Of epoch milliseconds from 2001 to 2286. */
const EPOCH_DIGITS = 13
const PREFIX = 8

const LAYOUTS: readonly TimeLayout[] = [digitsOf, ...PATTERNS.map(layoutOf)]
const WITH_MILLISECONDS = new Set(LAYOUTS.filter((_, i) => PATTERNS[i - 1]?.endsWith('SSS') === true))

/** Reads the times of one file: they are all written the way its first one is. */
export class JmeterTimes {
  #layout: TimeLayout | undefined
  /** The first eight digits of the last time, as two words and as a number: the next time mostly begins alike. */
  #first = 0
  #second = 0
  #prefixMs = Number.NaN

  /** What the file's layout leaves out of a moment. */
  get stepMs(): number {
    return this.#layout === undefined || this.#layout === digitsOf || WITH_MILLISECONDS.has(this.#layout) ? 0 : 1000
  }

  /** The times of this file are digits. */
  get isEpoch(): boolean {
    return this.#layout === digitsOf
  }

  /** Epoch milliseconds; NaN where the bytes are no time, or one that is written in another way. */
  at({ bytes, view }: Place, start: number, end: number): number {
    const isAlike =
      end - start === EPOCH_DIGITS &&
      view.getInt32(start, true) === this.#first &&
      view.getInt32(start + 4, true) === this.#second
    return isAlike ? this.#prefixMs + digitsOf(bytes, start + PREFIX, end) : this.#read({ bytes, view }, start, end)
  }

  #read({ bytes, view }: Place, start: number, end: number): number {
    this.#layout ??= LAYOUTS.find((layout) => !Number.isNaN(layout(bytes, start, end)))
    const timeMs = this.#layout?.(bytes, start, end) ?? Number.NaN
    if (this.#layout === digitsOf && end - start === EPOCH_DIGITS && !Number.isNaN(timeMs)) {
      this.#first = view.getInt32(start, true)
      this.#second = view.getInt32(start + 4, true)
      this.#prefixMs = digitsOf(bytes, start, start + PREFIX) * 10 ** (EPOCH_DIGITS - PREFIX)
    }
    return timeMs
  }
}

function layoutOf(pattern: string): TimeLayout {
  const fixed = Array.from(pattern.matchAll(/[^A-Za-z]/g), ({ index, 0: mark }) => [index, mark.charCodeAt(0)] as const)
  const part = (letters: string) => ({ from: pattern.indexOf(letters), length: letters.length })
  const year = part(pattern.includes('yyyy') ? 'yyyy' : 'yy')
  const [month, day, hour, minute, second] = [part('MM'), part('dd'), part('HH'), part('mm'), part('ss')]
  const milliseconds = pattern.endsWith('SSS') ? part('SSS') : undefined
  const century = year.length === 2 ? 2000 : 0

  return (bytes, start, end) => {
    if (end - start !== pattern.length || fixed.some(([i, code]) => bytes[start + i] !== code)) return Number.NaN
    const read = ({ from, length }: { from: number; length: number }, low: number, high: number) => {
      const value = digitsOf(bytes, start + from, start + from + length)
      return value >= low && value <= high ? value : Number.NaN
    }
    return Date.UTC(
      century + read(year, 0, 9999),
      read(month, 1, 12) - 1,
      read(day, 1, 31),
      read(hour, 0, 23),
      read(minute, 0, 59),
      read(second, 0, 60),
      milliseconds === undefined ? 0 : read(milliseconds, 0, 999),
    )
  }
}
