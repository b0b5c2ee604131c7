import type { Random } from '../markdown/random.ts'

const SEEDS = [
  `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.7" lines-valid="3"><sources><source>/a &amp; b</source></sources>
<packages><package name="p"><classes><class name="a.b" filename="a/b.py"><methods/><lines>
<line number="1" hits="0" branch="false"/>
<line number="2" hits="1" branch="true" condition-coverage="50% (1/2)" missing-branches="8,exit"/>
<line hits='2' number='3'/></lines></class></classes></package></packages></coverage>
`,
  `<?xml version='1.0' standalone='yes' ?><!-- a --><report name="r"><package name="p/q"><sourcefile name="A.java">
\t<line nr="1" mi="0" ci="3" mb="0" cb="0"/><line nr="2" mi="2" ci="0" mb="1" cb="1"/>\r\n<counter type="LINE" missed="1" covered="1"/>
</sourcefile></package><group name="g &lt;&#x3e;&#62;"/></report><!-- end --><?end of it?>`,
  `<!DOCTYPE a [ <!ENTITY x "<y>]"> <!-- ' ]> --> <?p ]> ?> <!ATTLIST a b CDATA 'c'> ]><a:a xmlns:a="u" a:b="1" b="2"
 c = "3 > 2"><![CDATA[<line number="1"/>]]]]><b:c/>t\u00e9xt \u20ac \u{1f600} ]] > &quot;&apos;<d\u00e9 \u00b7a="x"/></a:a>`,
  '\ufeff<coverage clover="3.2.0"><project><file path="a.ts"><line num="1" count="1" type="stmt"/><line num="2" type="cond" truecount="1" falsecount="3"/></file></project></coverage>',
]

const PIECES = [
  ...[
    '<',
    '>',
    '/',
    '/>',
    '"',
    "'",
    '=',
    '&',
    ';',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    ']',
    ']]>',
    '[',
    '!',
    '?',
    '-',
    '--',
    ':',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    '<?',
    '?>',
    '<!DOCTYPE a>',
    '<!DOCTYPE',
    '<?xml version="1.0"?>',
    '<a>',
    '</a>',
    '<a/>',
    '</',
  ],
  ...['&amp;', '&lt;', '&#65;', '&#x41;', '&#0;', '&#xd800;', '&#x110000;', '&nbsp;', '&#;', '&;', '&#X41;', '&#10;'],
  ...[
    ' hits="1"',
    ' number="1"',
    " b='2'",
    ' a:b="3"',
    ' xmlns="u"',
    ' xmlns:b="u"',
    'xml',
    'line',
    '\u0000',
    '\u0001',
    '\u007f',
    '\u0085',
  ],
  ...[
    '\u00e9',
    '\u00d7',
    '\u037e',
    '\u2028',
    '\ufffd',
    '\u{1f600}',
    '\u00b7',
    '0',
    '.',
    '_',
    'version="1.1"',
    'encoding="x"',
  ],
]

// Most of these leave a document well-formed, where they are put in at the right place.
const BETWEEN_TAGS = [
  '\r',
  '\n\t',
  'x]]y',
  ']',
  '&#9;',
  '&#xd;&lt;',
  '<!-- <line hits="1"/> -->',
  '<![CDATA[<line hits="1"/>]]]>',
  '<![CDATA[]]>',
].concat([
  '<?p <line/> ?>',
  '<line hits="9"/>',
  '<b:line number="4"  hits = \'5\'\n/>',
  '<a>\u20ac</a >',
  '\u00e9',
  '\u{1f600}',
])
const WITHIN_TAGS = [
  '  ',
  '\n',
  '\r\n\t',
  ' xmlns:z="u"',
  ' z:hits="7"',
  " q='>'",
  ' q="\r\n"',
  ' q = "&#10;\t"',
  ' branch="true"',
  ' q1="" q2=""',
]

/** A document with some pieces left out, doubled, moved, or put in where they may not belong. Characters stay whole. */
export function mutatedXml(random: Random): string {
  const characters = Array.from(random.pick(SEEDS))
  const times = 1 + random.below(3)
  for (let time = 0; time < times; time += 1) mutate(characters, random)
  return characters.join('')
}

function mutate(characters: string[], random: Random): void {
  const at = random.below(characters.length + 1)
  const length = random.below(3) === 0 ? random.below(40) : 1 + random.below(2)
  switch (random.below(16)) {
    case 0:
      characters.splice(at, length)
      return
    case 1:
      characters.splice(at, 0, ...characters.slice(at, at + length))
      return
    case 2:
      characters.splice(at, 0, ...characters.splice(random.below(characters.length + 1), length))
      return
    case 3:
      characters.splice(at)
      return
    case 4:
    case 5:
      characters.splice(at, 1, ...Array.from(random.pick(PIECES)))
      return
    case 6:
    case 7:
      characters.splice(at, 0, ...Array.from(random.pick(PIECES)))
      return
    case 8:
    case 9:
    case 10:
    case 11:
      characters.splice(characters.indexOf('>', at) + 1, 0, ...Array.from(random.pick(BETWEEN_TAGS)))
      return
    default:
      characters.splice(characters.indexOf(' ', at) + 1, 0, ...Array.from(random.pick(WITHIN_TAGS)), ' ')
  }
}
