import type { ByteWindow } from './byte-window.ts'

const MAX_BYTES = 1024
const BLANK = '[ \\t\\r\\n]'
const quoted = (value: string): string => `${BLANK}*=${BLANK}*(?:"${value}"|'${value}')`

// XML 1.0, production 23. Which encoding it names does not matter here: the bytes are UTF-8 by now.
const DECLARATION = new RegExp(
  `^<\\?xml${BLANK}+version${quoted('1\\.[0-9]+')}` +
    `(?:${BLANK}+encoding${quoted('[A-Za-z][A-Za-z0-9._-]*')})?` +
    `(?:${BLANK}+standalone${quoted('(?:yes|no)')})?${BLANK}*\\?>$`,
)

/** Checks `<?xml …?>` at `at`; returns the place after it, or -1 where the window ends before. */
export function endOfDeclaration(window: ByteWindow, at: number): number {
  const limit = Math.min(window.end, at + MAX_BYTES)
  const close = window.bytes.subarray(at, limit).indexOf('?>')
  if (close < 0)
    return limit === window.end && window.end - at < MAX_BYTES
      ? -1
      : window.fail('an XML declaration that does not end', at)
  const end = at + close + 2
  if (!DECLARATION.test(window.bytes.toString('latin1', at, end)))
    window.fail('an XML declaration that cannot be read', at)
  return end
}
