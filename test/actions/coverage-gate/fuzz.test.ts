import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CoverageReport, ReportProblem, readReport } from '@hardgate/coverage'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { gate, type Repo, removeTemporary, repo } from './world.ts'

// Mutations of real reports, the same in every run: `npm test -- fuzz` repeats a failure.
const ROUNDS = 600
/** Real seconds for all rounds of one report: a guard against a reader that hangs. */
const GUARD_MS = 60_000

/**
 * `canShow`: the report says how many lines there are, so what is taken out of it can be seen. gcovr tells each line
 * twice, in its method and in its class, so that no single removal lifts it.
 */
const REPORTS = [
  { file: 'coverage-py/reports/combined.xml', canShow: true },
  { file: 'coverage-py/reports/combined.json', canShow: true },
  { file: 'coverage-py/reports/combined.lcov', canShow: false },
  { file: 'nyc/reports/all.cobertura.xml', canShow: true },
  { file: 'nyc/reports/all.clover.xml', canShow: true },
  { file: 'nyc/reports/all.json', canShow: false },
  { file: 'c8/reports/all.lcov', canShow: false },
  { file: 'llvm-cov/reports/all.lcov', canShow: false },
  { file: 'gcovr/reports/all.xml', canShow: false },
  { file: 'phpunit/reports/xdebug.clover.xml', canShow: false },
  { file: 'jacoco/reports/aggregate.xml', canShow: true },
  { file: 'jacoco/reports/single.xml', canShow: true },
  { file: 'kover/reports/report.xml', canShow: true },
  { file: 'go/reports/atomic.out', canShow: false },
] as const

const bytesOf = (file: string): Buffer => readFileSync(join(import.meta.dirname, '../../fixtures/coverage', file))

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

const without = (bytes: Buffer, from: number, to: number): Buffer =>
  Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])

function withoutRange(bytes: Buffer, random: Random): Buffer {
  const from = random(bytes.length)
  return without(bytes, from, from + 1 + random(Math.min(400, bytes.length)))
}

function withoutLines(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\n')
  lines.splice(random(lines.length), 1 + random(6))
  return Buffer.from(lines.join('\n'), 'latin1')
}

/** One line as an element of XML, or one number of a list in JSON: what stays is well-formed. */
function withoutElement(bytes: Buffer, random: Random): Buffer {
  const elements = [
    ...bytes.toString('latin1').matchAll(/<line\b[^>]*\/>|<line\b[^>]*[^/]>[^]*?<\/line>|,\s*-?\d+(?=\s*[,\]])/g),
  ]
  const one = elements[random(elements.length)]
  return one === undefined ? bytes : without(bytes, one.index, one.index + one[0].length)
}

const REMOVALS = [withoutRange, withoutLines, withoutElement] as const

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  ...REMOVALS,
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[random(bytes.length)] = random(256)
    return changed
  },
  (bytes, random) => {
    const at = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(at + 1), at + random(200)), bytes.subarray(at)])
  },
  (bytes, random) => {
    const at = random(bytes.length)
    const number = ['-1', 'NaN', '0,75', '99999999999999999999', '1e9', '', '2147483647'][random(7)] ?? ''
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(number), bytes.subarray(at + number.length)])
  },
]

async function* chunks(bytes: Buffer, random: Random): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(bytes.length)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function read(bytes: Buffer, random: Random): Promise<CoverageReport | ReportProblem> {
  try {
    return await readReport(chunks(bytes, random), 'auto', 'mutated')
  } catch (error) {
    if (error instanceof ReportProblem) return error
    throw error
  }
}

