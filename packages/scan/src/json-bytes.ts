export const QUOTE = 34
export const PLUS = 43
export const COMMA = 44
export const MINUS = 45
export const DOT = 46
export const ZERO = 48
export const NINE = 57
export const COLON = 58
export const OPEN_BRACKET = 91
export const BACKSLASH = 92
export const CLOSE_BRACKET = 93
export const OPEN_BRACE = 123
export const CLOSE_BRACE = 125

export const BLANK = 1
/** A quote, a backslash, or a control character: the 0 that ends a window too. */
export const STOPS_STRING = 2
export const IN_NUMBER = 4
/** The first letter of true, false, null. */
export const STARTS_LITERAL = 8

export const CLASSES: Uint8Array = classes()

function classes(): Uint8Array {
  const table = new Uint8Array(256)
  const mark = (bits: number, text: string): void => {
    for (const character of text) {
      const byte = character.charCodeAt(0)
      table[byte] = (table[byte] ?? 0) | bits
    }
  }
  table.fill(STOPS_STRING, 0, 32)
  mark(STOPS_STRING, '"\\')
  mark(BLANK, ' \t\n\r')
  mark(IN_NUMBER, '0123456789+-.eE')
  mark(STARTS_LITERAL, 'tfn')
  return table
}
