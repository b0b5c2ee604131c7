import { BIN_PAGE, type BinPages, NO_PAGE, PAGE_SHIFT, TABLE } from './bin-pages.ts'
import { highEdge, highWord, logLinear, lowEdge } from './log-linear.ts'
import type { Bounds, Distribution, TimeBin } from './run.ts'

/** A microsecond to four and a half hours, in buckets of less than 1 %: as many pages as a table has. */
const COARSE = logLinear(7, -10, 24)

/** Counters by their bucket, where there is a page for it. */
export interface BinCounts {
  readonly pages: BinPages
  /** Of the page of each 64 buckets. */
  readonly table: number
}

/** The bucket of a latency. */
export function binBucketOf(durationMs: number): number {
  const bucket = (highWord(durationMs) >>> COARSE.shift) - COARSE.first
  if (bucket < 0) return 0
  return bucket < COARSE.buckets ? bucket : COARSE.buckets - 1
}

/** Where bins are added up, one distribution after the other. */
const SUMS = new Float64Array(COARSE.buckets)

export const NO_USERS = Number.NEGATIVE_INFINITY

/** Requests that started within one bin of the time, as it is filled. */
export class FillingBin implements BinCounts {
  requests = 0
  failures = 0
  /** The most users that were told of in this part of the run. */
  users = NO_USERS
  #usersBefore = NO_USERS
  readonly pages: BinPages
  readonly table: number

  constructor(pages: BinPages) {
    this.pages = pages
    this.table = pages.tables.take()
  }

  count(bucket: number): void {
    const page = this.pages.tables.at(this.table, bucket >>> PAGE_SHIFT)
    this.pages.count(page === NO_PAGE ? this.#newPage(bucket >>> PAGE_SHIFT) : page, bucket & (BIN_PAGE - 1))
  }

  /** Moves what `other` has counted into this one; that is not to be used any more. */
  take(other: FillingBin): void {
    this.requests += other.requests
    this.failures += other.failures
    this.users = Math.max(this.users, other.users)
    this.#usersBefore = Math.max(this.#usersBefore, other.#usersBefore)
    const { tables } = this.pages
    for (let number = 0; number < TABLE; number += 1) {
      const page = tables.at(other.table, number)
      if (page === NO_PAGE) continue
      const own = tables.at(this.table, number)
      if (own === NO_PAGE) {
        tables.set(this.table, number, page)
        continue
      }
      this.pages.add(own, page)
      this.pages.giveBack(page)
    }
    tables.giveBack(other.table)
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
    return { requests: this.requests, failures: this.failures, latencies: new BinDistribution([this]) }
  }

  #newPage(number: number): number {
    const page = this.pages.take()
    this.pages.tables.set(this.table, number, page)
    return page
  }
}

/** Latencies of one or several bins of the time, at most 1 % wide. */
export class BinDistribution implements Distribution {
  readonly count: number
  readonly averageMs = undefined
  readonly #counts: readonly BinCounts[]

  constructor(counts: readonly BinCounts[]) {
    this.#counts = counts
    let count = 0
    for (const { pages, table } of counts) {
      for (let number = 0; number < TABLE; number += 1) {
        const page = pages.tables.at(table, number)
        if (page !== NO_PAGE) count += pages.sumOf(page)
      }
    }
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
    if (!(rank >= 1 && rank <= this.count)) throw new Error(`rank ${rank} of ${this.count} values`)
    const sums = this.#together()
    let bucket = 0
    for (let upTo = sums[0] ?? 0; upTo < rank; upTo += sums[bucket] ?? 0) bucket += 1
    const [low, high] = [lowEdge(COARSE, bucket), highEdge(COARSE, bucket)]
    return { value: Number.isFinite(high) ? low + (high - low) / 2 : low, low, high }
  }

  /** How many lie above the bucket of that latency, and how many in it or above. */
  countAbove(latencyMs: number): { readonly above: number; readonly from: number } {
    const bucket = binBucketOf(latencyMs)
    let above = 0
    let from = 0
    for (const { pages, table } of this.#counts) {
      for (let number = bucket >>> PAGE_SHIFT; number < TABLE; number += 1) {
        const page = pages.tables.at(table, number)
        if (page === NO_PAGE) continue
        for (let at = 0; at < BIN_PAGE; at += 1) {
          const one = number * BIN_PAGE + at
          if (one > bucket) above += pages.at(page, at)
          if (one >= bucket) from += pages.at(page, at)
        }
      }
    }
    return { above, from }
  }

  /** The sums of all bins; only pages that are there are looked at, for many bins of a rare label are nearly empty. */
  #together(): Float64Array {
    SUMS.fill(0)
    for (const { pages, table } of this.#counts) {
      for (let number = 0; number < TABLE; number += 1) {
        const page = pages.tables.at(table, number)
        if (page === NO_PAGE) continue
        const from = number * BIN_PAGE
        for (let at = 0; at < BIN_PAGE; at += 1) SUMS[from + at] = (SUMS[from + at] ?? 0) + pages.at(page, at)
      }
    }
    return SUMS
  }
}
