import { type Cells, cellsFor, NO_CELLS, outgrown } from './model-cells.ts'
import { FORMS, factOf, formOf, joined, slotOf } from './model-facts.ts'
import { LineTable } from './model-lines.ts'
import { Tally } from './model-tally.ts'
import { ReportProblem } from './report.ts'
import type { BranchCount } from './totals.ts'
import { isPlaceOnly } from './v8-blocks.ts'

/** In how many of the merged reports the line was hit. */
export type HitReports = (line: number) => number

/** Lines whose totals differ are told to a person: no more of one file are kept. */
const MOST_UNEVEN = 100
/** A chain of so many facts is walked; a longer one gets an index, because one line may hold 65 535. */
const LONGEST_WALK = 32
const MOST_BRANCHES_PER_LINE = 65_535

/** The branches of a file: for each line a chain of facts, without an object for any of them. */
export class BranchTable {
  /** The first of a line's chain, plus 1. */
  readonly #heads = new LineTable()
  #size = 0
  /** A fact's number, doubled; plus 1 where it is a taken key. */
  #facts: Cells = NO_CELLS
  /** The next of the chain, plus 1; 0 ends it. */
  #next: Cells = NO_CELLS
  /** Once reports are merged and where there are blocks: how many reports that hit the line have the block. */
  #present: Cells | undefined
  #hasBlocks = false
  /** All forms of facts that were told, as bits. */
  #forms = 0
  #indexes: Map<number, Map<number, number>> | undefined
  #uneven: Set<number> | undefined

  get lastLine(): number {
    return this.#heads.last
  }

  get isEmpty(): boolean {
    return this.#heads.size === 0
  }

  /** Gives the place of what is now known, in the chain of the line. `isTaken` is of a key. */
  tell(line: number, fact: number, isTaken: boolean): number {
    this.#forms |= formOf(fact)
    const found = this.#find(line, slotOf(fact))
    if (found < 0) return this.#prepend(line, fact, isTaken)
    const before = this.#facts[found] ?? 0
    const both = joined(before >>> 1, fact)
    this.#facts[found] = both * 2 + ((before & 1) === 1 || isTaken ? 1 : 0)
    return found
  }

  tellBlock(line: number, fact: number, isTaken: boolean): void {
    this.#hasBlocks = true
    this.tell(line, fact, isTaken)
  }

  /** To be called before the hits of another report are added: until then hits tell in which report a block is. */
  keepPresence(own: HitReports): void {
    if (this.#hasBlocks) this.#present ??= this.#presence(own)
  }

  merge(other: BranchTable, own: HitReports, others: HitReports): void {
    const present = this.#hasBlocks || other.#hasBlocks ? (other.#present ?? other.#presence(others)) : undefined
    if (present !== undefined) this.#present ??= this.#presence(own)
    this.#hasBlocks ||= other.#hasBlocks
    other.#heads.each((line, head) => {
      const isNew = this.#heads.get(line) === 0
      if (!isNew) this.#tallyInto(MINE, line, NEVER)
      for (let entry = head - 1; entry >= 0; entry = other.#after(entry)) {
        const value = other.#facts[entry] ?? 0
        const mine = this.tell(line, value >>> 1, (value & 1) === 1)
        if (this.#present !== undefined) this.#present[mine] = (this.#present[mine] ?? 0) + (present?.[entry] ?? 0)
      }
      if (isNew) return
      other.#tallyInto(THEIRS, line, NEVER)
      this.#tallyInto(MERGED, line, NEVER)
      if (MERGED.hasGrownFrom(MINE, THEIRS)) this.#noteUneven(line)
    })
    for (const line of other.#uneven ?? []) this.#noteUneven(line)
  }

  /** Good until the next call. undefined: no branches. */
  tally(line: number, hitReports: HitReports): Tally | undefined {
    if (this.#heads.get(line) === 0) return undefined
    this.#tallyInto(SHARED, line, hitReports)
    return SHARED
  }

  /** Ascending. The tally is good during the call. */
  each(hitReports: HitReports, visit: (line: number, tally: Tally) => void): void {
    this.#heads.each((line) => {
      this.#tallyInto(SHARED, line, hitReports)
      visit(line, SHARED)
    })
  }

