import type { Detected } from './detect.ts'
import { type RefusalName, refusal } from './refused.ts'

const LONGEST_LINE = 4096

/** Told by the first line that is neither blank nor a comment of LCOV. */
export function detectText(head: Uint8Array): Detected {
  const line = firstLine(Buffer.from(head.buffer, head.byteOffset, head.byteLength))
  if (/^(?:TN|SF):/.test(line)) return { format: 'lcov' }
  if (/^mode: (?:set|count|atomic)$/.test(line)) return { format: 'go' }
  const name = REFUSED.find(([, pattern]) => pattern.test(line))?.[0]
  return name === undefined ? undefined : refusal(name)
}

const REFUSED: readonly (readonly [RefusalName, RegExp])[] = [
  ['jacoco-csv', /^GROUP,PACKAGE,CLASS,/],
  ['coverage-py-data', /^!coverage\.py: /],
  ['coverage-table', /^Name\s+Stmts\s+Miss/],
  ['gcov', /^\s*-:\s+0:Source:/],
]

function firstLine(head: Buffer): string {
  for (let start = 0; start < head.length; ) {
    const newline = head.indexOf(0x0a, start)
    const end = newline < 0 ? head.length : newline
    const line = head.toString('utf8', start, Math.min(end, start + LONGEST_LINE)).replace(/\r$/, '')
    if (line.trim() !== '' && !line.startsWith('#')) return line
    start = end + 1
  }
  return ''
}
