const LF = 10
const LONGEST_HEADER = 8192
/** Below what makes a reader sure: only good for a message about what came closest. */
const CLOSE = 0.4

/** How well the first line names the columns of a format. Each of `wanted` is one column by any of its names. */
export function sniffColumns(head: Uint8Array, wanted: readonly (readonly string[])[]): number {
  const names = headerOf(head)
  const found = wanted.filter((aliases) => aliases.some((alias) => names.has(alias))).length
  if (found === wanted.length) return 1
  return found * 2 > wanted.length ? (CLOSE * found) / wanted.length : 0
}

function headerOf(head: Uint8Array): ReadonlySet<string> {
  const end = head.indexOf(LF)
  const line = asciiOf(head.subarray(0, Math.min(end < 0 ? head.length : end, LONGEST_HEADER)))
  return new Set(line.split(',').map((name) => name.trim().replaceAll('"', '').toLowerCase()))
}

/** One character for each byte: enough to look for ASCII. */
export function asciiOf(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
}
