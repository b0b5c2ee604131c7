import { describe, expect, test } from '@jest/globals'
import { branchesOf, cobertura, coberturaLines, fileOf, linesOf, read } from './xml-documents.ts'

// Rules of XML, each through the reader that needs it: what is read here is what a verdict is made of.

// of the processor: the clock of a loaded machine says nothing
const millisecondsSince = (start: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const utf16 = (text: string, isLittle: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return isLittle ? bytes : bytes.swap16()
}

describe('trap 18', () => {
  const plain = coberturaLines('<line number="1" hits="1"/><line number="2" hits="0"/>').replace('a.py', 'é.py')

  test.each([
    ['a UTF-8 mark', Buffer.from(`\ufeff${plain}`)],
    ['UTF-16LE with a mark, as PowerShell redirects', utf16(plain, true)],
    ['UTF-16BE with a mark', utf16(plain, false)],
    ['UTF-16LE without a mark', utf16(plain, true).subarray(2)],
    [
      'declared latin-1',
      Buffer.from(plain.replace('<?xml version="1.0" ?>', '<?xml version="1.0" encoding="ISO-8859-1"?>'), 'latin1'),
    ],
    ['CRLF', Buffer.from(plain.replaceAll('\n', '\r\n'))],
  ])('%s', async (_, bytes) => {
    for (const chunkSize of [1, 65_536]) {
      const report = await read(bytes, { chunkSize })
      expect([report.files.map(({ path }) => path), linesOf(report)]).toEqual([['é.py'], '1/2'])
    }
  })

  test('single quotes, any order, several lines, ">" within a value and an unknown attribute', async () => {
    const report = await read(
      cobertura(
        "<class\n\tfilename='a.py'\r\n  name = 'x > y'\n><lines><line hits='1'\n\nnumber='1' data-x=\"/>\" /><line hits='0' number='2'></line ></lines></class>",
      ),
    )

    expect([report.files.map(({ path }) => path), linesOf(report)]).toEqual([['a.py'], '1/2'])
  })

  test('namespaces, a self-closed <lines/> and a <class/> without content', async () => {
    const report = await read(
      '<c:coverage xmlns:c="urn:c" xmlns:x="urn:x" line-rate="1"><c:packages><c:package name="p"><c:classes>' +
        '<c:class name="a" filename="a.py"><c:lines/></c:class><c:class name="b" filename="b.py"/>' +
        '<c:class name="c" filename="c.py"><c:lines><c:line x:number="9" number="1" hits="1"/></c:lines></c:class>' +
        '</c:classes></c:package></c:packages></c:coverage>',
    )

    expect(linesOf(report)).toBe('1/1')
    expect(fileOf(report, 'c.py').hitsAt(1)).toBe(1)
  })

  test('file names with references', async () => {
    const report = await read(
      cobertura(
        '<class name="a" filename="a&amp;b&#47;&lt;T&gt;&#x2e;&quot;&apos;&#x1F600;.py"><lines><line number="&#49;" hits="1"/></lines></class>',
      ),
    )

    expect(report.files.map(({ path }) => path)).toEqual(['a&b/<T>."\'\u{1f600}.py'])
    expect(linesOf(report)).toBe('1/1')
  })
})

test('trap 19: a line within a comment, CDATA or a processing instruction is none', async () => {
  const line = '<line number="2" hits="0"/>'
  const report = await read(
    coberturaLines(
      `<line number="1" hits="1"/><!-- ${line} --><![CDATA[ ${line} ]]><?old ${line} ?><!---->` +
        `<!-- > ' " <class> -->`,
    ),
  )

  expect(linesOf(report)).toBe('1/1')
})

describe('trap 20: a document that is cut after any byte is truncated and never read', () => {
  const documents = {
    cobertura: cobertura(
      '<class name="a" filename="a.py"><methods/><lines><line number="1" hits="1"/><line number="2" hits="0" branch="true" condition-coverage="50% (1/2)"/></lines></class>' +
        '<!-- x --><class name="b" filename="b&amp;.py"><lines><![CDATA[ ]]></lines></class>',
    ).trimEnd(),
    jacoco:
      '<?xml version="1.0"?><report name="r"><sessioninfo id="a" start="1" dump="1700000000000"/><package name="p"><sourcefile name="A.java">' +
      '<line nr="1" mi="0" ci="1" mb="0" cb="0"/><line nr="2" mi="1" ci="0" mb="0" cb="0"/></sourcefile></package><counter type="LINE" missed="1" covered="1"/></report>',
    clover:
      '<coverage generated="1"><project timestamp="1"><file name="a"><line num="1" type="stmt" count="1"/><line num="2" type="stmt" count="0"/>' +
      '<metrics statements="2" coveredstatements="1"/></file></project></coverage>',
  } as const

  test.each(['cobertura', 'jacoco', 'clover'] as const)('%s', async (format) => {
    const whole = Buffer.from(documents[format])
    expect(linesOf(await read(whole))).toBe('1/2')

    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length)
      const forced = length === 0 ? 'unreadable-report' : 'truncated-report'
      await expect(read(cut, { format, chunkSize: 65_536 })).rejects.toMatchObject({ code: forced })
      await expect(read(cut, { chunkSize: 65_536 })).rejects.toMatchObject({ name: 'ReportProblem' })
    }
  })

  test('the message names the byte, the class and the likely cause', async () => {
    const whole = coberturaLines('<line number="1" hits="1"/><line number="2" hits="0"/>')
    const length = whole.indexOf('<line number="2"')

    await expect(read(whole.slice(0, length), { name: 'coverage.xml' })).rejects.toMatchObject({
      code: 'truncated-report',
      message: `coverage.xml: cut off at byte ${length}, inside <class name="a">. The test step was probably killed: nothing was judged.`,
      offset: length,
    })
  })
})

