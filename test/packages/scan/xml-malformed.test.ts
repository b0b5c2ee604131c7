import { ScanError, XmlScanner } from '@hardgate/scan'
import { describe, expect, test } from '@jest/globals'
import { xmlEvents } from './xml-events.ts'

function failure(document: string | Uint8Array, limits = {}, chunk?: number): ScanError {
  try {
    xmlEvents(document, { limits, chunk })
  } catch (error) {
    if (error instanceof ScanError) return error
    throw error
  }
  throw new Error(`was accepted: ${JSON.stringify(String(document))}`)
}

const MALFORMED: readonly (readonly [document: string, offset: number, message: string])[] = [
  // tags
  ['<a><b></a></b>', 6, 'expected </b> here'],
  ['<a:b></c:b>', 5, 'expected </a:b> here'],
  ['<a></ a>', 3, 'expected </a> here'],
  ['<a></aa>', 3, 'expected </a> here'],
  ['<a></a b="1">', 3, 'expected </a> here'],
  ['</a>', 0, 'an end tag without its start tag'],
  ['<a/></a>', 4, 'an end tag without its start tag'],
  ['<a/><b/>', 4, 'an element after the end of the root element'],
  ['<a>< b/></a>', 3, '"<" begins no tag here: "&lt;" stands for it'],
  ['<a><1/></a>', 3, '"<" begins no tag here: "&lt;" stands for it'],
  ['<a/ >', 3, 'expected ">" after "/"'],
  ['<\u00d7/>', 1, '"\u00d7" is no name'],
  // attributes
  ['<a b="1"c="2"/>', 8, 'expected a blank between two attributes'],
  ['<a b/>', 4, 'expected "=" after the name of an attribute'],
  ['<a b=1/>', 5, 'expected a value in quotes'],
  ['<a ="1"/>', 3, 'expected an attribute, ">" or "/>"'],
  ['<a b="<"/>', 6, '"<" within a value: "&lt;" stands for it'],
  ['<a b="1" b="2"/>', 9, 'the attribute "b" stands twice in one tag'],
  ['<r><a b="1" c="2"/><a c="3" c="4"/></r>', 28, 'the attribute "c" stands twice in one tag'],
  ['<a b="\u0001"/>', 6, 'a control character within a value'],
  // text
  ['<a/>x', 4, 'text after the root element'],
  ['x<a/>', 0, 'text before the root element'],
  ['<a/>&amp;', 4, 'text after the root element'],
  ['<a>]]></a>', 3, '"]]>" within text'],
  ['<a>\u0000</a>', 3, 'a control character within text'],
  ['<a>\u001f</a>', 3, 'a control character within text'],
  // references
  ['<a>&nbsp;</a>', 3, '&nbsp; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read'],
  [
    '<a>&constructor;</a>',
    3,
    '&constructor; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read',
  ],
  ['<a b="& "/>', 6, '"&" is no reference: "&amp;" stands for an "&"'],
  ['<a>a && b</a>', 5, '"&" is no reference: "&amp;" stands for an "&"'],
  ['<a>&#0;</a>', 3, '&#0; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read'],
  ['<a>&#xD800;</a>', 3, '&#xD800; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read'],
  [
    '<a>&#x110000;</a>',
    3,
    '&#x110000; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read',
  ],
  ['<a>&#X41;</a>', 3, '&#X41; is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read'],
  // markup
  ['<a><!-- -- --></a>', 8, '"--" within a comment'],
  ['<a><!--\u0002--></a>', 7, 'a control character within a comment'],
  ['<a><![CDATA[\u0002]]></a>', 12, 'a control character within a CDATA section'],
  ['<![CDATA[x]]><a/>', 0, 'a CDATA section outside of the root element'],
  ['<a><!x></a>', 3, '"<!" begins neither a comment nor a CDATA section'],
  ['<a><? x?></a>', 3, '"<?" begins no processing instruction'],
  ['<a><?x?y?></a>', 6, 'expected a blank or "?>" after the name of a processing instruction'],
  ['<a><!DOCTYPE a></a>', 3, 'a document type declaration that is not before the root element'],
  ['<!DOCTYPE a><!DOCTYPE a><a/>', 12, 'a document type declaration that is not before the root element'],
  ['<!DOCTYPE a [<!-- -- -->]><a/>', 20, '"--" within a comment'],
  ['<!DOCTYPE a "\u0003"><a/>', 13, 'a control character within a document type declaration'],
  // declaration
  [' <?xml version="1.0"?><a/>', 1, 'an XML declaration that is not at the very start'],
  ['<?XML version="1.0"?><a/>', 0, 'an XML declaration that is not at the very start'],
  ['<?xml version="2.0"?><a/>', 0, 'an XML declaration that cannot be read'],
  ['<?xml encoding="utf-8"?><a/>', 0, 'an XML declaration that cannot be read'],
  [`<?xml version="1.0"${' '.repeat(2000)}?><a/>`, 0, 'an XML declaration that does not end'],
]

