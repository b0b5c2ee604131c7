import type { ByteWindow } from './byte-window.ts'
import { CLASSES, HASH, NAME, SEMICOLON } from './xml-bytes.ts'
import { shortened } from './xml-names.ts'

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const MAX_BYTES = 64

/**
 * Checks the reference whose `&` is at `at`; returns the place after its `;`, or -1 where the window ends before.
 * Only the five entities of XML exist: what a DTD declares is not read, so nothing can grow and nothing is fetched.
 */
export function endOfReference(window: ByteWindow, at: number): number {
  const { bytes, end } = window
  let i = at + 1
  if (bytes[i] === HASH) i += 1
  while (((CLASSES[bytes[i] ?? 0] ?? 0) & NAME) !== 0 && i - at < MAX_BYTES) i += 1
  if (i === end) return -1
  const text = bytes.toString('utf8', at + 1, i)
  if (bytes[i] !== SEMICOLON) window.fail(`"&${shortened(text)}" is no reference: "&amp;" stands for an "&"`, at)
  if (decoded(text) === undefined)
    window.fail(
      `&${shortened(text)}; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read`,
      at,
    )
  return i + 1
}

/** What a checked text stands for. */
export function decodeReferences(text: string): string {
  return text.replaceAll(/&([^;]*);/g, (whole, reference: string) => decoded(reference) ?? whole)
}

function decoded(reference: string): string | undefined {
  if (!reference.startsWith('#')) return Object.hasOwn(ENTITIES, reference) ? ENTITIES[reference] : undefined
  const isDecimal = /^#[0-9]+$/.test(reference)
  if (!isDecimal && !/^#x[0-9a-fA-F]+$/.test(reference)) return undefined
  const code = Number.parseInt(reference.slice(isDecimal ? 1 : 2), isDecimal ? 10 : 16)
  return isCharacter(code) ? String.fromCodePoint(code) : undefined
}

/** XML 1.0, production 2. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
}
