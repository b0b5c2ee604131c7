import { refuse } from './reported-number.ts'

const NANOSECONDS = /^[0-9]{1,19}$/
const PER_MILLISECOND = 1_000_000

/** Nanoseconds in milliseconds. Those since 1970 have more digits than a double holds. */
export function fromNanoseconds(text: string | undefined, place: string): number {
  if (text === undefined || !NANOSECONDS.test(text)) return refuse(text, place, 'nanoseconds of 0 or more')
  return Number(text.slice(0, -6)) + Number(text.slice(-6)) / PER_MILLISECOND
}

/** As vegeta counts: 0 is no answer. */
export function isVegetaFailure(code: number): boolean {
  return !(code >= 200 && code < 400)
}
