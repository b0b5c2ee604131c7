import { digitsOf, textOf } from '@hardgate/scan'

/** A count as it is usually written, or an unusual one; NaN for anything else. */
export function countOf(bytes: Uint8Array, start: number, end: number): number {
  const count = digitsOf(bytes, start, end)
  return count >= 0 ? count : unusualCount(textOf(bytes, start, end))
}

/** gcov's counters run over: below zero a count was lost, and is 0. Perl writes a huge one as 1.84467440737096e+19. */
export function unusualCount(text: string): number {
  const [, minus, digits = '', exponent = ''] = UNUSUAL.exec(text) ?? []
  if (digits === '') return Number.NaN
  return minus === '-' ? 0 : Number(digits + exponent)
}

const UNUSUAL = /^[ \t]*(-?)(\d{1,40}|\d\.\d{1,40}(?=e))(e\+\d{2})?[ \t]*$/
