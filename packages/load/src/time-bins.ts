import { BinPages } from './bin-pages.ts'
import type { Timeline } from './run.ts'
import { binBucketOf, FillingBin, NO_USERS } from './time-bin.ts'

/** What the counters of timelines may take together, and when narrow bins are joined. Each bin takes 400 bytes more. */
export interface TimeLimits {
  readonly bytes: number
  readonly bins: number
  readonly joinAbove: number
}

/** More bins than a run can need: 300 000 of 3 s are ten days. Beyond, the times of the report cannot be meant. */
export const OF_WHOLE: TimeLimits = { bytes: 134_217_728, bins: 300_000, joinAbove: 512 }
/** Of all labels together. */
export const OF_LABELS: TimeLimits = { bytes: 33_554_432, bins: 100_000, joinAbove: 64 }
/** Bins begin narrower, so that a run of a few seconds has enough of them. */
const NARROWER = 64
const NO_BIN = Number.NEGATIVE_INFINITY

/** What timelines share. */
export interface TimeBase {
  readonly binMs: number
  readonly origin: Origin
  readonly limits: TimeLimits
  readonly pages: BinPages
  /** Bins that were begun. */
  bins: number
  /** Takes what is not kept any more. */
  readonly lost: FillingBin
}

/** The start of the first bin: of the first request that came, unless it was known before. */
export interface Origin {
  ms: number
}

export function timeBase(binMs: number, origin: Origin, limits: TimeLimits): TimeBase {
  const pages = new BinPages(limits.bytes)
  return { binMs, origin, limits, pages, bins: 0, lost: new FillingBin(pages) }
}

/**
 * Requests by the time of their start, in any order. Memory grows with the bins that hold a request, and has an end: a
 * hostile time costs one bin.
 */
export class TimeBins {
  /** Why there is no timeline: too many bins or counters. */
  problem: string | undefined
  readonly #base: TimeBase
  #binMs: number
  #bins = new Map<number, FillingBin>()
  #bin: FillingBin
  #binFrom = NO_BIN
  #binTo = NO_BIN

  constructor(base: TimeBase) {
    this.#base = base
    this.#binMs = base.binMs / NARROWER
    this.#bin = base.lost
  }

  /** `isJudged`: its latency counts. NaN: it has none. */
  add(startMs: number, durationMs: number, isFailure: boolean, isJudged: boolean): void {
    if (!(startMs >= this.#binFrom && startMs < this.#binTo)) this.#enter(startMs)
    const bin = this.#bin
    bin.requests += 1
    if (isFailure) bin.failures += 1
    if (isJudged) bin.count(binBucketOf(durationMs))
  }

  /** As `add` for one of many that succeeded, by the bucket of its latency; no number becomes an object of its own. */
  addFrom(starts: Float64Array, at: number, bucket: number): void {
    const startMs = starts[at] ?? Number.NaN
    if (!(startMs >= this.#binFrom && startMs < this.#binTo)) this.#enter(startMs)
    const bin = this.#bin
    bin.requests += 1
    bin.count(bucket)
  }

  addUnanswered(startMs: number, count: number, isFailure: boolean): void {
    if (!(startMs >= this.#binFrom && startMs < this.#binTo)) this.#enter(startMs)
    this.#bin.requests += count
    if (isFailure) this.#bin.failures += count
  }

  /** Users of the next part are beside those of this one. */
  endPart(): void {
    for (const bin of this.#bins.values()) bin.endPart()
  }

  users(atMs: number, count: number): void {
    if (!(atMs >= this.#binFrom && atMs < this.#binTo)) this.#enter(atMs)
    if (count > this.#bin.users) this.#bin.users = count
  }

  /** Equal bins from the first that holds a request to the last; undefined where there is none. */
  finish(): Timeline | undefined {
    while (this.#binMs < this.#base.binMs && this.#width() > this.#base.limits.joinAbove) this.#join()
    const used = this.#usedBins()
    const first = used[0]?.[0]
    const last = used.at(-1)?.[0]
    if (this.problem !== undefined || first === undefined || last === undefined) return undefined
    if (last - first >= this.#base.limits.bins) {
      this.problem = `its times are more than ${this.#base.limits.bins} tenths of a window apart`
      return undefined
    }
    const empty = new FillingBin(this.#base.pages).finished()
    const bins = Array.from({ length: last - first + 1 }, () => empty)
    for (const [number, bin] of used) bins[number - first] = bin.finished()
    return { startMs: this.#base.origin.ms + first * this.#binMs, binMs: this.#binMs, bins }
  }

  /** The most users in each bin that was told of. */
  userPoints(): { readonly atMs: number; readonly count: number }[] {
    const points = [...this.#bins].filter(([, { allUsers }]) => allUsers > NO_USERS).sort(([a], [b]) => a - b)
    return points.map(([number, { allUsers }]) => ({
      atMs: this.#base.origin.ms + number * this.#binMs,
      count: allUsers,
    }))
  }

  /** In bins, from the first to the last. */
  #width(): number {
    const used = this.#usedBins()
    return (used.at(-1)?.[0] ?? 0) - (used[0]?.[0] ?? 0)
  }

  #usedBins(): [number, FillingBin][] {
    return [...this.#bins].filter(([, { requests }]) => requests > 0).sort(([a], [b]) => a - b)
  }

  #enter(timeMs: number): void {
    if (Number.isNaN(this.#base.origin.ms)) this.#base.origin.ms = timeMs
    const number = Math.floor((timeMs - this.#base.origin.ms) / this.#binMs)
    let bin = this.#bins.get(number)
    if (bin === undefined) {
      if (this.#bins.size >= this.#base.limits.joinAbove && this.#binMs < this.#base.binMs) {
        this.#join()
        this.#enter(timeMs)
        return
      }
      if (this.#base.bins >= this.#base.limits.bins || this.#base.pages.isUsedUp) {
        this.#giveUp()
        return
      }
      bin = new FillingBin(this.#base.pages)
      this.#base.bins += 1
      this.#bins.set(number, bin)
    }
    this.#bin = bin
    this.#binFrom = this.#base.origin.ms + number * this.#binMs
    this.#binTo = this.#binFrom + this.#binMs
  }

  #giveUp(): void {
    this.problem = 'its times are spread over more bins than are kept'
    this.#bins.clear()
    this.#bin = this.#base.lost
    this.#binFrom = NO_BIN
    this.#binTo = Number.POSITIVE_INFINITY
  }

  /** Each two bins become one. */
  #join(): void {
    const joined = new Map<number, FillingBin>()
    for (const [number, bin] of this.#bins) {
      const half = Math.floor(number / 2)
      const other = joined.get(half)
      if (other === undefined) joined.set(half, bin)
      else other.take(bin)
    }
    this.#base.bins -= this.#bins.size - joined.size
    this.#bins = joined
    this.#binMs *= 2
  }
}