test.each(MALFORMED)('%j is malformed, not truncated, in chunks of any size', (document, offset, message) => {
  const expected = { message, offset, isTruncated: false }

  for (const chunk of [undefined, 1, 2, 3, 5]) {
    const error = failure(document, {}, chunk)
    // in small chunks the characters after the offset may not have come yet
    expect({ message: error.message, offset: error.offset, isTruncated: error.isTruncated }).toEqual(expected)
  }
})

test('a name in a message is cut', () => {
  expect(failure(`<a><${'x'.repeat(200)}></a>`).message).toBe(`expected </${'x'.repeat(60)}\u2026> here`)
})

describe('limits', () => {
  test('trap 22: one element more than the limit allows within each other is an error', () => {
    expect(xmlEvents('<a><a><a/></a></a>', { limits: { maxDepth: 3 } })).toHaveLength(6)
    expect(failure('<a><a><a><a/></a></a></a>', { maxDepth: 3 }).message).toBe('more than 3 elements within each other')
  })

  test('trap 22: one byte more than the limit of a tag is an error, in chunks of any size', () => {
    const document = '<abcdef gh="ijkl"/>'

    for (const chunk of [1, 4, 19]) {
      expect(xmlEvents(document, { limits: { maxTagBytes: 19 }, chunk })).toHaveLength(2)
      expect(failure(document, { maxTagBytes: 18 }, chunk).message).toBe('a tag longer than 18 bytes')
    }
  })

  test('trap 22: one attribute more than the limit is an error', () => {
    const limits = { maxAttributes: 2 }

    expect(xmlEvents('<a b="" c=""/>', { limits })).toHaveLength(2)
    expect(failure('<a b="" c="" d=""/>', limits).message).toBe('more than 2 attributes in one tag')
    expect(failure('<r><a b="" c=""/><a b="" c="" d=""/></r>', limits).message).toBe(
      'more than 2 attributes in one tag',
    )
  })

  test('the longest name has 4096 bytes', () => {
    expect(xmlEvents(`<${'n'.repeat(4096)}/>`)).toHaveLength(2)
    expect(failure(`<${'n'.repeat(4097)}/>`).message).toBe('a name longer than 4096 bytes')
  })
})

describe('more names than are kept', () => {
  // "Aa" and "BB" have one hash: of these 4096 names only four are kept at a time, and the fourth goes first
  const names = Array.from({ length: 4096 }, (_, i) =>
    i.toString(2).padStart(12, '0').replaceAll('0', 'Aa').replaceAll('1', 'BB'),
  )
  const attributes = (from: number, to: number): string =>
    names
      .slice(from, to)
      .map((name) => ` ${name}=""`)
      .join('')
  const twice = `the attribute "${names[3]}" stands twice in one tag`

  test('each is read as what it is', () => {
    const document = `<a>${names.map((name) => `<${name} ${name}="1"/>`).join('')}</a>`
    const expected = names.flatMap((name) => [
      ['open', name, { [names[9] ?? '']: name === names[9] ? '1' : undefined }],
      ['close', name],
    ])

    expect(xmlEvents(document, { attributes: names.slice(9, 10) }).slice(1, -1)).toEqual(expected)
  })

  test('an attribute that made room and stands twice in one tag is an error', () => {
    expect(failure(`<a${attributes(0, 200)}${attributes(3, 4)}/>`).message).toBe(twice)
  })

  test('an attribute that made room between two tags and stands twice in the second is an error', () => {
    const first = `<z${attributes(0, 3)}/><a${attributes(3, 4)}/>`
    const between = `<z${attributes(4, 9)}/><z${attributes(3, 4)}/>`

    expect(failure(`<r>${first}${between}<a${attributes(3, 4)}${attributes(3, 4)}/></r>`).message).toBe(twice)
  })
})

test('after an error a scanner refuses to go on', () => {
  const scanner = new XmlScanner({ open: () => {}, close: () => {} })

  expect(() => scanner.push(Buffer.from('<a>&x;</a>'))).toThrow('&x; is unknown')
  expect(() => scanner.push(Buffer.from('<a/>'))).toThrow('nothing can be read after an error')
  expect(() => scanner.end()).toThrow('nothing can be read after an error')
})

test('after an error of its handler a scanner refuses to go on', () => {
  const open = (): void => {
    throw new Error('too many lines')
  }
  const scanner = new XmlScanner({ open, close: () => {} })

  expect(() => scanner.push(Buffer.from('<a/>'))).toThrow('too many lines')
  expect(() => scanner.end()).toThrow('nothing can be read after an error')
})