describe('trap 21: a document type declaration reads no file and defines nothing', () => {
  const withDoctype = (doctype: string, name = 'a.py'): string =>
    `<!DOCTYPE coverage ${doctype}>${cobertura(`<class name="a" filename="${name}"><lines><line number="1" hits="1"/></lines></class>`).replace(/<\?xml.*\n<!DOCTYPE.*\n/, '')}`

  test('declared and unused, it is passed over', async () => {
    const report = await read(
      withDoctype('SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd"><!-- ]> --><!ELEMENT a (b)>]'),
    )

    expect(linesOf(report)).toBe('1/1')
  })

  test.each([
    ['XXE', '[<!ENTITY x SYSTEM "file:///etc/passwd">]', '&x;'],
    [
      'billion laughs',
      `[<!ENTITY a "ha">${Array.from({ length: 9 }, (_, at) => `<!ENTITY b${at} "${'&a;'.repeat(10)}">`).join('')}]`,
      '&b8;',
    ],
    ['quadratic blow-up', `[<!ENTITY a "${'x'.repeat(50_000)}">]`, '&a;'.repeat(1000)],
    ['a name of HTML', 'SYSTEM "x.dtd"', 'a&nbsp;b.py'],
  ])('%s is an error within a second', async (_, doctype, name) => {
    const start = process.cpuUsage()

    await expect(read(withDoctype(doctype, name), { chunkSize: 65_536 })).rejects.toMatchObject({
      code: 'unreadable-report',
    })
    expect(millisecondsSince(start)).toBeLessThan(1000)
  })
})

