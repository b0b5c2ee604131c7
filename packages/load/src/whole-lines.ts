import type { Source } from '@hardgate/scan'

const LF = 10
/** A line is held back up to so many bytes. */
const LONGEST = 65_536

/**
 * What a source gives, but of a gzip file that ends too early not the line in which it does: a number that was cut is
 * still a number.
 */
export async function* wholeLines(source: Source): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array()
  for await (const chunk of source.chunks()) {
    if (!source.isGzip) {
      yield chunk
      continue
    }
    if (held.length > 0) yield held
    const end = chunk.lastIndexOf(LF) + 1
    const from = chunk.length - end > LONGEST ? chunk.length : end
    yield chunk.subarray(0, from)
    held = new Uint8Array(chunk.subarray(from))
  }
  if (held.length > 0 && !source.isCut) yield held
}
