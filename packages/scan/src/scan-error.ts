/** Why bytes cannot be read as what they should be. The message says what was expected, without the offset. */
export class ScanError extends Error {
  override readonly name = 'ScanError'
  /** Bytes from the start, as decoded to UTF-8. */
  readonly offset: number
  /** The input ended where more had to come: it was cut off, or is still being written. */
  readonly isTruncated: boolean

  constructor(message: string, offset: number, isTruncated = false) {
    super(message)
    this.offset = offset
    this.isTruncated = isTruncated
  }
}
