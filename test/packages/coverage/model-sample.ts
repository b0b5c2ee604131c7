import {
  type BranchCount,
  type BranchKind,
  createFileCoverage,
  type FileCoverage,
  type FileSink,
} from '@hardgate/coverage'
import type { Random } from '../markdown/random.ts'

/** One call of a `FileSink`, as data, so that a report can be told again and be added up in another way. */
export type Telling =
  | { readonly call: 'line'; readonly line: number; readonly hits: number }
  | {
      readonly call: 'branch'
      readonly line: number
      readonly kind: BranchKind
      readonly key: string
      readonly isTaken: boolean
    }
  | { readonly call: 'missing'; readonly line: number; readonly total: number; readonly missing: readonly string[] }
  | { readonly call: 'counted'; readonly line: number; readonly taken: number; readonly total: number }
  | { readonly call: 'unknown'; readonly line: number; readonly total: number }
  | { readonly call: 'block'; readonly line: number; readonly key: string; readonly isTaken: boolean }
  | { readonly call: 'statement'; readonly key: string; readonly weight: number; readonly hits: number }
  | { readonly call: 'unnumbered'; readonly count: number }

export type Report = readonly Telling[]

export function toldIn(...reports: readonly Report[]): FileCoverage[] {
  return reports.map((report) => {
    const file = createFileCoverage()
    for (const telling of report) tell(file, telling)
    return file
  })
}

export function mergedOf(files: readonly FileCoverage[]): FileCoverage {
  const merged = createFileCoverage()
  for (const file of files) merged.merge(file)
  return merged
}

export function tell(file: FileSink, telling: Telling): void {
  switch (telling.call) {
    case 'line':
      return file.line(telling.line, telling.hits)
    case 'branch':
      return file.branch(telling.line, telling.kind, telling.key, telling.isTaken)
    case 'missing':
      return file.missingBranches(telling.line, telling.total, telling.missing)
    case 'counted':
      return file.countedBranches(telling.line, telling.taken, telling.total)
    case 'unknown':
      return file.unknownBranches(telling.line, telling.total)
    case 'block':
      return file.block(telling.line, telling.key, telling.isTaken)
    case 'statement':
      return file.statement(telling.key, telling.weight, telling.hits)
    case 'unnumbered':
      return file.missedWithoutNumber(telling.count)
  }
}

const CALLS = [
  'line',
  'line',
  'branch',
  'branch',
  'missing',
  'counted',
  'unknown',
  'block',
  'block',
  'statement',
  'unnumbered',
] as const
const LINES = [1, 2, 3, 900, 3_000_000] as const

/** A report in which every way to tell of branches may meet every other on one line. */
export function randomReport(random: Random): Report {
  return Array.from({ length: random.below(14) }, () => randomTelling(random))
}

function randomTelling(random: Random): Telling {
  const line = random.pick(LINES)
  const total = 1 + random.below(3)
  const taken = random.below(total + 1)
  const isTaken = random.below(2) === 1
  const key = random.pick(['0,0', '0,1', '7,jump, or not'])
  const kind = random.pick(['arc', 'lcov', 'istanbul', 'condition'] as const)
  const missing = Array.from({ length: total - taken }, () => random.pick(['8', 'exit']))
  const tellings: { readonly [call in Telling['call']]: Telling } = {
    line: { call: 'line', line, hits: random.pick([0, 0, 1, 7, 70_000, Number.MAX_SAFE_INTEGER]) },
    branch: { call: 'branch', line, kind, key, isTaken },
    missing: { call: 'missing', line, total, missing },
    counted: { call: 'counted', line, taken, total },
    unknown: { call: 'unknown', line, total },
    block: { call: 'block', line, key: random.pick([key, '#0', '#1']), isTaken },
    statement: { call: 'statement', key, weight: random.below(4), hits: random.below(2) },
    unnumbered: { call: 'unnumbered', count: random.below(3) },
  }
  return tellings[random.pick(CALLS)]
}

/** All that can be asked of a file. */
export function answersOf(file: FileCoverage): unknown {
  const lines: unknown[] = []
  file.eachLine((line, hits) => lines.push([line, hits]))
  return {
    lines,
    branches: LINES.map((line) => file.branchesAt(line)),
    totals: file.totals(),
    some: file.totals((line) => line > 2),
    lastLine: file.lastLine,
    unnumbered: file.linesWithoutNumber,
    differing: file.linesWithDifferentTotals(9),
  }
}

/** The branches of a line by the rules, from all reports at once and with nothing kept in between. */
export function branchesByTheRules(reports: readonly Report[], line: number): BranchCount | undefined {
  const ofLine = reports.map((report) => report.filter((one) => 'line' in one && one.line === line))
  const all = ofLine.flat()
  const kinds = [
    ...keyedKinds(all),
    ...missingKinds(all),
    ...blockKind(ofLine),
    ...only(all, 'counted').map(({ taken, total }) => ({ total, low: taken, high: taken })),
    ...only(all, 'unknown').map(({ total }) => ({ total, low: 0, high: total })),
  ]
  if (kinds.length === 0) return undefined
  const total = Math.max(...kinds.map((kind) => kind.total))
  const low = Math.max(...kinds.map((kind) => kind.low))
  return { total, low, high: Math.min(total, sum(kinds.map((kind) => kind.high))) }
}

function keyedKinds(all: Report): BranchCount[] {
  return ['arc', 'lcov', 'istanbul', 'condition'].flatMap((kind) => {
    const told = only(all, 'branch').filter((one) => one.kind === kind)
    const total = new Set(told.map((one) => one.key)).size
    const taken = new Set(told.filter((one) => one.isTaken).map((one) => one.key)).size
    return total === 0 ? [] : [{ total, low: taken, high: taken }]
  })
}

function missingKinds(all: Report): BranchCount[] {
  return [1, 2, 3].flatMap((total) => {
    const lists = only(all, 'missing').filter((one) => one.total === total)
    if (lists.length === 0) return []
    const least = (name: string) =>
      Math.min(...lists.map(({ missing }) => missing.filter((one) => one === name).length))
    const taken = total - least('8') - least('exit')
    return [{ total, low: taken, high: taken }]
  })
}

function blockKind(ofLine: readonly Report[]): BranchCount[] {
  const all = only(ofLine.flat(), 'block')
  const keys = [...new Set(all.map((one) => one.key))]
  if (keys.length === 0) return []
  const taken = keys.filter((key) => all.some((one) => one.key === key && one.isTaken))
  const hit = ofLine.filter(isHit)
  const perhaps = keys.filter(
    (key) =>
      hit.some((report) => !only(report, 'block').some((one) => one.key === key)) ||
      // a place on the line: in each report it may be another block
      (hit.length > 1 && key.startsWith('#')),
  )
  return [{ total: keys.length, low: taken.length, high: new Set([...taken, ...perhaps]).size }]
}

function isHit(report: Report): boolean {
  return only(report, 'line').some((one) => one.hits > 0)
}

function only<Call extends Telling['call']>(report: Report, call: Call): Extract<Telling, { call: Call }>[] {
  return report.filter((one): one is Extract<Telling, { call: Call }> => one.call === call)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
