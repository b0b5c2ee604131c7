import { code, details, escapeMarkdown, escapeSlack, fence, heading, table } from '@hardgate/markdown'
import { expect, test } from '@jest/globals'
import { seeded } from './random.ts'

test.each([
  ['emphasis, code and strike-through', '*a* _b_ `c` ~~d~~', '\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~'],
  ['links and images', '![x](y) [z]', '!\\[x\\](y) \\[z\\]'],
  ['HTML and entities', '<img src=x> &lt;', '&lt;img src=x&gt; &amp;lt;'],
  ['a bar and a backslash', 'a|b\\|c', 'a\\|b\\\\\\|c'],
  ['a mention and a mail address', '@team a@b.example', '@&#8203;team a@&#8203;b.example'],
  ['references', '# 1 o/r#12 GH-3', '&#35; 1 o/r&#35;&#8203;12 GH&#8203;-3'],
  ['autolinks', 'https://x.example $_www.x.example', 'https:&#8203;//x.example &#36;\\_www&#8203;.x.example'],
  ['emoji codes but not times', ':tada: 12:30:45', ':&#8203;tada: 12:30:45'],
  ['mathematics', '$x$', '&#36;x&#36;'],
  ['line ends', 'a\n\n# b\r\nc', 'a &#35; b c'],
  ['a list', '- a', '\\- a'],
  ['a numbered list', '12. a', '12\\. a'],
  ['a rule under a heading', '===', '\\==='],
])('%s: shown, not obeyed', (_, text, expected) => {
  expect(escapeMarkdown(text)).toBe(expected)
})

test.each([
  ['plain', 'a *b* <c>', '`a *b* <c>`'],
  ['a backtick inside', 'a`b', '``a`b``'],
  ['backticks at the ends', '`a``', '``` `a`` ```'],
  ['a bar, where a code span differs inside and outside of tables', 'a|b`c', '<code>a\\|b\\`c</code>'],
  ['line ends', 'a\r\nb', '`a b`'],
  ['nothing', ' ', ''],
])('inline code, %s', (_, text, expected) => {
  expect(code(text)).toBe(expected)
})

test('a fence is longer than any run of backticks in its text', () => {
  expect(fence('a\r\n````\nb\n', 'json!')).toBe('`````json\na\n````\nb\n`````')
  expect(fence('')).toBe('```\n\n```')
})

test('a table has as many cells in each row, whatever the cells hold', () => {
  expect(table(['a', 'b|c'], [['x\ny', 'p\\|q'], ['\\\\|']], ['left', 'right'])).toBe(
    ['| a | b\\|c |', '| :-- | --: |', '| x y | p\\|q |', '| \\\\\\| |  |'].join('\n'),
  )
  expect(() => table(['a'], [['1', '2']])).toThrow('a row of 2 cells in a table of 1')
})

test('escaped text never opens a cell, a tag or a span', () => {
  const random = seeded(2)
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: 12 }, () =>
      random.pick(['|', '\\', '`', '*', '<', '&', '[', '_', 'a', ' ', '\n']),
    ).join('')
    const escaped = escapeMarkdown(text)
    const withoutEscapes = escaped.replace(/\\[\\`*_[\]|~]|&(?:amp|lt|gt|#\d+);/g, '')
    expect(withoutEscapes).toMatch(/^[a ]*$/)
    const row = table(['h'], [[escaped]]).split('\n')[2] ?? ''
    expect(row.replace(/\\./g, '').split('|')).toHaveLength(3)
    expect(table(['h'], [[code(text)]]).split('\n')).toHaveLength(3)
  }
})

test('a fold and a heading escape their plain text', () => {
  expect(details('a </summary> & "b" @c', '*body*')).toBe(
    '<details>\n<summary>a &lt;/summary&gt; &amp; &quot;b&quot; @&#8203;c</summary>\n\n*body*\n\n</details>',
  )
  expect(heading(3, 'a *b*')).toBe('### a \\*b\\*')
})

test('Slack: a mention of a channel and a disguised link are shown as text', () => {
  expect(escapeSlack('<!channel> <https://evil.example|good> a & b\r\nc\u202e')).toBe(
    '&lt;!channel&gt; &lt;https://evil.example|good&gt; a &amp; b\nc',
  )
})

test('Slack: a cut falls neither into an entity nor into a character', () => {
  expect(escapeSlack('ab&', 7)).toBe('ab&amp;')
  expect(escapeSlack('ab&', 6)).toBe('ab…')
  expect(escapeSlack('a👍b', 3)).toBe('a…')
  expect(escapeSlack('<<<<', 9)).toBe('&lt;&lt;…')
  expect(escapeSlack('abc', 0)).toBe('')
})
