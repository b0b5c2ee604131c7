import { type ByteEntry, ByteTable } from './byte-table.ts'
import { decodeReferences } from './xml-references.ts'

/** Longer ones seldom stand there twice. */
const MAX_KNOWN_BYTES = 32

/** The texts of attributes: millions of them are `true` or `50% (1/2)`, for which no string is built again. */
export class XmlValues {
  readonly #known = new ByteTable<KnownText>()

  textOf(bytes: Buffer, start: number, end: number): string {
    if (end - start > MAX_KNOWN_BYTES) return decodedValue(bytes, start, end)
    let hash = 0
    for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
    return (this.#known.find(bytes, start, end, hash) ?? this.#add(bytes, start, end, hash)).text
  }

  #add(bytes: Buffer, start: number, end: number, hash: number): KnownText {
    const text = decodedValue(bytes, start, end)
    const known = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), hash, text }
    this.#known.add(known)
    return known
  }
}

interface KnownText extends ByteEntry {
  readonly text: string
}

function decodedValue(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.toString('utf8', start, end)
  // XML 1.0, section 3.3.3: a line end or a tab that is not written as a reference becomes a blank
  const flat = /[\t\n\r]/.test(raw) ? raw.replaceAll(/\r\n|[\t\n\r]/g, ' ') : raw
  return flat.includes('&') ? decodeReferences(flat) : flat
}