describe.each(REPORTS)('$file', ({ file }) => {
  test(
    `in ${ROUNDS} mutations is read with numbers that can be, or refused with a message`,
    async () => {
      const original = bytesOf(file)
      const random = randomFrom(20_261_125)
      const messages: string[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const mutate = MUTATIONS[round % MUTATIONS.length]
        const result = await read(mutate?.(original, random) ?? original, random)
        if (result instanceof ReportProblem) messages.push(result.message)
        else expectPossible(result)
      }
      const clear = messages.filter((one) => /^mutated: .{10,}/s.test(one) && !/undefined|\[object|TypeError/.test(one))
      expect(messages.filter((one) => !clear.includes(one))).toEqual([])
      // a mutation that no reader ever notices would test nothing
      expect(messages.length).toBeGreaterThan(ROUNDS / 10)
      expect(messages.length).toBeLessThan(ROUNDS)
    },
    GUARD_MS,
  )
})

function expectPossible({ files }: CoverageReport): void {
  for (const { coverage } of files) {
    const { lines, branches, strictLines, statements = { covered: 0, total: 0 } } = coverage.totals()
    for (const number of [lines, branches, strictLines, statements].flatMap((one) => Object.values(one)))
      expect(Number.isSafeInteger(number) && number >= 0).toBe(true)
    expect(lines.covered).toBeLessThanOrEqual(lines.total)
    expect(branches.low).toBeLessThanOrEqual(branches.high)
    expect(branches.high).toBeLessThanOrEqual(branches.total)
    expect(strictLines.high).toBeLessThanOrEqual(lines.total)
  }
}

describe('what is taken out of a report that fails', () => {
  afterAll(removeTemporary)

  const withTotals = REPORTS.filter(({ canShow }) => canShow)
  describe.each(withTotals)('$file', ({ file }) => {
    let project: Repo
    let original: Counts
    beforeAll(async () => {
      const report = await read(bytesOf(file), randomFrom(1))
      if (report instanceof ReportProblem) throw report
      original = countsOf(report)
      const sources = report.files.map(({ path, module = '' }) => [pathIn(module, path), 'x\n'.repeat(5000)])
      project = repo(Object.fromEntries(sources))
    })

    test(
      'never lets it pass',
      async () => {
        const limit = justAbove(original)
        const random = randomFrom(7)
        const before = await judged(project, bytesOf(file), limit)
        // where the tool counts otherwise than its lines say, it is inconclusive to begin with
        expect(['fail', 'inconclusive']).toContain(before)
        const seen = new Set<string>()
        for (let round = 0; round < ROUNDS; round += 1) {
          const remove = REMOVALS[round % REMOVALS.length] ?? withoutElement
          const mutated = remove(bytesOf(file), random)
          const result = await read(mutated, random)
          if (result instanceof ReportProblem || !couldPass(result, limit, seen)) continue
          expect([mutated.toString('utf8'), await judged(project, mutated, limit)]).not.toContain('pass')
        }
        // a seed that takes out no uncovered line would test nothing
        expect(seen.size).toBeGreaterThan(0)
      },
      GUARD_MS * 2,
    )
  })
})

interface Counts {
  readonly covered: number
  readonly total: number
}

function countsOf({ files }: CoverageReport): Counts {
  const all = files.map(({ coverage }) => coverage.totals().lines)
  return {
    covered: all.reduce((sum, { covered }) => sum + covered, 0),
    total: all.reduce((sum, { total }) => sum + total, 0),
  }
}

/** The least limit in hundredths that the report misses: removing one uncovered line could lift it over. */
const justAbove = ({ covered, total }: Counts): number => (Math.floor((covered * 10_000) / total) + 1) / 100

/** Whether the counted lines alone would pass: those are worth a run of the whole gate. Each pair of numbers once. */
function couldPass(report: CoverageReport, limit: number, seen: Set<string>): boolean {
  const { covered, total } = countsOf(report)
  const key = JSON.stringify([covered, total, report.declared, report.files.length])
  if (total === 0 || covered * 100 < limit * total || seen.has(key)) return false
  seen.add(key)
  return true
}

const pathIn = (module: string, path: string): string =>
  [module, path.replaceAll('\\', '/').replace(/^([A-Za-z]:)?\/+/, '')].filter((part) => part !== '').join('/')

async function judged(project: Repo, bytes: Buffer, limit: number): Promise<string> {
  project.write({ 'coverage.report': bytes.toString('utf8') })
  const run = await gate(project, {
    reports: 'coverage.report',
    'min-lines': String(limit),
    'min-branches': 'off',
    stale: 'warn',
    'merged-report': 'off',
  })
  return run.report.verdict.outcome
}
