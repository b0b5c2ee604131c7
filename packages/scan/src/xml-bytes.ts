/**
 * What a byte may be in XML. A class that ends a loop also holds every control character, the 0 that ends a window
 * among them, so that a loop runs as long as nothing has to be looked at.
 */
export const NAME_START = 1
export const NAME = 2
export const BLANK = 4
export const STOPS_TEXT = 8
export const STOPS_VALUE = 16
export const STOPS_COMMENT = 32
export const STOPS_CDATA = 64
export const STOPS_INSTRUCTION = 128

export const TAB = 9
export const LF = 10
export const CR = 13
export const FIRST_PRINTABLE = 32
export const BANG = 33
export const QUOTE = 34
export const HASH = 35
export const AMPERSAND = 38
export const APOSTROPHE = 39
export const MINUS = 45
export const SLASH = 47
export const SEMICOLON = 59
export const LESS = 60
export const EQUALS = 61
export const GREATER = 62
export const QUESTION = 63
export const OPEN_BRACKET = 91
export const CLOSE_BRACKET = 93

export const CLASSES: Uint8Array = classes()

function classes(): Uint8Array {
  const table = new Uint8Array(256)
  const mark = (bits: number, text: string): void => {
    for (const character of text) {
      const byte = character.charCodeAt(0)
      table[byte] = (table[byte] ?? 0) | bits
    }
  }
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  mark(NAME_START | NAME, `${letters}${letters.toUpperCase()}_:`)
  mark(NAME, '0123456789-.')
  // Which of the characters beyond ASCII may stand in a name is checked when the name is first met.
  table.fill(NAME_START | NAME, 128)
  table.fill(STOPS_TEXT | STOPS_VALUE | STOPS_COMMENT | STOPS_CDATA | STOPS_INSTRUCTION, 0, 32)
  for (const blank of [TAB, LF, CR]) table[blank] = BLANK | STOPS_VALUE
  mark(BLANK, ' ')
  mark(STOPS_TEXT, '<&]')
  mark(STOPS_VALUE, `<&"'`)
  mark(STOPS_COMMENT, '-')
  mark(STOPS_CDATA, ']')
  mark(STOPS_INSTRUCTION, '?')
  return table
}
