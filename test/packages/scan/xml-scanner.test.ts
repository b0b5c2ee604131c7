import { ScanError, XmlScanner, type XmlTag } from '@hardgate/scan'
import { describe, expect, test } from '@jest/globals'
import { pushInChunks, xmlEvents } from './xml-events.ts'

const ASK = { attributes: ['number', 'hits'] }

/** What is asked of each `<line>` of a document. */
function ofLines<T>(document: string, ask: (tag: XmlTag) => T, chunk?: number): T[] {
  const answers: T[] = []
  const open = (tag: XmlTag): void => {
    if (tag.name === 'line') answers.push(ask(tag))
  }
  pushInChunks(new XmlScanner({ open, close: () => {} }), Buffer.from(document), chunk)
  return answers
}

function failure(document: string | Uint8Array, chunk?: number): ScanError {
  try {
    xmlEvents(document, { chunk })
  } catch (error) {
    if (error instanceof ScanError) return error
    throw error
  }
  throw new Error(`was accepted: ${JSON.stringify(String(document))}`)
}

describe('trap 18', () => {
  test.each([
    ['in the other order', '<line hits="3" number="12"/>'],
    ['in single quotes', "<line number='12' hits='3'/>"],
    ['over several lines', '<line\n\tnumber="12"\r\n\thits="3"\n/>'],
    ['with blanks around =', '<line number = "12" hits\n=\n"3" />'],
    ['behind a value with > in it', '<line x="a > b" number="12" y=\'/>\' hits="3"/>'],
    ['with references for their digits', '<line number="1&#50;" hits="&#x33;"/>'],
    ['with a prefix', '<c:line c:number="12" c:hits="3"/>'],
  ])('trap 18: attributes %s are read', (_, line) => {
    expect(ofLines(`<r>${line}</r>`, (tag) => [tag.digits('number'), tag.digits('hits')])).toEqual([[12, 3]])
    expect(ofLines(`<r>${line}</r>`, (tag) => [tag.text('number'), tag.text('hits')])).toEqual([['12', '3']])
  })

  test('trap 18: a self-closed element opens and closes', () => {
    expect(xmlEvents('<a><lines/><lines /></a>')).toEqual([
      ['open', 'a', {}],
      ['open', 'lines', {}],
      ['close', 'lines'],
      ['open', 'lines', {}],
      ['close', 'lines'],
      ['close', 'a'],
    ])
  })

  test('trap 18: names lose their prefix, xmlns is no attribute, and an attribute without a prefix goes first', () => {
    const line = '<c:line xmlns:c="u" xmlns="v" x:hits="1" hits="2" y:number="3" z:number="4"/>'

    expect(ofLines(line, (tag) => ['hits', 'number', 'c', 'xmlns', 'x:hits'].map((name) => tag.text(name)))).toEqual([
      ['2', '3', undefined, undefined, undefined],
    ])
  })

  test('trap 18: entities and character references in a value are decoded once', () => {
    const line = '<line name="a&amp;lt;b&lt;&gt;&quot;&apos;&#x20AC;&#128512;.py"/>'

    expect(ofLines(line, (tag) => tag.text('name'))).toEqual([`a&lt;b<>"'\u20ac\u{1f600}.py`])
  })

  test('trap 18: a UTF-8 byte order mark before the declaration is no text', () => {
    expect(xmlEvents('\ufeff<?xml version="1.0"?>\n<a/>')).toHaveLength(2)
  })
})

test('a close has the name of its open, without the prefix', () => {
  expect(xmlEvents('<c:a xmlns:c="u"><d:b/></c:a>').map(([kind, name]) => [kind, name])).toEqual([
    ['open', 'a'],
    ['open', 'b'],
    ['close', 'b'],
    ['close', 'a'],
  ])
})

