import { detectJson } from './detect-json.ts'
import { detectText } from './detect-text.ts'
import { detectXml } from './detect-xml.ts'
import type { Refusal } from './refused.ts'
import type { FormatName } from './report.ts'

export type Detected = { readonly format: FormatName } | { readonly refused: Refusal } | undefined

/** How much of a file is looked at. */
export const HEAD_BYTES = 65_536

/** By the start of the content, decoded to UTF-8: never by a file name. undefined: it is none that is known. */
export function detectFormat(head: Uint8Array): Detected {
  const start = firstByte(head)
  if (start === LESS) return detectXml(head)
  if (start === OPEN_BRACE || start === OPEN_BRACKET) return detectJson(head)
  return detectText(head)
}

const LESS = 0x3c
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

function firstByte(head: Uint8Array): number | undefined {
  return head.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}
