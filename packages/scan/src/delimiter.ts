export type Delimiter = ',' | ';' | '\t'

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t']
const QUOTE = 34
const LF = 10

/** The one that the first line holds most of, outside of quotes; the comma where there is none. */
export function detectDelimiter(bytes: Uint8Array, start = 0, end = bytes.length): Delimiter {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter.charCodeAt(0), 0]))
  let isQuoted = false
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if (byte === QUOTE) isQuoted = !isQuoted
    if (isQuoted) continue
    if (byte === LF) break
    const count = counts.get(byte)
    if (count !== undefined) counts.set(byte, count + 1)
  }
  return DELIMITERS.reduce((best, next) => (countOf(counts, next) > countOf(counts, best) ? next : best))
}

function countOf(counts: ReadonlyMap<number, number>, delimiter: Delimiter): number {
  return counts.get(delimiter.charCodeAt(0)) ?? 0
}
