import { type DelimitedFields, digitsOf } from '@hardgate/scan'
import { withoutReturn } from './headed-records.ts'
import { refuse } from './reported-number.ts'

/** A column by its place among the asked ones. Its name is for a message. */
export interface NumberColumn {
  readonly place: number
  readonly name: string
}

/** Of times: a unit is 10^`power` milliseconds. */
export interface TimeColumn extends NumberColumn {
  readonly power: number
}

const [POINT, ZERO, NINE, CR] = [46, 48, 57, 13]
/** Below it every whole number is a double. */
const MOST_EXACT = 2 ** 53
const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, n) => 10 ** n)

/**
 * A decimal number of 0 or more in milliseconds, the nearest double: one exact number divided by another. Nothing but
 * digits and a point is taken.
 */
export function timeField(fields: DelimitedFields, column: TimeColumn): number {
  const { bytes } = fields
  const start = fields.start(column.place)
  const end = withoutCr(bytes, fields.end(column.place))
  let digits = 0
  let point = -1
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if (byte >= ZERO && byte <= NINE) digits = digits * 10 + (byte - ZERO)
    else if (byte === POINT && point < 0 && i > start) point = i
    else refuseField(fields, column, 'a time of 0 or more')
  }
  const shift = column.power - (point < 0 ? 0 : end - point - 1)
  const scale = POWERS_OF_TEN[Math.abs(shift)]
  if (start < 0 || end <= start || point === end - 1 || scale === undefined) {
    return refuseField(fields, column, 'a time of 0 or more')
  }
  if (digits > MOST_EXACT) return throughText(fields, column)
  return shift < 0 ? digits / scale : digits * scale
}

/** A whole number of 0 or more. */
export function countField(fields: DelimitedFields, column: NumberColumn): number {
  const { bytes } = fields
  const start = fields.start(column.place)
  const count = digitsOf(bytes, start, withoutCr(bytes, fields.end(column.place)))
  return start >= 0 && count >= 0 ? count : refuseField(fields, column, 'a whole number of 0 or more')
}

export function refuseField(fields: DelimitedFields, { place, name }: NumberColumn, expected: string): never {
  return refuse(withoutReturn(fields.text(place)), `record ${fields.number}: ${name}`, expected)
}

/** Nanoseconds since 1970 have more digits than a double holds: it is exact to a quarter of a microsecond. */
function throughText(fields: DelimitedFields, column: TimeColumn): number {
  return Number(`${withoutReturn(fields.text(column.place))}e${column.power}`)
}

function withoutCr(bytes: Uint8Array, end: number): number {
  return bytes[end - 1] === CR ? end - 1 : end
}
