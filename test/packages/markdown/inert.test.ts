import { inert, oneLine } from '@hardgate/markdown'
import { expect, test } from '@jest/globals'
import { seeded } from './random.ts'

// The runner's two parsers, as actions/runner has them in ActionCommand.cs: lines end in CR, LF or CRLF; TrimStart,
// then `::name…::`; or `##[name…]` anywhere. Any name counts here.
function commands(log: string): string[] {
  return log.split(/\r\n|\r|\n/).filter((line) => /^[\s\u0085]*::.*::/.test(line) || /##\[.*\]/.test(line))
}

test.each([
  ['a command', '::error::x', '\\::error::x'],
  [
    'blanks in front, also of kinds that only Unicode calls blank',
    ' \t\u00a0\u3000::error::x',
    ' \t\u00a0\u3000\\::error::x',
  ],
  ['a name in another case', '::Add-Mask::x', '\\::Add-Mask::x'],
  ['a line after LF', 'a\n::debug::x', 'a\n\\::debug::x'],
  ['CR is a line end', 'a\r::debug::x\r\n::debug::y', 'a\n\\::debug::x\n\\::debug::y'],
  ['the line and paragraph separators are line ends', 'a\u2028::debug::x\u2029b', 'a\n\\::debug::x\nb'],
  ['the old form anywhere', 'x ##[error]y ###[group]z', 'x #\\#[error]y ##\\#[group]z'],
  ['a control character between two colons', ':\u0000:error::x', '\\::error::x'],
  ['a zero-width space between the hashes', '#\u200b#[error]x', '#\\#[error]x'],
  ['a colour in front of the colons', '\u001b[31m::error::x\u001b[0m', '\\::error::x'],
])('%s does not survive', (_, text, expected) => {
  expect(inert(text)).toBe(expected)
})

test('text that is no command stays as it is', () => {
  const text = 'std::vector<int> :a: # [x] #1 https://x.example/a::b\n\tindented é 👩🏽 ✅\ufe0f'

  expect(inert(text)).toBe(text)
})

test.each([
  ['colours and cursor moves', 'a\u001b[1;31mb\u001b[2Kc\u009b0md', 'abcd'],
  ['a window title, ended by BEL or ST', 'a\u001b]0;title\u0007b\u001b]0;title\u001b\\c', 'abc'],
  ['a link keeps its words', '\u001b]8;;https://x.example\u001b\\words\u001b]8;;\u001b\\', 'words'],
  ['a sequence without an end hides nothing of the next line', 'a\u001b]0;b\nc', 'a0;b\nc'],
  ['bidi overrides and isolates', 'a\u202egnp.\u202c\u2066b\u2069', 'agnp.b'],
  ['zero-width characters and tags', 'a\u200bb\u200dc\ufeffd\u{e0041}e\u00adf', 'abcdef'],
  ['a lone surrogate is replaced', 'a\ud800b', 'a\ufffdb'],
])('%s', (_, text, expected) => {
  expect(inert(text)).toBe(expected)
})

test('a cut keeps whole characters and says that it cut', () => {
  expect(inert('👍👍👍👍', { maxLength: 3 })).toBe('👍👍…')
  expect(inert('👍👍👍', { maxLength: 3 })).toBe('👍👍👍')
  expect(inert('abc', { maxLength: 1 })).toBe('…')
  expect(inert('abc', { maxLength: 0 })).toBe('')
})

test('one line: every run of blanks and line ends is one blank', () => {
  expect(oneLine(' a\r\n\t b\u2028c\vd\u0085e ')).toBe('a b c d e')
  expect(oneLine('\n::error::x ##[group]y')).toBe('\\::error::x #\\#[group]y')
  expect(oneLine('one two three', 8)).toBe('one two…')
})

test('no pieces, alone or joined, make a command', () => {
  const random = seeded(1)
  const atoms = [
    '::',
    ':',
    '#',
    '##',
    '[',
    ']',
    'error',
    ' ',
    '\t',
    '\n',
    '\r',
    '\u00a0',
    '\u0085',
    '\u200b',
    '\u0000',
  ] as const
  const piece = (): string =>
    Array.from({ length: random.below(7) }, () => random.pick([...atoms, '\u001b[0m', '\\'])).join('')
  let foreignCommands = 0

  for (let round = 0; round < 20_000; round++) {
    const pieces = Array.from({ length: 1 + random.below(4) }, piece)
    foreignCommands += commands(pieces.join('')).length
    const joined = pieces.map((one) => inert(one)).join('')
    expect(commands(joined)).toEqual([])
    expect(commands(pieces.map((one) => oneLine(one, 4)).join(''))).toEqual([])
    expect(inert(inert(joined))).toBe(inert(joined))
  }

  expect(foreignCommands).toBeGreaterThan(500)
})

test('2 MB of openings of sequences and commands take no quadratic time', () => {
  const hostile = ['\u001b]', '\u009d', '::', '#', ' ', '##['].map((part) => part.repeat(300_000))

  const started = performance.now()
  for (const text of hostile) inert(text)

  expect(performance.now() - started).toBeLessThan(3000)
})
