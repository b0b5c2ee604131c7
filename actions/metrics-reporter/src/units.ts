import { scaledDecimal } from './decimal.ts'

interface Scale {
  readonly unit: string
  readonly factor?: bigint
  readonly places?: number
}

/** What is sent is in seconds, bytes and shares, as the metric conventions of the receivers have it. */
const SCALES: ReadonlyMap<string, Scale> = new Map([
  ['', { unit: '1' }],
  ['%', { unit: '1', places: -2 }],
  ['ms', { unit: 's', places: -3 }],
  ['s', { unit: 's' }],
  ['m', { unit: 's', factor: 60n }],
  ['h', { unit: 's', factor: 3600n }],
  ['B', { unit: 'By' }],
  ['kB', { unit: 'By', places: 3 }],
  ['MB', { unit: 'By', places: 6 }],
  ['GB', { unit: 'By', places: 9 }],
  ['KiB', { unit: 'By', factor: 1024n }],
  ['MiB', { unit: 'By', factor: 1024n ** 2n }],
  ['GiB', { unit: 'By', factor: 1024n ** 3n }],
])

/** The unit in which a value of `unit` is sent; one that is not known stays as it is. */
export function normalUnit(unit: string): string {
  return SCALES.get(unit)?.unit ?? unit
}

/** A number's text in the normal unit of `unit`; undefined: it is no finite decimal number. */
export function normalValue(text: string, unit: string): number | undefined {
  const plain = scaledDecimal(text, SCALES.get(unit))
  if (plain === undefined) return undefined
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}
