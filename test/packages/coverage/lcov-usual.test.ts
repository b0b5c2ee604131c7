import { ReportProblem, readReport } from '@hardgate/coverage'
import { expect, test } from '@jest/globals'

/** All that was read, or why nothing was, without the place. */
async function read(text: string): Promise<unknown> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text)
  }
  try {
    const { files, branches, declared, notes } = await readReport(chunks(), 'lcov', 'a')
    return {
      branches,
      declared,
      notes,
      files: files.map(({ path, coverage }) => [path, coverage.totals(), told(coverage)]),
    }
  } catch (error) {
    if (!(error instanceof ReportProblem)) throw error
    return [error.code, error.message.replace(/byte \d+/, 'byte')]
  }
}

function told(coverage: Awaited<ReturnType<typeof readReport>>['files'][number]['coverage']): unknown[] {
  const all: unknown[] = []
  coverage.eachLine((line, hits) => all.push([line, hits]))
  coverage.eachBranch((line, branch) => all.push([line, branch]))
  return all
}

const NUMBERS = [
  '0',
  '1',
  '7',
  '01',
  '999999999',
  '1000000000',
  '9007199254740993',
  `${'0'.repeat(50)}3`,
  '',
  '-',
  '-1',
  'x',
]
const KEYS = ['0', '1', '00', '32767', '32768', '99999', '', 'e0', 'U0', 'None', 'a,b', '12 ']

const LINES = [
  ...NUMBERS.flatMap((line) => NUMBERS.map((hits) => `DA:${line},${hits}`)),
  ...NUMBERS.map((line) => `BRDA:${line},0,0,1`),
  ...KEYS.flatMap((block) => KEYS.map((branch) => `BRDA:3,${block},${branch},1`)),
  ...NUMBERS.map((taken) => `BRDA:3,0,0,${taken}`),
  'DA:1,1,checksum',
  'DA:10000000,1',
  'DA:10000001,1',
  'BRDA:10000001,0,0,1',
  'DA:1',
  'DA:1,1 ',
  'DA: 1,1',
  'BRDA:1,0,0',
  'BRDA:1,0,0,-,',
  'DAX:1,1',
]

test.each(LINES)('%j ends in LF or in CRLF, and is the same line', async (line) => {
  const text = `SF:a.ts\nDA:3,1\n${line}\nBRDA:3,1,0,1\nBRDA:3,2,0,-\nend_of_record\n`

  expect(await read(text)).toEqual(await read(text.replaceAll('\n', '\r\n')))
})

test('blocks of V8 are told by their keys however many they are', async () => {
  const lines = Array.from({ length: 32_770 }, (_, at) => `BRDA:${1 + (at % 1000)},${at},0,1\n`).join('')

  expect(await read(`SF:a.ts\nDA:1,1\n${lines}end_of_record\n`)).toMatchObject({
    notes: [expect.stringMatching(/^V8 blocks in 1 file/)],
  })
})

test('a line outside of a record is one in either form', async () => {
  expect(await read('DA:1,1\n')).toEqual(await read('DA:1,1\r\n'))
})