describe('trap 22: nothing is allocated by the value of a number', () => {
  const line = (attributes: string): string => coberturaLines(`<line number="1" hits="1"/><line ${attributes}/>`)

  test.each([
    ['number="2147483647" hits="1"', 'number of <line> is "2147483647": expected a line number up to 10000000'],
    ['number="10000001" hits="1"', 'expected a line number up to 10000000'],
    ['number="99999999999999999999" hits="0"', 'expected a line number up to 10000000'],
    [
      'number="2" hits="1" branch="true" condition-coverage="0% (1/99999999)"',
      'expected at most 65535 branches a line',
    ],
    ['number="2" hits="1" branch="true" condition-coverage="0% (0/65536)"', 'expected at most 65535 branches a line'],
    [
      'number="2" hits="1" branch="true" condition-coverage="0% (1/99999999999999999999)"',
      'expected such as "50% (1/2)"',
    ],
  ])('%s is an error', async (attributes, message) => {
    await expect(read(line(attributes))).rejects.toMatchObject({ code: 'unreadable-report' })
    await expect(read(line(attributes))).rejects.toThrow(message)
  })

  test('10 000 000 lines and 65 535 branches are the largest that are read', async () => {
    const before = process.memoryUsage().arrayBuffers
    const report = await read(line('number="10000000" hits="1" branch="true" condition-coverage="0% (1/65535)"'))

    expect([linesOf(report), branchesOf(report)]).toEqual(['2/2', '1/65535'])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000)
  })

  test('JaCoCo and Clover have the same limits', async () => {
    const jacoco =
      '<report name="r"><package name="p"><sourcefile name="A"><line nr="1" ci="1" mb="40000" cb="40000"/></sourcefile></package></report>'
    const clover =
      '<coverage><project><file name="a"><metrics conditionals="80000" coveredconditionals="40000"/><line num="1" type="cond" count="1" truecount="40000" falsecount="40000"/></file></project></coverage>'

    await expect(read(jacoco)).rejects.toThrow('at most 65535 branches')
    await expect(read(clover)).rejects.toThrow('80000 branches on line 1: expected at most 65535')
  })

  test('100 000 levels of nesting are an error, also where no rule looks', async () => {
    const start = process.cpuUsage()

    await expect(read(coberturaLines('<x>'.repeat(100_000)), { chunkSize: 65_536 })).rejects.toMatchObject({
      code: 'unreadable-report',
    })
    await expect(
      read(`<report name="r">${'<group name="g">'.repeat(100_000)}`, { chunkSize: 65_536 }),
    ).rejects.toMatchObject({
      code: 'unreadable-report',
    })
    expect(millisecondsSince(start)).toBeLessThan(1000)
  })

  test('an attribute without an end is an error long before its end', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<coverage line-rate="1"><packages><package name="')
      for (; given < 1e8; given += 65_536) yield Buffer.alloc(65_536, 0x61)
    }
    const { readReport } = await import('@hardgate/coverage')

    await expect(readReport(endless(), 'auto', 'a.xml')).rejects.toMatchObject({ code: 'unreadable-report' })
    expect(given).toBeLessThan(4_000_000)
  })

  test('a source without an end is an error', async () => {
    const reading = read(`<coverage line-rate="1"><sources><source>${'a'.repeat(200_000)}`, { chunkSize: 65_536 })

    await expect(reading).rejects.toThrow('a <source> longer than any path')
  })
})

describe('trap 24: a number that is used and is none is unreadable', () => {
  const bad = ['Unknown', 'NaN', 'Infinity', '0,75', '-1', '', '1 2', '0x10', '1e', '٣']

  test.each(bad)('hits="%s"', async (value) => {
    const text = coberturaLines(`<line number="1" hits="1"/><line number="2" hits="${value}"/>`)

    await expect(read(text, { name: 'coverage.xml' })).rejects.toMatchObject({
      code: 'unreadable-report',
      message: `coverage.xml: at byte ${Buffer.from(text).indexOf('<line number="2"')}, inside <class name="a">: hits of <line> is "${value}": expected a number of hits. Nothing was judged.`,
    })
  })

  test.each([...bad, '1.0', 'null'])('number="%s"', async (value) => {
    const reading = read(coberturaLines(`<line number="${value}" hits="0"/>`))

    await expect(reading).rejects.toMatchObject({ code: 'unreadable-report' })
    await expect(reading).rejects.toThrow(`number of <line> is "${value}": expected a line number`)
  })

  test.each(['50% (NaN/2)', '50% (1/0,75)', '50% (Unknown)', '50% (3/2)', '(1/2', '50% (1/-2)', '50% (1.0/2)'])(
    'condition-coverage="%s"',
    async (value) => {
      const reading = read(coberturaLines(`<line number="1" hits="1" branch="true" condition-coverage="${value}"/>`))

      await expect(reading).rejects.toMatchObject({ code: 'unreadable-report' })
      await expect(reading).rejects.toThrow(`condition-coverage of <line> is "${value}": expected such as "50% (1/2)"`)
    },
  )

  test.each(['number', 'hits'])('a line without %s', async (name) => {
    const reading = read(coberturaLines('<line number="1" hits="1"/>'.replace(` ${name}="1"`, '')))

    await expect(reading).rejects.toThrow(`<line> has no ${name}: expected`)
  })

  test.each(['nr', 'ci', 'mb', 'cb'])('%s of JaCoCo', async (name) => {
    for (const value of bad) {
      const line = '<line nr="1" mi="0" ci="1" mb="1" cb="1"/>'.replace(`${name}="1"`, `${name}="${value}"`)
      const reading = read(
        `<report name="r"><package name="p"><sourcefile name="A">${line}</sourcefile></package></report>`,
      )
      await expect(reading).rejects.toMatchObject({ code: 'unreadable-report' })
    }
  })
})
