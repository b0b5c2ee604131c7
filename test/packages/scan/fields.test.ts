import { digitsOf, textOf } from '@hardgate/scan'
import { expect, test } from '@jest/globals'

const bytes = Uint8Array.from(Buffer.from('DA:12,9007199254740993,\u20ac-1'))

test('digits are read where they lie, and stay at 2^53 - 1', () => {
  expect(digitsOf(bytes, 3, 5)).toBe(12)
  expect(digitsOf(bytes, 4, 5)).toBe(2)
  expect(digitsOf(bytes, 6, 22)).toBe(9007199254740991)
})

test('trap 24: no digit, a sign or any other byte is no number', () => {
  expect([digitsOf(bytes, 3, 3), digitsOf(bytes, 3, 6), digitsOf(bytes, 26, 28), digitsOf(bytes, 23, 26)]).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ])
})

test('text is decoded from a part of any byte array', () => {
  expect(textOf(bytes, 23, 28)).toBe('\u20ac-1')
  expect(textOf(bytes.subarray(3), 0, 2)).toBe('12')
  expect(textOf(Buffer.from(bytes).subarray(3), 0, 2)).toBe('12')
  expect(textOf(Uint8Array.of(0x61, 0xff), 0, 2)).toBe('a\ufffd')
})
