import { type FormatName, ReportProblem, readReport } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'

async function* repeated(
  start: string,
  part: (index: number) => string,
  count: number,
  end: string,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(start)
  for (let index = 0; index < count; index += 1000) {
    const parts = Array.from({ length: Math.min(1000, count - index) }, (_, at) => part(index + at))
    yield Buffer.from(parts.join(''))
  }
  yield Buffer.from(end)
}

/** What came of it, and the processor's time that it took: other processes of the machine do not count. */
async function outcomeOf(
  format: FormatName,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ outcome: string; ms: number }> {
  const start = process.cpuUsage()
  const outcome = await readReport(chunks, format, 'report').then(
    () => 'read',
    (error: unknown) => (error instanceof ReportProblem ? error.code : String(error)),
  )
  return { outcome, ms: process.cpuUsage(start).user / 1000 }
}

const file = (format: 'coverage.py-json' | 'istanbul', text: string): string =>
  format === 'istanbul' ? `{"/a.js":{"path":"/a.js",${text}` : `{"meta":{},"files":{"a.py":{${text}`

describe('trap 22, acceptance 7: what a hostile report says makes neither time nor room', () => {
  const one = (): string => ''
  test.each([
    ['a line of LCOV of 3 MiB', 'lcov', repeated('SF:', () => 'a'.repeat(3000), 1000, '\n'), 'unreadable-report'],
    [
      '60 000 branches of one line',
      'lcov',
      repeated('SF:a\n', (at) => `BRDA:1,0,${at % 7},1\n`, 60_000, 'end_of_record\n'),
      'read',
    ],
    [
      'more than 65 535 branches of one line',
      'lcov',
      repeated('SF:a\n', (at) => `BRDA:1,0,${at % 7},1\n`, 100_000, 'end_of_record\n'),
      'unreadable-report',
    ],
    [
      'lines far from each other',
      'lcov',
      repeated('SF:a\n', (at) => `DA:${at * 997 + 1},1\n`, 10_000, 'end_of_record\n'),
      'read',
    ],
    [
      '10 000 records of a line 10 million',
      'lcov',
      repeated('', (at) => `SF:${at}\nDA:10000000,1\nend_of_record\n`, 10_000, ''),
      'read',
    ],
    ['a digit of 1 MB', 'lcov', repeated('SF:a\nDA:', () => '9'.repeat(900), 1000, ',1\n'), 'unreadable-report'],
    ['a block of a million lines', 'go', repeated('mode: set\n', () => 'a.go:1.1,1000000.9 1 1\n', 1, ''), 'read'],
    [
      'many blocks of a million lines',
      'go',
      repeated('mode: set\n', (at) => `a.go:${at + 1}.1,1000000.9 1 1\n`, 1000, ''),
      'unreadable-report',
    ],
    [
      '100 000 lists within each other',
      'istanbul',
      repeated(file('istanbul', '"x":'), () => '[', 100_000, ''),
      'unreadable-report',
    ],
    [
      '100 000 objects within each other',
      'coverage.py-json',
      repeated(file('coverage.py-json', '"x":'), () => '{"a":', 100_000, ''),
      'unreadable-report',
    ],
    [
      'a text of 20 MB',
      'istanbul',
      repeated(file('istanbul', '"x":"'), () => 'a'.repeat(2000), 10_000, '"}}'),
      'unreadable-report',
    ],
    [
      'line 2^31 - 1',
      'istanbul',
      repeated(
        file('istanbul', '"statementMap":{"0":{"start":{"line":2147483647}}},"s":{"0":1},"branchMap":{},"b":{}}}'),
        one,
        0,
        '',
      ),
      'unreadable-report',
    ],
    [
      'a switch of 20 000 cases',
      'istanbul',
      repeated(
        file(
          'istanbul',
          '"statementMap":{},"s":{},"branchMap":{"0":{"loc":{"start":{"line":1}},"type":"switch","locations":[',
        ),
        (at) => `${at === 0 ? '' : ','}{"start":{"line":${at + 1},"column":0}}`,
        20_000,
        `]}},"b":{"0":[${'1,'.repeat(19_999)}0]}}}`,
      ),
      'read',
    ],
  ] as const)('%s', async (_, format, chunks, expected) => {
    const { outcome, ms } = await outcomeOf(format, chunks)

    expect(outcome).toBe(expected)
    expect(ms).toBeLessThan(2000)
  })
})
