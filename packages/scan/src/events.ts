/** Takes an input in chunks of any size. A chunk is not kept after `push` returns. Both throw a `ScanError`. */
export interface Scanner {
  push(chunk: Uint8Array): void
  /** The input is complete: throws where it is not. */
  end(): void
}

/** A start tag. Valid only during the call that hands it over. */
export interface XmlTag {
  /** Without its namespace prefix. The same string object for the same name. */
  readonly name: string
  /** Of its `<`, in bytes from the start, as decoded to UTF-8. */
  readonly offset: number
  /** Decoded; undefined where there is no such attribute. */
  text(attribute: string): string | undefined
  /**
   * Plain ASCII digits as a number, without building a string: above 2^53 - 1 it stays there. undefined where there is
   * no such attribute, NaN where it holds anything else (`text` then says what).
   */
  digits(attribute: string): number | undefined
}

export interface XmlHandler {
  open(tag: XmlTag): void
  /** Also for `<self-closed/>`. */
  close(name: string): void
  /** Character data, possibly in several parts, CDATA included. `read` decodes it; not calling it costs nothing. */
  text?(read: () => string): void
}

export interface JsonHandler {
  beginObject(): void
  endObject(): void
  beginArray(): void
  endArray(): void
  key(name: string): void
  string(value: string): void
  /** `value` may have lost digits, and is infinite beyond 1.8e308; `raw` gives the number as it is written. */
  number(value: number, raw: () => string): void
  literal(value: true | false | null): void
}

/** One line without its end (LF, CRLF). Bytes `start` to `end` of `bytes`; valid only during the call. */
export type LineHandler = (line: { readonly bytes: Uint8Array; start: number; end: number; offset: number }) => void