test('an attribute that begins and ends like the one before it is another', () => {
  const lines =
    '<line missed-branches="1"/><line missed_branches="2"/><line misses-branches="3"/><line missed-branchet="4"/>'

  expect(ofLines(lines.replace(/.*/, '<r>$&</r>'), (tag) => tag.text('missed-branches'))).toEqual([
    '1',
    undefined,
    undefined,
    undefined,
  ])
})

test('a line end or a tab in a value is a blank, unless it is written as a reference', () => {
  const line = '<line name="a\tb\r\nc\nd\re&#10;&#9;f"/>'

  expect(ofLines(line, (tag) => tag.text('name'))).toEqual(['a b c d e\n\tf'])
})

test('text is decoded, CDATA is text as it stands, and every line end is LF', () => {
  expect(xmlEvents('<a>x &lt;y&gt;\r\nz\r<![CDATA[ &lt;\r\n]] ]]]]>\u20ac<b/>]</a>')).toEqual([
    ['open', 'a', {}],
    ['text', 'x <y>\nz\n &lt;\n]] ]]\u20ac'],
    ['open', 'b', {}],
    ['close', 'b'],
    ['text', ']'],
    ['close', 'a'],
  ])
})

test.each([
  ['a comment', '<!-- <line number="1" hits="1"/> -->'],
  ['a CDATA section', '<![CDATA[<line number="1" hits="1"/>]]>'],
  ['a processing instruction', '<?x <line number="1" hits="1"/> ?>'],
  ['a comment after another', '<!----><!-- > <line number="1" hits="1"/> - -->'],
])('trap 19: a line inside %s is no line', (_, markup) => {
  expect(ofLines(`<r>${markup}<line number="2"/></r>`, (tag) => tag.text('number'))).toEqual(['2'])
})

test('trap 19: a line inside a document type declaration is no line', () => {
  const doctype =
    '<!DOCTYPE r [ <!ENTITY x "<line/>]>"> <!-- \' ]> <line/> --> <?p ]> <line/> ?><?p?> <!-- a --><!-- b --> <!ATTLIST r a CDATA "]">]>'

  expect(ofLines(`${doctype}<r><line number="2"/></r>`, (tag) => tag.text('number'))).toEqual(['2'])
})

test('a tag says where its < is, in chunks of any size', () => {
  const document = '\ufeff<r>\u00e9<line/>\n <line a="\u20ac"/><line/></r>'

  for (const chunk of [undefined, 1, 3, 10]) {
    expect(ofLines(document, (tag) => tag.offset, chunk)).toEqual([8, 17, 32])
  }
})

describe('trap 24', () => {
  test.each([
    ...[
      '',
      ' 5',
      '5 ',
      '-1',
      '+1',
      '1.0',
      '1e3',
      '0x10',
      '0,75',
      'NaN',
      'Infinity',
      'Unknown',
      '\u0661',
      '&lt;1',
      '1&#32;',
    ],
  ])('trap 24: %j is no number', (value) => {
    expect(ofLines(`<line hits="${value}"/>`, (tag) => tag.digits('hits'))).toEqual([Number.NaN])
  })

  test.each([
    ['0', 0],
    ['007', 7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740991],
    ['18446744073709551615', 9007199254740991],
    ['9'.repeat(400), 9007199254740991],
  ])('%s is %d', (value, number) => {
    expect(ofLines(`<line hits="${value}"/>`, (tag) => tag.digits('hits'))).toEqual([number])
  })

  test('trap 24: an absent attribute is neither 0 nor NaN', () => {
    expect(ofLines('<line a="1"/>', (tag) => [tag.digits('hits'), tag.text('hits')])).toEqual([[undefined, undefined]])
  })
})

const LARGE = `\ufeff<?xml version="1.0" encoding='utf-8' ?>\r
<!DOCTYPE coverage [ <!ENTITY x "<a>"> <!-- ]> --> <?p ]> ?> ]>
<!-- a - b --><c:coverage xmlns:c="u" a='1 > 2'><sources><source>/\u20ac/&amp;\u{1f600}\r\n]</source></sources>
<line number="1" hits="0"/><line number="2" hits="1"/><line hits="3" number="4" /><line number="5" hits='&#54;'/>
<line number="7"/><lines><![CDATA[]] ]><line/>\r\n\u20ac]]]]></lines><?x y ?> z?></c:coverage
><?end?> <!---->\n`

