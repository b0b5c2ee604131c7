import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

interface Answer {
  readonly outcome: string
  readonly events: number
  readonly ms: number
  readonly maxRssMb: number
}

/** Reads an input of hostile-input.ts in a process of its own, whose memory can be measured. */
async function scanned(input: string): Promise<Answer> {
  const script = join(import.meta.dirname, 'hostile-input.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, input])
  return JSON.parse(stdout)
}

const UNKNOWN = 'is unknown: only &lt; &gt; &amp; &quot; &apos; and character references are read'

test.each([
  ['attribute of 1 GB', 'refused: a tag longer than 1048576 bytes'],
  ['attribute of 300 kB, byte by byte', 'accepted'],
  ['number of 1 GB', 'refused: a tag longer than 1048576 bytes'],
  ['name of 1 GB', 'refused: a tag longer than 1048576 bytes'],
  ['attributes of 1 GB', 'refused: a tag longer than 1048576 bytes'],
  ['blanks of 1 GB in a tag', 'refused: a tag longer than 1048576 bytes'],
  ['100 000 levels', 'refused: more than 1000 elements within each other'],
  ['100 000 levels, not closed', 'refused: "<" within a value: "&lt;" stands for it'],
  ['reference of 1 GB', `refused: "&#${'0'.repeat(59)}\u2026" is no reference: "&amp;" stands for an "&"`],
  ['names of one hash', 'accepted'],
  ['instruction name of 1 GB', 'refused: a processing instruction with too long a name'],
  ['declaration of 1 GB', 'refused: an XML declaration that does not end'],
  ['JSON string of 1 GB', 'refused: a string longer than 16777216 bytes'],
  ['JSON key of 1 GB', 'refused: a string longer than 16777216 bytes'],
  ['JSON string of 300 kB, byte by byte', 'accepted'],
  ['JSON number of 1 GB', 'refused: a number longer than 1024 bytes'],
  ['JSON of 100 000 levels', 'refused: more than 1000 objects and arrays within each other'],
  ['JSON of 100 000 objects', 'refused: more than 1000 objects and arrays within each other'],
  ['line of 1 GB', 'refused: a line longer than 1048576 bytes'],
  ['line of 300 kB, byte by byte', 'accepted'],
])(
  'acceptance 7, trap 22: %s is read or refused in under a second and 300 MB',
  async (input, outcome) => {
    const answer = await scanned(input)

    expect(answer.outcome).toBe(outcome)
    expect(answer.ms).toBeLessThan(1000)
    expect(answer.maxRssMb).toBeLessThan(300)
  },
  60_000,
)

test.each([
  ['billion laughs', `refused: &l10; ${UNKNOWN}`],
  ['quadratic blow-up', `refused: &l; ${UNKNOWN}`],
  ['external entity', `refused: &x; ${UNKNOWN}`],
  // declared and not used: there is nothing to expand, and nothing was fetched
  ['external DTD and parameter entity', 'accepted'],
])(
  'acceptance 7, trap 21: %s expands and fetches nothing',
  async (input, outcome) => {
    const answer = await scanned(input)

    expect(answer.outcome).toBe(outcome)
    expect(answer.ms).toBeLessThan(1000)
    expect(answer.maxRssMb).toBeLessThan(300)
  },
  60_000,
)

test('trap 21: what reads XML imports nothing that could read a file or reach a network', () => {
  const sources = new Map<string, string>()
  const follow = (file: string): void => {
    if (sources.has(file)) return
    sources.set(file, readFileSync(join(import.meta.dirname, '../../../packages/scan/src', file), 'utf8'))
    for (const [, from] of (sources.get(file) ?? '').matchAll(/\bfrom '([^']+)'/g)) follow(from ?? '')
  }

  // an import of anything but a file beside it is no file there, and fails
  follow('./xml-scanner.ts')

  expect(sources.size).toBeGreaterThan(12)
  const reaching = /\bimport\(|^import '|getBuiltinModule|require\(|\bfetch\(/m
  expect([...sources].filter(([, text]) => reaching.test(text))).toEqual([])
})

test.each([
  ['text of 600 MB', 2],
  ['JSON of 600 MB', 9234],
  ['lines of 600 MB', 9232],
])(
  'trap 23: %s is more than a string can hold, and is read in under 300 MB',
  async (input, events) => {
    const answer = await scanned(input)

    // JSON: an array, 9231 full strings and the empty start of the one that the closing bracket follows;
    // lines: 9231 of 65 001 bytes make 600 MB
    expect([answer.outcome, answer.events]).toEqual(['accepted', events])
    expect(answer.maxRssMb).toBeLessThan(300)
  },
  60_000,
)
