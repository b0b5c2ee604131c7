import type { FileCoverage, WrittenBranch } from './file-coverage.ts'
import type { Coverage } from './merge-coverage.ts'
import type { BranchCount } from './totals.ts'

/**
 * LCOV, one record a file, sorted by path: the same lines, totals and branches taken when it is read again. What LCOV cannot
 * say: of bounds only the lower one is left; statements, and totals that the lines do not add up to, are left out; so is
 * a file whose name does not fit on a line (`unwritableInLcov`).
 */
export function* writeLcov(coverage: Coverage): Generator<string> {
  for (const [path, file] of coverage) if (!unwritableInLcov(path)) yield recordOf(path, file)
}

/** A line break would let a file's name write lines of its own; U+2028 and the like break lines for some readers. */
export function unwritableInLcov(path: string): boolean {
  return /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(path)
}

function recordOf(path: string, file: FileCoverage): string {
  const { text, total, taken } = branchesOf(file)
  const lines = { text: 'DA:0,0\n'.repeat(file.linesWithoutNumber), total: file.linesWithoutNumber, covered: 0 }
  file.eachLine((line, hits) => {
    lines.text += `DA:${line},${hits}\n`
    lines.total++
    if (hits > 0) lines.covered++
  })
  const branchTotals = total === 0 ? '' : `BRF:${total}\nBRH:${taken}\n`
  return `TN:\nSF:${path}\n${text}${branchTotals}${lines.text}LF:${lines.total}\nLH:${lines.covered}\nend_of_record\n`
}

interface Branches {
  text: string
  total: number
  taken: number
}

type KeyedBranch = Exclude<WrittenBranch, { kind: 'counted' }>

function branchesOf(file: FileCoverage): Branches {
  const branches: Branches = { text: '', total: 0, taken: 0 }
  const keyOf = isOfBlocksOnly(file) ? () => `${branches.total},0` : lcovKey
  let line = 0
  let keyed: KeyedBranch[] = []
  const writeKeyed = (): void => {
    for (const one of keyed.sort(byKey)) add(branches, line, keyOf(one), one.isTaken)
    keyed = []
  }
  file.eachBranch((next, branch) => {
    if (next !== line) writeKeyed()
    line = next
    if (branch.kind === 'counted') addCounted(branches, line, branch.count)
    else keyed.push(branch)
  })
  writeKeyed()
  return branches
}

/**
 * They are written as V8's reporters do, so that readers know them for what they are: branch 0 alone, and blocks counted through
 * the record.
 */
function isOfBlocksOnly(file: FileCoverage): boolean {
  let isOnly = file.hasBranches
  file.eachBranch((_, { kind }) => {
    isOnly &&= kind === 'block'
  })
  return isOnly
}

/**
 * `block,branch`. A key that stands for the second of two equal ones (`0,0`, a line break and its number) is written as
 * equal again. Keys of other kinds become the text of a branch of block 0: no number, so that they are never taken for those
 * of a compiler.
 */
function lcovKey({ kind, key }: KeyedBranch): string {
  if (kind === 'lcov') return key.replace(/\n.*$/, '')
  return `0,${kind} ${key.replace(/[\p{Cc},]/gu, ' ')}`
}

/** The shorter first, which puts 2 before 10 and equal ones in their order. */
function byKey(a: KeyedBranch, b: KeyedBranch): number {
  if (a.key.length !== b.key.length) return a.key.length - b.key.length
  if (a.key === b.key) return 0
  return a.key < b.key ? -1 : 1
}

/**
 * Of a count, the branches known to be taken come first. Their names are no numbers: put together with another report, they
 * add to its branches and are never taken for them, which can lower a percentage and not raise it.
 */
function addCounted(branches: Branches, line: number, { low, total }: BranchCount): void {
  for (let at = 0; at < total; at++) add(branches, line, `0,counted ${at}`, at < low)
}

function add(branches: Branches, line: number, key: string, isTaken: boolean): void {
  branches.text += `BRDA:${line},${key},${isTaken ? 1 : 0}\n`
  branches.total++
  if (isTaken) branches.taken++
}