  /** Ascending. The count is good during the call. `isMaybe`: a block is among them whose joint run may look otherwise. */
  eachCount(hitReports: HitReports, visit: (line: number, count: BranchCount, isMaybe: boolean) => void): void {
    const isOneKind = (this.#forms & (this.#forms - 1)) === 0
    // nearly every file, and quicker than a tally
    if (isOneKind && this.#forms === FORMS.counted)
      this.#heads.each((line, head) => visit(line, this.#told(head), false))
    else if (isOneKind && (this.#forms & FORMS.keys) !== 0)
      this.#heads.each((line, head) => visit(line, this.#countKeys(head), false))
    else this.each(hitReports, (line, tally) => visit(line, tally.count(), tally.hasMaybes))
  }

  /** In the order in which they were told. */
  factsAt(line: number): { readonly fact: number; readonly isTaken: boolean }[] {
    const all = []
    for (let entry = this.#heads.get(line) - 1; entry >= 0; entry = this.#after(entry)) {
      const value = this.#facts[entry] ?? 0
      all.push({ fact: value >>> 1, isTaken: (value & 1) === 1 })
    }
    return all.reverse()
  }

  /** Lines for which reports have different branches, at most so many, ascending. */
  unevenLines(most: number): number[] {
    const lines = new Set(this.#uneven)
    // what is told in one way alone has one total; lists of what is missing have each their own
    const isEven = (this.#forms & (this.#forms - 1)) === 0 && this.#forms !== FORMS.missing
    if (isEven) return [...lines].sort((a, b) => a - b).slice(0, most)
    this.each(NEVER, (line, tally) => {
      if (lines.size < MOST_UNEVEN && tally.isUneven()) lines.add(line)
    })
    return [...lines].sort((a, b) => a - b).slice(0, most)
  }

  /** Of a line of which a number is told and nothing else. */
  #told(head: number): BranchCount {
    const fact = factOf((this.#facts[head - 1] ?? 0) >>> 1)
    if (fact.form !== 'counted') throw new Error('a number of branches is none')
    COUNT.total = fact.total
    COUNT.low = fact.taken
    COUNT.high = Math.min(fact.total, fact.sum)
    return COUNT
  }

  /** Of a line that has keys of one kind, and no blocks. */
  #countKeys(head: number): BranchCount {
    let total = 0
    let taken = 0
    for (let entry = head - 1; entry >= 0; entry = this.#after(entry)) {
      total++
      taken += (this.#facts[entry] ?? 0) & 1
    }
    COUNT.total = total
    COUNT.low = COUNT.high = taken
    return COUNT
  }

  #noteUneven(line: number): void {
    this.#uneven ??= new Set()
    if (this.#uneven.size < MOST_UNEVEN) this.#uneven.add(line)
  }

  #tallyInto(tally: Tally, line: number, hitReports: HitReports): void {
    tally.clear()
    const hits = this.#present === undefined ? 0 : hitReports(line)
    for (let entry = this.#heads.get(line) - 1; entry >= 0; entry = this.#after(entry)) {
      const value = this.#facts[entry] ?? 0
      const fact = factOf(value >>> 1)
      const isBlock = fact.form === 'key' && fact.kind === 'block'
      const present = this.#present?.[entry] ?? 0
      tally.add(fact, (value & 1) === 1, isBlock && mayBeTaken(fact.key, hits, present))
    }
  }

  #after(entry: number): number {
    return (this.#next[entry] ?? 0) - 1
  }

  #find(line: number, slot: number): number {
    let steps = 0
    for (let entry = this.#heads.get(line) - 1; entry >= 0; entry = this.#after(entry)) {
      if (slotOf((this.#facts[entry] ?? 0) >>> 1) === slot) return entry
      if (++steps === LONGEST_WALK) return this.#indexOf(line).get(slot) ?? -1
    }
    return -1
  }

  #indexOf(line: number): Map<number, number> {
    this.#indexes ??= new Map()
    const known = this.#indexes.get(line)
    if (known !== undefined) return known
    const index = new Map<number, number>()
    for (let entry = this.#heads.get(line) - 1; entry >= 0; entry = this.#after(entry)) {
      index.set(slotOf((this.#facts[entry] ?? 0) >>> 1), entry)
    }
    this.#indexes.set(line, index)
    return index
  }

  #prepend(line: number, fact: number, isTaken: boolean): number {
    const entry = this.#size++
    if (entry === this.#facts.length) this.#grow()
    this.#facts[entry] = fact * 2 + (isTaken ? 1 : 0)
    this.#next[entry] = this.#heads.get(line)
    this.#heads.set(line, entry + 1)
    const index = this.#indexes?.get(line)?.set(slotOf(fact), entry)
    if (index !== undefined && index.size > MOST_BRANCHES_PER_LINE) throw tooMany(line)
    return entry
  }

  #grow(): void {
    const room = Math.max(16, this.#size * 2)
    this.#facts = grown(this.#facts, room)
    this.#next = grown(this.#next, room)
    if (this.#present !== undefined) this.#present = grown(this.#present, room)
  }

  /** Of one report: a block of a line that was hit is in one. */
  #presence(hitReports: HitReports): Cells {
    const present = cellsFor(MOST_FACT, this.#facts.length)
    this.#heads.each((line, head) => {
      const hits = hitReports(line)
      for (let entry = head - 1; entry >= 0; entry = this.#after(entry)) present[entry] = hits
    })
    return present
  }
}

/** Of a block that is not taken. What is known by its place alone may be another block in every report. */
function mayBeTaken(key: string, hitReports: number, present: number): boolean {
  return hitReports > present || (hitReports > 1 && isPlaceOnly(key))
}

const COUNT = { low: 0, high: 0, total: 0 }
const MOST_FACT = 0xffff_ffff
const NEVER: HitReports = () => 0
const SHARED = new Tally()
const MINE = new Tally()
const THEIRS = new Tally()
const MERGED = new Tally()

function tooMany(line: number): ReportProblem {
  return new ReportProblem('unreadable-report', `line ${line} has more than ${MOST_BRANCHES_PER_LINE} branches`)
}

function grown(cells: Cells, length: number): Cells {
  const longer = cellsFor(MOST_FACT, length)
  longer.set(cells)
  outgrown(cells)
  return longer
}
