import type { Fact } from './model-facts.ts'
import type { BranchCount } from './totals.ts'

type KeyFact = Extract<Fact, { form: 'key' }>

const KINDS = ['arc', 'lcov', 'istanbul', 'condition', 'block'] as const
const INDEX: Readonly<Record<KeyFact['kind'], number>> = { arc: 0, lcov: 1, istanbul: 2, condition: 3, block: 4 }
const BLOCK = INDEX.block

/** Adds up the facts of one line. Used again for the next: there are millions. */
export class Tally {
  readonly #totals = new Uint32Array(KINDS.length)
  readonly #takens = new Uint32Array(KINDS.length)
  /** Blocks that are not taken here and may have been, in a report that hit the line and does not know them. */
  #maybes = 0
  /** Of missing-lists and counts, each of which is a kind of its own. */
  #total = 0
  #least = Number.POSITIVE_INFINITY
  #taken = 0
  #sum = 0
  #counted = 0
  #others = 0

  clear(): void {
    // fill() takes longer for so few
    for (let kind = 0; kind < KINDS.length; kind++) this.#totals[kind] = this.#takens[kind] = 0
    this.#maybes = this.#total = this.#taken = this.#sum = this.#counted = this.#others = 0
    this.#least = Number.POSITIVE_INFINITY
  }

  add(fact: Fact, isTaken: boolean, isMaybe: boolean): void {
    if (fact.form === 'key') this.#addKey(INDEX[fact.kind], isTaken, isMaybe)
    else if (fact.form === 'missing') {
      const taken = fact.total - fact.missing.length
      this.#addOther(fact.total, taken, taken)
    } else {
      this.#counted = fact.total
      this.#addOther(fact.total, fact.taken, fact.sum)
    }
  }

  /** The largest total and the largest taken of any kind; at most as many taken as all kinds together. */
  count(): BranchCount {
    let total = this.#total
    let low = this.#taken
    let sum = this.#sum + this.#maybes
    for (let kind = 0; kind < KINDS.length; kind++) {
      const taken = this.#takens[kind] ?? 0
      total = Math.max(total, this.#totals[kind] ?? 0)
      low = Math.max(low, taken)
      sum += taken
    }
    return { low, high: Math.min(total, sum), total }
  }

  /** Whether a block is here whose joint run may look otherwise. */
  get hasMaybes(): boolean {
    return this.#maybes > 0
  }

  /** Whether all branches of the line have keys, and of one kind. */
  hasOneKind(): boolean {
    return this.#others === 0 && this.#totals.filter((total) => total > 0).length === 1
  }

  /** Whether kinds differ in their totals. Blocks always may. */
  isUneven(): boolean {
    let least = this.#least
    let most = this.#total
    for (let kind = 0; kind < BLOCK; kind++) {
      const total = this.#totals[kind] ?? 0
      if (total === 0) continue
      least = Math.min(least, total)
      most = Math.max(most, total)
    }
    return least < most
  }

  /** Whether a kind that both have did not have the same branches, where this is both merged. */
  hasGrownFrom(a: Tally, b: Tally): boolean {
    for (let kind = 0; kind < BLOCK; kind++) {
      if (differ(a.#totals[kind] ?? 0, b.#totals[kind] ?? 0, this.#totals[kind] ?? 0)) return true
    }
    return differ(a.#counted, b.#counted, this.#counted)
  }

  #addKey(kind: number, isTaken: boolean, isMaybe: boolean): void {
    this.#totals[kind] = (this.#totals[kind] ?? 0) + 1
    if (isTaken) this.#takens[kind] = (this.#takens[kind] ?? 0) + 1
    else if (isMaybe) this.#maybes++
  }

  #addOther(total: number, taken: number, sum: number): void {
    this.#others++
    this.#total = Math.max(this.#total, total)
    this.#least = Math.min(this.#least, total)
    this.#taken = Math.max(this.#taken, taken)
    this.#sum += sum
  }
}

function differ(a: number, b: number, both: number): boolean {
  return a !== 0 && b !== 0 && (a !== both || b !== both)
}
