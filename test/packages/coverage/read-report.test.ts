import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { readReport } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { coberturaLines, linesOf, read } from './xml-documents.ts'

const SMALL = {
  cobertura: coberturaLines('<line number="1" hits="1"/><line number="2" hits="0"/>'),
  jacoco:
    '<report name="r"><package name="p"><sourcefile name="A"><line nr="1" ci="1"/><line nr="2" ci="0"/></sourcefile></package></report>',
  clover:
    '<coverage><project><file name="a"><line num="1" type="stmt" count="1"/><line num="2" type="stmt" count="0"/></file></project></coverage>',
  lcov: 'TN:\nSF:a.c\nDA:1,1\nDA:2,0\nend_of_record\n',
  go: 'mode: set\nexample.com/a/a.go:1.1,1.9 1 1\nexample.com/a/a.go:2.1,2.9 1 0\n',
  'coverage.py-json': JSON.stringify({
    meta: { format: 3, version: '7.17.0', timestamp: '2026-01-01T00:00:00', branch_coverage: false },
    files: { 'a.py': { executed_lines: [1], missing_lines: [2], excluded_lines: [] } },
    totals: { covered_lines: 1, num_statements: 2, missing_lines: 1 },
  }),
  istanbul: JSON.stringify({
    '/a.js': {
      path: '/a.js',
      statementMap: {
        0: { start: { line: 1, column: 0 }, end: { line: 1, column: 9 } },
        1: { start: { line: 2, column: 0 }, end: { line: 2, column: 9 } },
      },
      fnMap: {},
      branchMap: {},
      s: { 0: 1, 1: 0 },
      f: {},
      b: {},
    },
  }),
} as const
const FORMATS = ['cobertura', 'jacoco', 'clover', 'lcov', 'go', 'coverage.py-json', 'istanbul'] as const

test.each(FORMATS)('%s is told by its content and read in chunks of any size', async (format) => {
  for (const chunkSize of [1, 3, 65_536]) {
    const report = await read(SMALL[format], { chunkSize })
    expect([report.format, linesOf(report)]).toEqual([format, '1/2'])
  }
})

test.each(FORMATS)('%s is read where it is asked for by name', async (format) => {
  const report = await read(SMALL[format], { format })

  expect([report.format, linesOf(report)]).toEqual([format, '1/2'])
})

test.each(['', '\n', ' \r\n\t', '\ufeff'])('a file of %j is empty, in every format', async (content) => {
  for (const format of ['auto', ...FORMATS] as const) {
    await expect(read(content, { format, name: 'coverage.xml' })).rejects.toMatchObject({
      code: 'unreadable-report',
      message:
        'coverage.xml: the file is empty. The step that writes it failed, or was still running: nothing was judged.',
    })
  }
})

test('a stream without a chunk and chunks without a byte are an empty file', async () => {
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  async function* empties(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array()
    yield new Uint8Array()
  }

  await expect(readReport(nothing(), 'auto', 'a')).rejects.toMatchObject({ code: 'unreadable-report' })
  await expect(readReport(empties(), 'lcov', 'a')).rejects.toMatchObject({ code: 'unreadable-report' })
})

test('the format is found behind more than a head of blanks only where it is asked for', async () => {
  const late = `${' '.repeat(70_000)}${SMALL.cobertura.slice(SMALL.cobertura.indexOf('<coverage'))}`

  expect(linesOf(await read(late, { format: 'cobertura', chunkSize: 65_536 }))).toBe('1/2')
  await expect(read(late, { chunkSize: 65_536 })).rejects.toMatchObject({ code: 'unknown-format' })
})

describe('problems', () => {
  test('a truncated LCOV says where and what had to come', async () => {
    await expect(read('SF:a.c\nDA:1,1\nDA:2', { name: 'lcov.info' })).rejects.toMatchObject({
      code: 'truncated-report',
      message: expect.stringMatching(
        /^lcov\.info: cut off at byte \d+: .*end_of_record\. The test step was probably killed: nothing was judged\.$/,
      ),
    })
  })

  test('a truncated JSON is truncated', async () => {
    const cut = SMALL.istanbul.slice(0, -1)

    await expect(read(cut, { name: 'coverage-final.json' })).rejects.toMatchObject({
      code: 'truncated-report',
      message: expect.stringMatching(/^coverage-final\.json: cut off at byte \d+/),
    })
  })

  test('XML that is none says where and what', async () => {
    const text = coberturaLines('<line number="1" hits="1"></lime>')

    await expect(read(text, { name: 'coverage.xml' })).rejects.toMatchObject({
      code: 'unreadable-report',
      message: `coverage.xml: at byte ${text.indexOf('</lime>')}, inside <class name="a">: expected </line> here. Nothing was judged.`,
      offset: text.indexOf('</lime>'),
    })
  })

  test('after the end of a class the package is the place', async () => {
    const text = coberturaLines('<line number="1" hits="1"/>').replace('</classes>', '</klasses>')

    await expect(read(text)).rejects.toThrow(
      `at byte ${text.indexOf('</klasses>')}, inside <package name="p">: expected </classes> here`,
    )
  })

  test('two documents in one file are an error', async () => {
    await expect(read(SMALL.jacoco + SMALL.jacoco)).rejects.toMatchObject({ code: 'unreadable-report' })
  })

  test('a name from the report can forge no command and no second line', async () => {
    const text = coberturaLines('<line number="x" hits="1"/>').replace(
      'name="a"',
      `name="a&#10;::error::forged ${'y'.repeat(500)}"`,
    )
    const reading = read(text, { name: 'a\n::error::b.xml' })

    await expect(reading).rejects.toMatchObject({
      message: expect.stringMatching(
        /^a ::error::b\.xml: at byte \d+, inside <class name="a ::error::forged y+….*Nothing was judged\.$/,
      ),
    })
  })

  test('an error of the source passes through as it is', async () => {
    const broken = new Error('EIO')
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<coverage line-rate="1"><packages>')
      throw broken
    }

    await expect(readReport(failing(), 'auto', 'a')).rejects.toBe(broken)
  })

  test('a source is closed once its content cannot be read', async () => {
    let isClosed = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (let given = 0; given < 1000; given++) yield Buffer.from('<coverage line-rate="1"><<')
      } finally {
        isClosed = true
      }
    }

    await expect(readReport(endless(), 'cobertura', 'a')).rejects.toMatchObject({ code: 'unreadable-report' })
    expect(isClosed).toBe(true)
  })
})

describe('trap 23: a file of more than 512 MiB is read without being held', () => {
  test.each(['cobertura', 'lcov'])(
    '%s',
    (format) => {
      const child = join(import.meta.dirname, 'large-report-child.ts')

      const output = execFileSync(process.execPath, [child, format, '600'], { encoding: 'utf8', timeout: 60_000 })

      const { covered, total, peakMegabytes }: Record<string, number> = JSON.parse(output)
      expect([covered, total]).toEqual([50, 100])
      expect(peakMegabytes).toBeLessThan(250)
    },
    60_000,
  )
})
