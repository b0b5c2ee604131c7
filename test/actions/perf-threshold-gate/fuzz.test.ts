import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseThresholds, verdictOf } from '@hardgate/gate'
import { assess, FORMATS, type FormatName, LoadProblem, type Run, readRuns } from '@hardgate/load'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { judgeRun } from '../../../actions/perf-threshold-gate/src/judge.ts'
import { METRICS } from '../../../actions/perf-threshold-gate/src/metrics.ts'
import { DOCUMENTS } from './documents.ts'

// Mutations of reports, the same in every run: `npm test -- perf-threshold-gate/fuzz` repeats a failure.
const ROUNDS = 48
/** Real seconds for all rounds of one report: a guard against a reader that hangs. */
const GUARD_MS = 60_000

/** Larger ones take their time and are of the same formats. */
const LARGEST = 20_000
const FIXTURES = join(import.meta.dirname, '../../fixtures/load')

/** What real tools have written, as far as it is there, and a small document of every format. */
const REPORTS: readonly (readonly [name: string, bytes: Buffer])[] = [
  ...FORMATS.map((format) => [format, Buffer.from(DOCUMENTS[format])] as const),
  ...realReports().map((path) => [path, readFileSync(join(FIXTURES, path))] as const),
]

function realReports(): string[] {
  const tools = existsSync(FIXTURES) ? readdirSync(FIXTURES, { withFileTypes: true }) : []
  return tools.flatMap((tool) => {
    const folder = join(FIXTURES, tool.name, 'reports')
    return tool.isDirectory() && existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => statSync(join(folder, name)).size <= LARGEST)
          .map((name) => `${tool.name}/reports/${name}`)
      : []
  })
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-fuzz-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Random = (below: number) => number

/** Mulberry32: small, seeded, the same on every machine. */
function randomFrom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const NUMBERS = ['-1', 'NaN', '0,75', '99999999999999999999', '1e9', '', '2147483647', 'Infinity', '-0', '1e-9', 'null']

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[random(bytes.length)] = random(256)
    return changed
  },
  (bytes, random) => {
    const from = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random(200))])
  },
  (bytes, random) => {
    const lines = bytes.toString('latin1').split('\n')
    lines.splice(random(lines.length), 1 + random(4))
    return Buffer.from(lines.join('\n'), 'latin1')
  },
  (bytes, random) => {
    const at = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(at + 1), at + random(200)), bytes.subarray(at)])
  },
  // one number of the text
  (bytes, random) => {
    const text = bytes.toString('latin1')
    const numbers = [...text.matchAll(/\d+(?:\.\d+)?/g)]
    const one = numbers[random(Math.max(1, numbers.length))]
    if (one === undefined) return bytes
    const number = NUMBERS[random(NUMBERS.length)] ?? ''
    return Buffer.from(text.slice(0, one.index) + number + text.slice(one.index + one[0].length), 'latin1')
  },
]

async function read(bytes: Buffer): Promise<Run | LoadProblem> {
  const file = join(folder, 'mutated')
  writeFileSync(file, bytes)
  try {
    return await readRuns([{ file, path: 'mutated' }])
  } catch (error) {
    if (error instanceof LoadProblem) return error
    throw error
  }
}

describe.each(REPORTS)('%s', (_, original) => {
  test(
    `in ${ROUNDS} mutations is read with numbers that can be, or refused with a message`,
    async () => {
      const random = randomFrom(20_261_125)
      const messages: string[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const mutate = MUTATIONS[round % MUTATIONS.length]
        const result = await read(mutate?.(original, random) ?? original)
        if (result instanceof LoadProblem) messages.push(result.message)
        else expectPossible(result)
      }

      const clear = messages.filter((one) => /mutated.{5,}/s.test(one) && !/undefined|\[object|TypeError/.test(one))
      expect(messages.filter((one) => !clear.includes(one))).toEqual([])
      // a mutation that no reader ever notices would test nothing
      expect(messages.length).toBeGreaterThan(0)
    },
    GUARD_MS,
  )
})

function expectPossible(run: Run): void {
  const { measurements } = assess(run, [{ metric: 'p95', scope: '**' }, { metric: 'p95.sustained' }], {
    confidence: '95',
  })
  const impossible = measurements.filter(
    ({ value, low = value, high = value, ratio, unit }) =>
      (unit === '1' && !Number.isSafeInteger(value)) ||
      !(value >= 0 && Number.isFinite(value) && low >= 0 && low <= high) ||
      (ratio !== undefined && !(ratio.numerator >= 0 && ratio.numerator <= ratio.denominator)),
  )
  expect(impossible).toEqual([])
}

const { thresholds } = parseThresholds('p95 < 500ms\nerror_rate <= 1%', METRICS)

function outcomeOf(run: Run | LoadProblem): string {
  if (run instanceof LoadProblem) return 'no-data'
  const { judgements } = judgeRun({
    run,
    thresholds,
    options: { confidence: '95' },
    earlier: undefined,
    isFirst: false,
  })
  const { outcome } = verdictOf({ gate: 'perf-threshold-gate', checks: judgements.map(({ check }) => check) })
  return outcome === 'pass' && run.partial !== undefined ? 'no-data' : outcome
}

/** Every document is of a run that is too slow and fails too often: no cut of it can pass. */
describe('a failing report that is cut anywhere never passes', () => {
  const CUTS = 60

  test.each(FORMATS)('%s', async (format: FormatName) => {
    const original = Buffer.from(DOCUMENTS[format])
    const passed: number[] = []
    for (let cut = 1; cut <= CUTS; cut += 1) {
      const length = Math.floor((original.length * cut) / (CUTS + 1))
      if (outcomeOf(await read(original.subarray(0, length))) === 'pass') passed.push(length)
    }

    expect(passed).toEqual([])
  })
})
