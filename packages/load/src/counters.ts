import { ExactSum } from './exact-sum.ts'
import { addToPart, LimitSplits, type Part } from './limit-splits.ts'
import { bucketOf, highEdge, highWord, logLinear, lowEdge, nextUp } from './log-linear.ts'
import { Pages } from './pages.ts'
import { LoadProblem } from './sink.ts'

export const PAGE_SIZE = 256
/** Whole milliseconds below are counted each for itself. */
const WHOLE_END = 65_536
/** A picosecond to half a year, in 65 536 buckets of at most 0.1 %. */
export const FINE = logLinear(10, -30, 34)
/** Fractions are kept as they are up to so many. */
const MOST_AS_THEY_ARE = 1024
const ENDLESS = Number.POSITIVE_INFINITY
const MOST_BYTES = 1_073_741_824
const TOO_MUCH =
  'counting its latencies by label needs more than 1 GiB: give the requests fewer names, or use `exclude`'

/** What all counters of one run share. */
export interface CountersBase {
  readonly pages: Pages
  readonly splits: LimitSplits
}

/** `limits` in milliseconds: no value is ever counted together with one on the other side of a limit. */
export function countersBase(limits: readonly number[] = []): CountersBase {
  return { pages: new Pages(PAGE_SIZE, MOST_BYTES), splits: new LimitSplits(FINE, limits) }
}

/** Values that are counted together, all of them from `low` to `high`. */
export interface Counted {
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * Counts latencies in milliseconds: whole ones below 65 536 exactly, others in buckets of at most 0.1 %, or as they are
 * while they are few. Memory depends on how the values spread and never on how many there are.
 */
export class Counters {
  readonly #base: CountersBase
  readonly #mostAsTheyAre: number
  readonly #whole: (Uint32Array | undefined)[] = []
  readonly #buckets: (Uint32Array | undefined)[] = []
  #asTheyAre: number[] | undefined = []
  #splits: Map<number, Part[]> | undefined
  #fractions = 0
  #fractionMin = Number.POSITIVE_INFINITY
  #fractionMax = 0
  readonly #fractionSum = new ExactSum()

  constructor(base: CountersBase, mostAsTheyAre: number = MOST_AS_THEY_ARE) {
    this.#base = base
    this.#mostAsTheyAre = mostAsTheyAre
  }

  add(value: number): void {
    const whole = value | 0
    if (whole !== value || whole >>> 16 !== 0) {
      this.#addFraction(value)
      return
    }
    const page = this.#whole[whole >>> 8] ?? this.#newPage(this.#whole, whole >>> 8)
    const at = whole & 255
    page[at] = (page[at] ?? 0) + 1
  }

