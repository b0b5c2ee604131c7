export interface ZipLimits {
  /** Of all files together, unpacked. */
  readonly maxBytes: number
  /** Of one file. Default `maxBytes`. */
  readonly maxFileBytes?: number
  /** Files and folders. Default 10 000. */
  readonly maxEntries?: number
}

/** An archive that is not read: damaged, hostile or too large. The message is a sentence without a dot that may hold a name out of it. */
export class ZipError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ZipError'
  }
}