test('every size of chunk gives the same events', () => {
  const whole = xmlEvents(LARGE, ASK)

  for (let chunk = 1; chunk <= Buffer.byteLength(LARGE); chunk += 1) {
    expect([chunk, xmlEvents(LARGE, { ...ASK, chunk })]).toEqual([chunk, whole])
  }
  // coverage, sources, source, five of line, lines
  expect(whole.filter(([kind]) => kind === 'open')).toHaveLength(9)
})

test('a tag is handed over with the chunk that brings its end, wherever it was cut', () => {
  const tag = '<a b="x>y"/>'

  for (let cut = 1; cut < tag.length; cut += 1) {
    const names: string[] = []
    const scanner = new XmlScanner({ open: ({ name }) => names.push(name), close: () => {} })
    scanner.push(Buffer.from(`<r>${' '.repeat(100)}${tag.slice(0, cut)}`))
    expect(names).toEqual(['r'])

    scanner.push(Buffer.from(tag.slice(cut)))

    expect(names).toEqual(['r', 'a'])
  }
})

test('a chunk that fills the memory to its last byte may end anywhere in a tag', () => {
  const lines = Array.from({ length: 60 }, (_, i) => `<line number="${i + 1}" hits="${i}" branch="false"/>`)

  for (let blanks = 0; blanks < 60; blanks += 1) {
    const document = `<r>${' '.repeat(blanks)}${lines.join('')}</r>`
    // the first memory of a window is 1024 bytes, one of which marks its end
    expect(ofLines(document, (tag) => tag.digits('number'), 1023)).toEqual(lines.map((_, i) => i + 1))
  }
})

test('trap 20: a document that is cut after any byte is truncated, in one chunk and in many', () => {
  const bytes = Buffer.from(LARGE)
  const endOfRoot = bytes.indexOf('<?end?>')

  for (let length = 0; length < endOfRoot; length += 1) {
    expect([length, failure(bytes.subarray(0, length)).isTruncated]).toEqual([length, true])
    expect([length, failure(bytes.subarray(0, length), 7).isTruncated]).toEqual([length, true])
  }
})

test('trap 20: a cut between two complete elements is truncated and names what is open', () => {
  const { message, offset, isTruncated } = failure('<a><b><line/><line/>')

  expect({ message, offset, isTruncated }).toEqual({
    message: 'the document ends inside <b>',
    offset: 20,
    isTruncated: true,
  })
})

test.each([
  ['<a/><!-- end', 'the document ends inside a comment'],
  ['<a/><!-- end --', 'the document ends inside a comment'],
  ['<a/><?end', 'the document ends inside a tag'],
  ['<a/><?end of', 'the document ends inside a processing instruction'],
  ['<a/><', 'the document ends inside a tag'],
  ['<a><![CDATA[x]]', 'the document ends inside a CDATA section'],
  ['<!DOCTYPE a [ <!ENTITY x "', 'the document ends inside a document type declaration'],
  ['<a/', 'the document ends inside a tag'],
  ['', 'the document ends before its first element'],
  ['<?xml version="1.0"?>\n', 'the document ends before its first element'],
])('trap 20: %j is truncated and says where', (document, message) => {
  for (const chunk of [undefined, 1]) expect(failure(document, chunk)).toMatchObject({ message, isTruncated: true })
})

test('a document whose root element is complete is complete, whatever blanks and comments follow', () => {
  expect(xmlEvents('<a/>')).toHaveLength(2)
  expect(xmlEvents(' \n<a></a> \r\n<!-- end -->\n<?end?>\r')).toHaveLength(2)
})
