import { type Transcoder, transcoderFor, utf16 } from './encodings.ts'
import { bufferOf } from './fields.ts'
import { ScanError } from './scan-error.ts'

/** An XML declaration that is longer names no encoding that matters. */
const MAX_DECLARATION_BYTES = 1024
const ENCODING = /^<\?xml[^>]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z0-9._-]+)["']/

/**
 * The same text as UTF-8: a byte order mark decides, then NULs that only UTF-16 has, then what an XML declaration
 * names. A UTF-8 mark is dropped. What is UTF-8 passes through untouched, invalid bytes included: a path may hold any
 * byte, and one that is no UTF-8 can only fail to be found.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array()
  let transcoder: Transcoder | undefined
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield transcoder === undefined ? chunk : transcoder.next(chunk)
      continue
    }
    head = Buffer.concat([head, chunk])
    if (!isDecidable(head)) continue
    const { skip, transcoder: found } = detect(head)
    transcoder = found
    yield found === undefined ? head.subarray(skip) : found.next(head.subarray(skip))
    head = undefined
  }
  if (head !== undefined) {
    const { skip, transcoder: found } = detect(head)
    transcoder = found
    yield found === undefined ? head.subarray(skip) : found.next(head.subarray(skip))
  }
  if (transcoder !== undefined) yield transcoder.end()
}

/** Four bytes tell the marks apart; a declaration has to be there as a whole. */
function isDecidable(head: Uint8Array): boolean {
  if (head.length < 5) return false
  if (!startsWith(head, '<?xml')) return true
  return head.length >= MAX_DECLARATION_BYTES || head.includes(0x3e)
}

function detect(head: Uint8Array): { skip: number; transcoder: Transcoder | undefined } {
  const [a = -1, b = -1, c = -1, d = -1] = head
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    throw new ScanError('the encoding UTF-32 is not read', 0)
  }
  if (a === 0xef && b === 0xbb && c === 0xbf) return { skip: 3, transcoder: undefined }
  if (a === 0xff && b === 0xfe) return { skip: 2, transcoder: utf16('utf-16le') }
  if (a === 0xfe && b === 0xff) return { skip: 2, transcoder: utf16('utf-16be') }
  // No text of a report holds a NUL: next to the first character it is the other half of it.
  if (a > 0 && b === 0) return { skip: 0, transcoder: utf16('utf-16le') }
  if (a === 0 && b > 0) return { skip: 0, transcoder: utf16('utf-16be') }
  const name = ENCODING.exec(bufferOf(head).toString('latin1', 0, MAX_DECLARATION_BYTES))?.[1]
  return { skip: 0, transcoder: name === undefined ? undefined : transcoderFor(name) }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bufferOf(bytes).toString('latin1', 0, text.length) === text
}
