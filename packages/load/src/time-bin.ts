import { highEdge, highWord, logLinear, lowEdge } from './log-linear.ts'
import type { Pages } from './pages.ts'
import { RankTable } from './rank-table.ts'
import type { Bounds, Distribution, TimeBin } from './run.ts'

/** A microsecond to four and a half hours, in buckets of less than 1 %. */
const COARSE = logLinear(7, -10, 24)
/** A quarter of a power of two. */
export const BIN_PAGE = 32

export const NO_USERS = Number.NEGATIVE_INFINITY

/** Requests that started within one bin of the time, as it is filled. */
export class FillingBin {
  requests = 0
  failures = 0
  /** The most users that were told of in this part of the run. */
  users = NO_USERS
  #usersBefore = NO_USERS
  readonly #pages: Pages
  readonly #counts: (Uint32Array | undefined)[] = []

  constructor(pages: Pages) {
    this.#pages = pages
  }

  count(durationMs: number): void {
    let bucket = (highWord(durationMs) >>> COARSE.shift) - COARSE.first
    if (bucket < 0) bucket = 0
    else if (bucket >= COARSE.buckets) bucket = COARSE.buckets - 1
    const page = this.#counts[bucket >>> 5] ?? this.#newPage(bucket >>> 5)
    const at = bucket & 31
    page[at] = (page[at] ?? 0) + 1
  }

  /** Moves what `other` has counted into this one. */
  take(other: FillingBin): void {
    this.requests += other.requests
    this.failures += other.failures
    this.users = Math.max(this.users, other.users)
    this.#usersBefore = Math.max(this.#usersBefore, other.#usersBefore)
    for (const [number, page] of other.#counts.entries()) {
      if (page === undefined) continue
      const target = this.#counts[number]
      if (target === undefined) {
        while (this.#counts.length <= number) this.#counts.push(undefined)
        this.#counts[number] = page
        continue
      }
      for (let at = 0; at < BIN_PAGE; at += 1) target[at] = (target[at] ?? 0) + (page[at] ?? 0)
      this.#pages.giveBack(page)
    }
    other.#counts.length = 0
  }

  endPart(): void {
    this.#usersBefore = this.allUsers
    this.users = NO_USERS
  }

  /** Of all parts. */
  get allUsers(): number {
    if (this.users === NO_USERS) return this.#usersBefore
    return this.#usersBefore === NO_USERS ? this.users : this.#usersBefore + this.users
  }

  finished(): TimeBin {
    return { requests: this.requests, failures: this.failures, latencies: new BinDistribution([this.#counts]) }
  }

  #newPage(number: number): Uint32Array {
    while (this.#counts.length <= number) this.#counts.push(undefined)
    const page = this.#pages.take()
    this.#counts[number] = page
    return page
  }
}

type Counts = readonly (Uint32Array | undefined)[]

/** Latencies of one or several bins of the time, at most 1 % wide. */
export class BinDistribution implements Distribution {
  readonly count: number
  readonly averageMs = undefined
  readonly #counts: readonly Counts[]
  #table: RankTable | undefined

  constructor(counts: readonly Counts[]) {
    this.#counts = counts
    let count = 0
    for (const pages of counts) for (const page of pages) if (page !== undefined) count += sumOf(page)
    this.count = count
  }

  static of(distributions: readonly Distribution[]): BinDistribution {
    return new BinDistribution(distributions.flatMap((one) => (one instanceof BinDistribution ? one.#counts : [])))
  }

  get minMs(): Bounds {
    return this.at(1)
  }

  get maxMs(): Bounds {
    return this.at(this.count)
  }

  at(rank: number): Bounds {
    this.#table ??= this.#tableOf()
    return this.#table.at(rank)
  }

  /** How many lie above the bucket of that latency, and how many in it or above. */
  countAbove(latencyMs: number): { readonly above: number; readonly from: number } {
    const bucket = Math.min(COARSE.buckets - 1, Math.max(0, (highWord(latencyMs) >>> COARSE.shift) - COARSE.first))
    let above = 0
    let from = 0
    for (const counts of this.#counts) {
      for (let number = bucket >>> 5; number < counts.length; number += 1) {
        const page = counts[number]
        if (page === undefined) continue
        for (let at = 0; at < BIN_PAGE; at += 1) {
          const one = number * BIN_PAGE + at
          if (one > bucket) above += page[at] ?? 0
          if (one >= bucket) from += page[at] ?? 0
        }
      }
    }
    return { above, from }
  }

  #tableOf(): RankTable {
    const table = new RankTable()
    for (const [number, page] of this.#together().entries()) {
      for (const [at, count] of (page ?? []).entries()) {
        if (count === 0) continue
        const bucket = number * BIN_PAGE + at
        const [low, high] = [lowEdge(COARSE, bucket), highEdge(COARSE, bucket)]
        table.add({ low, high, count }, Number.isFinite(high) ? low + (high - low) / 2 : low)
      }
    }
    return table
  }

  /** The sums of all bins; only pages that are there are looked at, for many bins of a rare label are nearly empty. */
  #together(): (Float64Array | undefined)[] {
    const sums: (Float64Array | undefined)[] = []
    for (const counts of this.#counts) {
      for (const [number, page] of counts.entries()) {
        while (sums.length <= number) sums.push(undefined)
        if (page === undefined) continue
        const sum = sums[number] ?? new Float64Array(BIN_PAGE)
        sums[number] = sum
        for (let at = 0; at < BIN_PAGE; at += 1) sum[at] = (sum[at] ?? 0) + (page[at] ?? 0)
      }
    }
    return sums
  }
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum
}
