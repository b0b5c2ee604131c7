import type { XmlTag } from '@hardgate/scan'
import type { FileSink } from './report.ts'
import { pairOf } from './xml-numbers.ts'

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
  const branch = tag.text('branch')
  if (coverage === undefined) return isTrue(branch) ? 'uncounted' : undefined
  const missing = tag.text('missing-branches')
  const known = isTrue(branch) ? ofBranches : ofOthers
  const told = known.get(coverage) ?? toldBy(tag, coverage, isTrue(branch))
  if (told === undefined) return isTrue(branch) ? 'uncounted' : undefined
  return missing === undefined ? told : withMissing(told, missing)
}

// A report has millions of lines and a few different pairs.
const MOST_KNOWN = 4096
const ofBranches = new Map<string, ToldBranches>()
const ofOthers = new Map<string, ToldBranches>()

function toldBy(tag: XmlTag, coverage: string, saysBranch: boolean): ToldBranches | undefined {
  const pair = pairOf(tag, 'condition-coverage', coverage)
  if (pair === undefined) return undefined
  const told = { ...pair, saysBranch }
  const known = saysBranch ? ofBranches : ofOthers
  if (known.size < MOST_KNOWN) known.set(coverage, told)
  return told
}

function withMissing(told: ToldBranches, missing: string): ToldBranches {
  const { taken, total } = told
  const names = missing
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === total - taken) return { ...told, missing: names }
  // two statements that contradict each other: the lower one, without an identity
  return { ...told, taken: Math.max(0, Math.min(taken, total - names.length)) }
}

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
