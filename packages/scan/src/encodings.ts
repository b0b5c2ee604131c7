import { bufferOf } from './fields.ts'
import { ScanError } from './scan-error.ts'

/** Turns chunks into UTF-8. `end` gives what is left, or throws where the input stops within a character. */
export interface Transcoder {
  next(chunk: Uint8Array): Uint8Array
  end(): Uint8Array
}

/** Of windows-1252, for the bytes 0x80 to 0x9f; the five that it leaves out stay control characters, as in browsers. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178'

const EMPTY = new Uint8Array()

export const latin1: Transcoder = {
  next: (chunk) => Buffer.from(bufferOf(chunk).toString('latin1')),
  end: () => EMPTY,
}

// Not TextDecoder: some releases of Node decode its "windows-1252" as latin-1.
export const windows1252: Transcoder = {
  next: (chunk) => {
    const text = bufferOf(chunk).toString('latin1')
    return Buffer.from(text.replaceAll(/[\u0080-\u009f]/g, (c) => WINDOWS_1252[c.charCodeAt(0) - 0x80] ?? c))
  },
  end: () => EMPTY,
}

export function utf16(endian: 'utf-16le' | 'utf-16be'): Transcoder {
  const decoder = new TextDecoder(endian)
  let length = 0
  return {
    next: (chunk) => {
      length += chunk.length
      return Buffer.from(decoder.decode(chunk, { stream: true }))
    },
    end: () => {
      if (length % 2 === 1) throw new ScanError('the input ends within a character of UTF-16', length, true)
      return Buffer.from(decoder.decode())
    },
  }
}

const NAMED: Readonly<Record<string, Transcoder | 'utf-8'>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  // Said by writers that make a string and let something else encode it. What has been read as bytes is not UTF-16.
  'utf-16': 'utf-8',
  'iso-8859-1': latin1,
  'iso8859-1': latin1,
  latin1: latin1,
  'latin-1': latin1,
  'windows-1252': windows1252,
  cp1252: windows1252,
}

/** What an XML declaration names; undefined for UTF-8 and what is a part of it. */
export function transcoderFor(name: string): Transcoder | undefined {
  const key = name.toLowerCase()
  const found = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined
  if (found === undefined) {
    throw new ScanError(
      `the encoding "${name.slice(0, 60)}" is not read: UTF-8, UTF-16, ISO-8859-1 and windows-1252 are`,
      0,
    )
  }
  return found === 'utf-8' ? undefined : found
}
