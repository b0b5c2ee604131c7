/** What line protocols, shells, logs and encodings stumble over, and some plain letters between. */
const PIECES = [
  ...['a', 'b', 'test', '0', '9', '-1', '_', '.', '/', 'Ü', 'ï', '界', '🚀', '👩‍💻', '\ud83d', 'NaN', 'true', '1i'],
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\\\',
    '\\n',
    ',',
    '=',
    ' ',
    '  ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '#',
    ':',
    ';',
    '|',
    '&',
    '%2F',
  ],
  ...['{', '}', '(', ')', '[', ']', '$', '@', '!', '*', '<', '>', '?', '~', '^', '+', '\u0085', '\u2028', '\u200b'],
  ...[
    '\n# ',
    '\nci_evil value=1 1',
    ',task=x',
    ' value=1',
    '::error::',
    '##[x]',
    '\\,',
    '\\ ',
    '\\=',
    '\u0001',
    '\ufeff',
  ],
]

/** The same texts for the same seed, of up to twelve pieces. */
export function randomTexts(count: number, seed: number): string[] {
  let state = seed
  // mulberry32
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(12) }, () => PIECES[next(PIECES.length)]).join(''),
  )
}

const ESCAPED = new Set([',', '=', ' ', '\\', undefined])

/** How a text comes back from a tag: a space for line ends, a slash for a backslash that would escape what follows. */
export function asTag(text: string): string {
  const characters = Buffer.from(text.replace(/[\r\n]+/g, ' '))
    .toString()
    .split('')
  return characters.map((one, index) => (one === '\\' && ESCAPED.has(characters[index + 1]) ? '/' : one)).join('')
}
