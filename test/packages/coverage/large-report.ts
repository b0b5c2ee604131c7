// A child process of large-report.test.ts: writes a report of so many bytes into a reader and tells what was counted.

import { mergeCoverage, readReport, totalsOf } from '@hardgate/coverage'
import { peakMegabytes } from '../../peak-memory.ts'

const LINES = Array.from({ length: 600 }, (_, line) => line + 1)
const isCovered = (line: number): boolean => line % 3 !== 0

interface Writer {
  readonly start: string
  readonly file: (path: string) => string
  readonly end: string
}

const place = (line: number): string => `{"start":{"line":${line},"column":2},"end":{"line":${line},"column":40}}`
const branch = (line: number): string =>
  `{"loc":${place(line)},"type":"if","locations":[${place(line)},{"start":{},"end":{}}]}`
const object = (value: (line: number) => string): string =>
  `{${LINES.map((line) => `"${line}":${value(line)}`).join(',')}}`
const istanbulMaps = `"statementMap":${object(place)},"fnMap":{},"branchMap":${object(branch)},"f":{}`
const istanbulCounts = `"s":${object((line) => (isCovered(line) ? '7' : '0'))},"b":${object(() => '[1,0]')}`

const pythonFile = JSON.stringify({
  executed_lines: LINES.filter(isCovered),
  missing_lines: LINES.filter((line) => !isCovered(line)),
  executed_branches: LINES.map((line) => [line, line + 1]),
  missing_branches: LINES.map((line) => [line, -1]),
  contexts: { 1: ['test_with_a_long_name'.repeat(3000)] },
})

const WRITERS: Readonly<Record<'istanbul' | 'coverage.py-json', Writer>> = {
  istanbul: {
    start: '{',
    file: (path) => `"${path}":{"path":"${path}",${istanbulMaps},${istanbulCounts}}`,
    end: '}',
  },
  'coverage.py-json': {
    start: '{"meta":{"format":3,"branch_coverage":true},"totals":{},"files":{',
    file: (path) => `"${path}":${pythonFile}`,
    end: '}}',
  },
}

async function* report(writer: Writer, size: number, written: { files: number }): AsyncGenerator<Uint8Array> {
  let bytes = writer.start.length
  yield Buffer.from(writer.start)
  for (; bytes < size; written.files++) {
    const file = Buffer.from(`${written.files === 0 ? '' : ','}${writer.file(`src/f${written.files}.x`)}`)
    bytes += file.length
    yield file
  }
  yield Buffer.from(writer.end)
}

const [format, size] = process.argv.slice(2)
if (format !== 'istanbul' && format !== 'coverage.py-json') throw new Error(`no report of ${format} is made here`)
const written = { files: 0 }
const { files } = await readReport(report(WRITERS[format], Number(size), written), format, 'report')
const { lines, branches } = totalsOf(mergeCoverage(files).values())
const peakMiB = peakMegabytes()
process.stdout.write(JSON.stringify({ files: written.files, lines, branches, peakMiB }))
