// Reads a generated report of more bytes than a string may have, and prints what came of it and the memory at its peak.
// node large-report-child.ts FORMAT MEGABYTES

import { type CoverageReport, readReport } from '@hardgate/coverage'
import { peakMegabytes } from '../../peak-memory.ts'

const FILES_PER_CHUNK = 50
const [format = '', megabytes = '0'] = process.argv.slice(2)

interface Text {
  readonly head: string
  readonly file: (name: string) => string
  readonly tail: string
}

// Every file has two lines, one of them covered; most of its bytes are what a report may also hold.
const TEXTS: Readonly<Record<string, Text>> = {
  cobertura: {
    head: '<coverage line-rate="1"><packages><package name="p"><classes>',
    file: (name) =>
      `<class name="c" filename="${name}"><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines>${' '.repeat(100_000)}</class>\n`,
    tail: '</classes></package></packages></coverage>\n',
  },
  lcov: {
    head: '',
    file: (name) => `SF:${name}\nDA:1,1\nDA:2,0\n${`FNDA:0,${'f'.repeat(990)}\n`.repeat(100)}end_of_record\n`,
    tail: '',
  },
}

async function* generated({ head, file, tail }: Text): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.from(Array.from({ length: FILES_PER_CHUNK }, (_, index) => file(`/ws/${index}`)).join(''))
  yield Buffer.from(head)
  for (let given = 0; given < Number(megabytes) * 1_000_000; given += chunk.length) yield chunk
  yield Buffer.from(tail)
}

function countedOf(report: CoverageReport): { covered: number; total: number } {
  let covered = 0
  let total = 0
  for (const { coverage } of report.files) {
    const { lines } = coverage.totals()
    covered += lines.covered
    total += lines.total
  }
  return { covered, total }
}

const text = TEXTS[format]
if (text === undefined) throw new Error(`no report of the format "${format}" is generated`)
const counted = countedOf(await readReport(generated(text), 'auto', 'large'))
console.log(JSON.stringify({ ...counted, peakMegabytes: peakMegabytes() }))
