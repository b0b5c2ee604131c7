import { cut, visible, visibleLine } from './plain.ts'

export interface InertOptions {
  /** In code points, the ellipsis included. */
  readonly maxLength?: number
}

/**
 * Foreign text made safe for a log. Lines stay lines; every piece is safe alone and joined to any other piece, and
 * doing it twice changes nothing.
 */
export function inert(text: string, { maxLength }: InertOptions = {}): string {
  return cut(withoutCommands(visible(text)), maxLength ?? Number.POSITIVE_INFINITY)
}

/** `inert` in one line of at most `max` code points. */
export function oneLine(text: string, max = Number.POSITIVE_INFINITY): string {
  return cut(withoutCommands(visibleLine(text)), max)
}

// The runner reads stdout line by line (CR, LF and CRLF end a line), skips leading blanks of any kind and takes
// `::name props::data` for a command; it takes `##[name props]data` anywhere in a line. It removes nothing before it
// looks, so a backslash in between is enough. A colon that is all of a line, and a `#` at the very end, could become
// one half of a command when the next piece is joined.
const COLONS = /^([^\S\n]*):(?=:|$(?!\n))/gm
const HASHES = /#(?=#\[)|#$(?!\n)/g

function withoutCommands(text: string): string {
  return text.replace(COLONS, '$1\\:').replace(HASHES, '#\\')
}
