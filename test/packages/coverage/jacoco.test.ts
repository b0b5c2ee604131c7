import type { CoverageReport } from '@hardgate/coverage'
import { expect, test } from '@jest/globals'
import { branchesOf, fileOf, linesOf, read } from './xml-documents.ts'

const jacoco = (content: string, name = 'shop'): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">` +
  `<report name="${name}">${content}</report>`

const source = (lines: string, name = 'Tax.java'): string => `<sourcefile name="${name}">${lines}</sourcefile>`
const inPackage = (content: string): string => `<package name="com/shop">${content}</package>`
const paths = (report: CoverageReport): unknown[] => report.files.map(({ path, module }) => [module, path])

const LINES =
  '<line nr="3" mi="0" ci="5" mb="0" cb="0"/><line nr="4" mi="1" ci="2" mb="1" cb="3"/><line nr="5" mi="4" ci="0" mb="2" cb="0"/>'

test('a line is covered by one covered instruction; branches are counts', async () => {
  const report = await read(jacoco(inPackage(source(LINES))))

  expect(report.format).toBe('jacoco')
  expect(linesOf(report)).toBe('2/3')
  expect(branchesOf(report)).toBe('3/6')
  expect(fileOf(report, 'com/shop/Tax.java').hitsAt(3)).toBe(1)
  expect(report.branches).toBe('collected')
})

test('trap 40: counters of methods, classes, source files, packages and groups add nothing', async () => {
  const counters = '<counter type="LINE" missed="100" covered="900"/><counter type="BRANCH" missed="10" covered="90"/>'
  const klass =
    `<class name="com/shop/Tax" sourcefilename="Tax.java"><method name="of" desc="()V" line="3">${counters}</method>${counters}` +
    `<line nr="9" mi="0" ci="1" mb="0" cb="0"/></class>`

  const report = await read(
    jacoco(
      `<group name="core">${inPackage(klass + source(LINES + counters) + counters)}${counters}</group>` +
        '<counter type="INSTRUCTION" missed="5" covered="7"/><counter type="LINE" missed="1" covered="2"/><counter type="BRANCH" missed="3" covered="3"/>',
    ),
  )

  expect(linesOf(report)).toBe('2/3')
  expect(branchesOf(report)).toBe('3/6')
  expect(report.declared).toEqual({ linesTotal: 3, linesCovered: 2, branchesTotal: 6, branchesCovered: 3 })
  expect(report.notes).toEqual([])
})

test('one package and file in two groups are two files; nested groups are told apart too', async () => {
  const file = inPackage(source(LINES))

  const report = await read(
    jacoco(
      `<group name="a"><group name="util">${file}</group></group><group name="b"><group name="util">${file}</group>${file}</group>`,
    ),
  )

  expect(paths(report)).toEqual([
    ['a/util', 'com/shop/Tax.java'],
    ['b/util', 'com/shop/Tax.java'],
    ['b', 'com/shop/Tax.java'],
  ])
  expect(linesOf(report)).toBe('6/9')
})

test('without groups the module is the name of the report, and a package may have no name', async () => {
  expect(paths(await read(jacoco(inPackage(source(LINES)), 'billing')))).toEqual([['billing', 'com/shop/Tax.java']])
  expect(paths(await read(jacoco(`<package name="">${source(LINES)}</package>`, '')))).toEqual([
    [undefined, 'Tax.java'],
  ])
})

test('the time is the latest dump of a session, and without sessions there is none', async () => {
  const sessions =
    '<sessioninfo id="a" start="1" dump="1700000002000"/><sessioninfo id="b" start="1700000005000" dump="1700000001000"/>'

  expect((await read(jacoco(sessions + inPackage(source(LINES))))).writtenAtMs).toBe(1_700_000_002_000)
  expect((await read(jacoco(inPackage(source(LINES))))).writtenAtMs).toBeUndefined()
})

test('trap 42: a line without ci is neither covered nor missed, so the report is refused and names gcovr --cobertura', async () => {
  const reading = read(jacoco(inPackage(source('<line nr="3" ci="1"/><line nr="4"/>'))), { name: 'cov.xml' })

  await expect(reading).rejects.toMatchObject({ code: 'unknown-format' })
  await expect(reading).rejects.toThrow(/^cov\.xml: this is JaCoCo XML whose lines have no ci.*gcovr --cobertura$/)
})

test('trap 42: mb="0" cb="0" on every line says that branches were collected, and lines without both do not', async () => {
  const zeros = await read(jacoco(inPackage(source('<line nr="3" mi="0" ci="1" mb="0" cb="0"/>'))))
  const without = await read(jacoco(inPackage(source('<line nr="3" mi="0" ci="1"/>'))))

  expect([zeros.branches, branchesOf(zeros)]).toEqual(['collected', '0/0'])
  expect([without.branches, branchesOf(without)]).toEqual(['none', '0/0'])
})

test.each([
  '<line nr="3" mi="0" ci="1" mb="2"/>',
  '<line nr="3" mi="0" ci="1" cb="2"/>',
  '<line nr="0" mi="0" ci="1"/>',
])('half a line is an error: %s', async (line) => {
  const reading = read(jacoco(inPackage(source(line))))

  await expect(reading).rejects.toMatchObject({ code: 'unreadable-report' })
  await expect(reading).rejects.toThrow('inside <sourcefile name="Tax.java">: ')
})

test('classes compiled without debug information are told of', async () => {
  const report = await read(jacoco(inPackage(`<class name="com/shop/Bare"/>${source(LINES)}`)))

  expect(report.notes).toEqual(['1 class compiled without debug information: their lines are in no number'])
})

test('Kover writes neither a DOCTYPE nor a sessioninfo', async () => {
  const report = await read(
    '<?xml version="1.0" ?>\n<report name="Kover Gradle Plugin XML report for :app">\n<package name="app">\n<sourcefile name="App.kt">\n' +
      '<line nr="5" mi="0" ci="2" mb="0" cb="0"/>\n</sourcefile>\n</package>\n<counter type="LINE" missed="0" covered="1"/>\n</report>\n',
  )

  expect([report.format, linesOf(report)]).toEqual(['jacoco', '1/1'])
})
