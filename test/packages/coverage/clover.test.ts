import { mergeCoverage } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { branchesOf, fileOf, linesOf, read } from './xml-documents.ts'

const clover = (files: string, { attributes = '', metrics = '' } = {}): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<coverage generated="1700000000123" ${attributes}><project timestamp="1700000000" name="All files">` +
  `${metrics}${files}</project></coverage>`

const file = (lines: string, metrics: string, name = 'a.js'): string =>
  `<file name="${name}" path="/ws/src/${name}"><metrics ${metrics}/>${lines}</file>`

const statements = (total: number, covered: number): string => `statements="${total}" coveredstatements="${covered}"`
const conditionals = (total: number, covered: number): string =>
  `conditionals="${total}" coveredconditionals="${covered}"`

const ISTANBUL_LINES =
  '<line num="1" count="4" type="stmt"/><line num="2" count="4" type="cond" truecount="1" falsecount="3"/><line num="3" count="0" type="stmt"/>'

test('trap 40: truecount="1" falsecount="3" in Istanbul\'s Clover is 1 of 4', async () => {
  const report = await read(
    clover(file(ISTANBUL_LINES, `${statements(3, 2)} ${conditionals(4, 1)}`), { attributes: 'clover="3.2.0"' }),
  )

  expect(report.format).toBe('clover')
  expect(branchesOf(report)).toBe('1/4')
  expect(linesOf(report)).toBe('2/3')
  expect(report.branches).toBe('collected')
  expect(report.writtenAtMs).toBe(1_700_000_000_123)
})

test('the same line in OpenClover is both outcomes of one condition, whatever the clover attribute says', async () => {
  const lines =
    '<line num="1" type="method" count="4" signature="f()"/><line num="2" type="stmt" count="4"/><line num="2" type="stmt" count="4"/>' +
    '<line num="2" type="cond" truecount="1" falsecount="3"/><line num="5" type="cond" truecount="0" falsecount="4"/>'

  const report = await read(
    clover(file(lines, `${statements(2, 2)} ${conditionals(4, 3)} methods="1" coveredmethods="1"`, 'A.java'), {
      attributes: 'clover="3.2.0"',
    }),
  )

  expect(branchesOf(report)).toBe('3/4')
  expect(linesOf(report)).toBe('2/2')
  expect(fileOf(report, '/ws/src/A.java').hitsAt(1)).toBeUndefined()
})

test('where both senses give the totals, the count of a condition tells Istanbul', async () => {
  const metrics = `${statements(2, 2)} ${conditionals(4, 3)}`
  const istanbul =
    '<line num="1" count="2" type="cond" truecount="2" falsecount="0"/><line num="2" count="1" type="cond" truecount="1" falsecount="1"/>'
  const openClover = istanbul.replaceAll(/ count="\d"/g, '')

  const one = fileOf(await read(clover(file(istanbul, metrics))), '/ws/src/a.js')
  const other = fileOf(await read(clover(file(openClover, metrics))), '/ws/src/a.js')

  expect([one.branchesAt(1), one.branchesAt(2)]).toEqual([
    { low: 2, high: 2, total: 2 },
    { low: 1, high: 1, total: 2 },
  ])
  expect([other.branchesAt(1), other.branchesAt(2)]).toEqual([
    { low: 1, high: 1, total: 2 },
    { low: 2, high: 2, total: 2 },
  ])
})

test("branches on lines that Istanbul does not list are told of and left out; the report's own totals show them", async () => {
  const total = `${statements(3, 2)} ${conditionals(5, 2)}`
  const report = await read(clover(file(ISTANBUL_LINES, total), { metrics: `<metrics ${total}/>` }))

  expect(branchesOf(report)).toBe('1/4')
  expect(report.declared).toEqual({ linesTotal: 3, linesCovered: 2, branchesTotal: 5, branchesCovered: 2 })
  expect(report.notes).toEqual([
    "1 branch on lines that the report does not list, such as default values of parameters: left out. Istanbul's JSON and LCOV have them",
  ])
})

describe('conditionals that no dialect gives leave the branches open from none to all', () => {
  const condition = (count: string): string => `<line num="2"${count} type="cond" truecount="1" falsecount="3"/>`

  test.each([
    ['more taken than not listed', condition(' count="4"'), conditionals(3, 3), '0-4/4'],
    ['fewer taken than listed', condition(' count="4"'), conditionals(3, 0), '0-4/4'],
    ['more than all lines can have', condition(' count="4"'), conditionals(9, 9), '0-9/9'],
    ['some not listed by OpenClover', condition(''), conditionals(5, 2), '0-5/5'],
    ['none declared', condition(' count="4"'), '', '0-4/4'],
    [
      'several lines',
      condition(' count="4"') + condition(' count="4"').replace('2', '3'),
      conditionals(12, 12),
      '0-12/12',
    ],
  ])('%s', async (_, lines, metrics, expected) => {
    const report = await read(clover(file(lines, metrics)))

    expect(branchesOf(report)).toBe(expected)
    expect(report.notes).toHaveLength(1)
  })

  test('metrics of one file say nothing of the next', async () => {
    const lines = condition(' count="4"')
    const report = await read(
      clover(`${file(lines, `${statements(1, 1)} ${conditionals(4, 1)}`)}<file name="b.js">${lines}</file>`),
    )

    expect([branchesOf(report), linesOf(report)]).toEqual(['1-5/8', '2/2'])
  })
})

describe('PHPUnit', () => {
  const LINES =
    '<line num="4" type="method" name="a" visibility="public" complexity="1" crap="1" count="2"/><line num="5" type="stmt" count="2"/>' +
    '<line num="8" type="method" name="b" count="0"/><line num="9" type="stmt" count="0"/>'
  const php = (metrics: string): string =>
    clover(
      `<file name="/ws/src/A.php"><class name="A" namespace="global"><metrics ${statements(99, 99)}/></class>${LINES}<metrics ${metrics}/></file>` +
        `<metrics files="1" ${metrics}/>`,
    )

  test('where some method lines are statements the totals are those of metrics, and patch leaves the method lines out', async () => {
    const report = await read(php(`${statements(3, 2)} ${conditionals(0, 0)}`))
    const a = fileOf(report, '/ws/src/A.php')

    expect(linesOf(report)).toBe('2/3')
    expect([4, 5, 8, 9].map((line) => a.isNotInPatch(line))).toEqual([true, false, true, false])
    expect(report.notes[0]).toContain('--coverage-cobertura')
    expect(report.branches).toBe('none')
  })

  test('such a file cannot be merged with another report of it', async () => {
    const [one, other] = await Promise.all([read(php(statements(3, 2))), read(php(statements(3, 2)))])

    expect(() => mergeCoverage([...one.files, ...other.files])).toThrow('--coverage-cobertura')
  })

  test('where no method line is a statement the lines add up and can be merged', async () => {
    const [one, other] = await Promise.all([read(php(statements(2, 1))), read(php(statements(2, 1)))])

    expect(
      mergeCoverage([...one.files, ...other.files])
        .get('/ws/src/A.php')
        ?.totals().lines,
    ).toEqual({ covered: 1, total: 2 })
    expect(fileOf(one, '/ws/src/A.php').hitsAt(4)).toBeUndefined()
  })

  test('branches stand in metrics only: totals of the file and of the report, on no line', async () => {
    const report = await read(php(`${statements(2, 1)} ${conditionals(6, 5)}`))

    expect(report.branches).toBe('totals-only')
    expect(branchesOf(report)).toBe('5/6')
    expect(report.declared).toMatchObject({ branchesTotal: 6, branchesCovered: 5 })
  })
})

test('blocks of V8, told by a condition on line 1 and by every line being listed, are bounds where one run lacks one', async () => {
  const whole = '<line num="1" count="1" type="cond" truecount="1" falsecount="0"/>'
  const block = '<line num="2" count="1" type="cond" truecount="0" falsecount="1"/>'
  const statement = (line: number): string => `<line num="${line}" count="1" type="stmt"/>`
  const shards = await Promise.all(
    [whole + block + statement(3), whole + statement(2) + statement(3)].map((lines, index) =>
      read(clover(file(lines, `${statements(3, 3)} ${conditionals(2 - index, 1)}`))),
    ),
  )

  const merged = mergeCoverage(shards.flatMap(({ files }) => files)).get('/ws/src/a.js')

  expect(merged?.totals().branches).toEqual({ low: 1, high: 2, total: 2 })
  expect(shards[0]?.notes).toHaveLength(1)
})

test("gcovr's conditionals of 0 are no branch data, and its testproject is no source", async () => {
  const report = await read(
    '<coverage clover="1700000000" generated="1700000000"><project timestamp="1700000000"><metrics statements="2" coveredstatements="1" conditionals="0" coveredconditionals="0"/>' +
      `<package name="root">${file('<line num="4" type="stmt" count="1"/><line num="6" type="stmt" count="0"/>', `${statements(2, 1)} ${conditionals(0, 0)}`, 'a.cpp')}</package>` +
      '</project><testproject timestamp="1700000000"><metrics/><file name="dummy" path="dummy"><line num="1" type="stmt" count="1"/></file></testproject></coverage>',
  )

  expect(report.files.map(({ path }) => path)).toEqual(['/ws/src/a.cpp'])
  expect([linesOf(report), branchesOf(report), report.branches]).toEqual(['1/2', '0/0', 'none'])
  expect(report.declared).toMatchObject({ linesTotal: 2, linesCovered: 1 })
})

test('statements of which several are on one line declare nothing about lines', async () => {
  const lines = '<line num="4" type="stmt" count="1"/><line num="4" type="stmt" count="0"/>'
  const report = await read(
    clover(file(lines, statements(2, 1)), { metrics: `<metrics ${statements(2, 1)} ${conditionals(0, 0)}/>` }),
  )

  expect(linesOf(report)).toBe('1/1')
  expect(report.declared).toEqual({ branchesTotal: 0, branchesCovered: 0 })
})

test('metrics of classes, packages and files are not counted beside the lines', async () => {
  const huge = `<metrics ${statements(500, 400)} ${conditionals(0, 0)}/>`
  const report = await read(
    clover(
      `<package name="p">${huge}<file name="a.js"><class name="A">${huge}<line num="9" type="stmt" count="0"/></class>` +
        `<metrics ${statements(1, 1)}/><line num="1" type="stmt" count="1"/></file></package>`,
    ),
  )

  expect(linesOf(report)).toBe('1/1')
})

test.each(['num="x"', 'count="-1"', 'count="NaN"', 'truecount="Infinity"', 'falsecount="0,75"'])(
  'trap 24: %s in Clover is an error',
  async (attribute) => {
    const name = attribute.slice(0, attribute.indexOf('='))
    const line = '<line num="1" count="1" type="cond" truecount="1" falsecount="1"/>'.replace(
      new RegExp(` ${name}="[^"]*"`),
      ` ${attribute}`,
    )

    await expect(read(clover(file(line, `${statements(1, 1)} ${conditionals(2, 1)}`)))).rejects.toMatchObject({
      code: 'unreadable-report',
    })
  },
)

test.each(['Unknown', '0,75', '-1'])('trap 24: statements="%s" of a file is an error', async (value) => {
  const reading = read(clover(file('<line num="1" type="stmt" count="1"/>', `statements="${value}"`)))

  await expect(reading).rejects.toThrow(`statements of <metrics> is "${value}": expected a whole number`)
})