  /** Adds what `other` has counted. */
  addAll(other: Counters): void {
    this.#addPages(this.#whole, other.#whole)
    if (other.#asTheyAre !== undefined) {
      for (const value of other.#asTheyAre) this.#addFraction(value)
      return
    }
    this.#putInBuckets()
    this.#addPages(this.#buckets, other.#buckets)
    for (const [bucket, parts] of other.#splits ?? [])
      for (const [index, part] of parts.entries()) this.#addToSplit(bucket, index, part)
    this.#fractions += other.#fractions
    this.#fractionMin = Math.min(this.#fractionMin, other.#fractionMin)
    this.#fractionMax = Math.max(this.#fractionMax, other.#fractionMax)
    this.#fractionSum.addAll(other.#fractionSum)
  }

  get isEmpty(): boolean {
    return this.#fractions === 0 && this.#whole.length === 0
  }

  /** Count, sum and the extremes, exactly. */
  totals(): { readonly count: number; readonly sum: number; readonly min: number; readonly max: number } {
    let count = this.#fractions
    let sum = 0
    let min = this.#fractionMin
    let max = this.#fractionMax
    for (const { low, count: times } of this.wholes()) {
      count += times
      sum += low * times
      min = Math.min(min, low)
      max = Math.max(max, low)
    }
    return { count, sum: sum + this.#fractionSum.value, min, max }
  }

  /** Whole milliseconds, ascending. */
  *wholes(): Generator<Counted> {
    for (const [number, page] of this.#whole.entries()) {
      if (page === undefined) continue
      for (let at = 0; at < PAGE_SIZE; at += 1) {
        const count = page[at] ?? 0
        const value = number * PAGE_SIZE + at
        if (count > 0) yield { low: value, high: value, count }
      }
    }
  }

  /** The others, ascending. */
  *fractions(): Generator<Counted> {
    if (this.#asTheyAre !== undefined) {
      for (const value of this.#asTheyAre.toSorted((a, b) => a - b)) yield { low: value, high: value, count: 1 }
      return
    }
    const watched = [...(this.#splits?.keys() ?? [])].sort((a, b) => a - b)
    for (const [bucket, count] of this.#usedBuckets()) {
      while (watched[0] !== undefined && watched[0] < bucket) yield* this.#partsOf(watched.shift())
      yield this.#bucket(bucket, count)
    }
    for (const bucket of watched) yield* this.#partsOf(bucket)
  }

  #addFraction(value: number): void {
    if (!(value >= 0 && value < ENDLESS)) {
      throw new LoadProblem('unreadable-report', `${value} ms is no time that a request can have taken`)
    }
    this.#fractions += 1
    if (value < this.#fractionMin) this.#fractionMin = value
    if (value > this.#fractionMax) this.#fractionMax = value
    this.#fractionSum.add(value)
    if (this.#asTheyAre === undefined) this.#count(value)
    else this.#keep(this.#asTheyAre, value)
  }

  #keep(values: number[], value: number): void {
    values.push(value)
    if (values.length > this.#mostAsTheyAre) this.#putInBuckets()
  }

  #putInBuckets(): void {
    const values = this.#asTheyAre ?? []
    this.#asTheyAre = undefined
    for (const value of values) this.#count(value)
  }

  #count(value: number): void {
    let bucket = (highWord(value) >>> FINE.shift) - FINE.first
    if (bucket < 0 || bucket >= FINE.buckets) bucket = bucketOf(FINE, value)
    const { splits } = this.#base
    if (bucket >= splits.first && bucket <= splits.last && splits.isWatched(bucket)) {
      this.#addToSplit(bucket, splits.partOf(bucket, value), { count: 1, min: value, max: value })
      return
    }
    const page = this.#buckets[bucket >>> 8] ?? this.#newPage(this.#buckets, bucket >>> 8)
    const at = bucket & 255
    page[at] = (page[at] ?? 0) + 1
  }

  #addToSplit(bucket: number, index: number, part: Part): void {
    this.#splits ??= new Map()
    const parts = this.#splits.get(bucket)
    if (parts !== undefined) {
      addToPart(parts, index, part)
      return
    }
    const first: Part[] = []
    addToPart(first, index, part)
    this.#splits.set(bucket, first)
  }

  #newPage(table: (Uint32Array | undefined)[], number: number): Uint32Array {
    const { pages } = this.#base
    if (pages.isUsedUp) throw new LoadProblem('unreadable-report', TOO_MUCH)
    while (table.length <= number) table.push(undefined)
    const page = pages.take()
    table[number] = page
    return page
  }

  #addPages(to: (Uint32Array | undefined)[], from: readonly (Uint32Array | undefined)[]): void {
    for (const [number, page] of from.entries()) {
      if (page === undefined) continue
      const target = to[number] ?? this.#newPage(to, number)
      for (let at = 0; at < PAGE_SIZE; at += 1) target[at] = (target[at] ?? 0) + (page[at] ?? 0)
    }
  }

  *#usedBuckets(): Generator<readonly [number, number]> {
    for (const [number, page] of this.#buckets.entries()) {
      if (page === undefined) continue
      for (let at = 0; at < PAGE_SIZE; at += 1) {
        const count = page[at] ?? 0
        if (count > 0) yield [number * PAGE_SIZE + at, count]
      }
    }
  }

  *#partsOf(bucket: number | undefined): Generator<Counted> {
    const parts = bucket === undefined ? [] : (this.#splits?.get(bucket) ?? [])
    for (const { count, min, max } of parts) if (count > 0) yield { low: min, high: max, count }
  }

  #bucket(bucket: number, count: number): Counted {
    const edge = lowEdge(FINE, bucket)
    // the whole number at its start is counted for itself
    const low = edge < WHOLE_END && Number.isInteger(edge) ? nextUp(edge) : edge
    return { low: Math.max(low, this.#fractionMin), high: Math.min(highEdge(FINE, bucket), this.#fractionMax), count }
  }
}
