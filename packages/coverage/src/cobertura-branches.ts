import type { XmlTag } from '@hardgate/scan'
import type { FileSink } from './report.ts'
import { type BranchPair, pairOf } from './xml-numbers.ts'

/** What a line says about its branches. */
export interface ToldBranches {
  readonly taken: number
  readonly total: number
  /** coverage.py's names of the branches not taken: all others are taken. */
  readonly missing?: readonly string[]
  /** `branch="true"`: the tool collected branches, even where there is none. */
  readonly saysBranch: boolean
  readonly isNegative: boolean
}

/** `uncounted`: there are branches, and the line itself does not say how many. */
export function branchesOf(tag: XmlTag): ToldBranches | 'uncounted' | undefined {
  const coverage = tag.text('condition-coverage')
  const saysBranch = isTrue(tag.text('branch'))
  const pair = coverage === undefined ? undefined : pairOf(tag, 'condition-coverage', coverage)
  if (pair === undefined) return saysBranch ? 'uncounted' : undefined
  const { taken, total, isNegative } = pair
  const missing = tag.text('missing-branches')
  if (missing === undefined) return (saysBranch ? ofBranches : ofOthers).told(pair)
  const names = missing
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === total - taken) return { taken, total, missing: names, saysBranch, isNegative }
  // two statements that contradict each other: the lower one, without an identity
  return { taken: Math.max(0, Math.min(taken, total - names.length)), total, saysBranch, isNegative }
}

/** The same object for the same pair: a report has millions of lines and a few different pairs. */
class KnownPairs {
  readonly #saysBranch: boolean
  readonly #told = new WeakMap<BranchPair, ToldBranches>()

  constructor(saysBranch: boolean) {
    this.#saysBranch = saysBranch
  }

  told(pair: BranchPair): ToldBranches {
    const known = this.#told.get(pair)
    if (known !== undefined) return known
    const told = { ...pair, saysBranch: this.#saysBranch }
    this.#told.set(pair, told)
    return told
  }
}

const ofBranches = new KnownPairs(true)
const ofOthers = new KnownPairs(false)

export function tellBranches(file: FileSink, line: number, { taken, total, missing }: ToldBranches): void {
  if (total === 0) return
  if (missing === undefined) file.countedBranches(line, taken, total)
  else file.missingBranches(line, total, missing)
}

/** The conditions of one line, where they count its branches: each is whole, 0 or 1 (grcov). A percent is none. */
export class ConditionCount {
  #taken = 0
  #total = 0
  #isCounted = true

  add(tag: XmlTag): void {
    const coverage = tag.text('coverage')
    if (coverage !== '0' && coverage !== '1') this.#isCounted = false
    if (coverage === '1') this.#taken++
    this.#total++
  }

  told(): ToldBranches | undefined {
    if (!this.#isCounted || this.#total === 0) return undefined
    return { taken: this.#taken, total: this.#total, saysBranch: true, isNegative: false }
  }
}

// coverlet writes "True"
function isTrue(value: string | undefined): boolean {
  return value === 'true' || value?.toLowerCase() === 'true'
}
