import type { Counted } from './counters.ts'
import { RankTable } from './rank-table.ts'
import type { Bounds, Distribution } from './run.ts'

/** A histogram as its tool has written it: what is shown for a bucket, its edges and its count. */
export class Histogram {
  readonly #buckets = new Map<number, { low: number; high: number; count: number }>()

  add(value: number, { low, high, count }: Counted): void {
    const known = this.#buckets.get(value)
    if (known === undefined) {
      this.#buckets.set(value, { low, high, count })
      return
    }
    // two files may know the edges of a bucket differently well
    known.low = Math.min(known.low, low)
    known.high = Math.max(known.high, high)
    known.count += count
  }

  addAll(other: Histogram): void {
    for (const [value, counted] of other.#buckets) this.add(value, counted)
  }

  get isEmpty(): boolean {
    return this.#buckets.size === 0
  }

  *ascending(): Generator<readonly [number, Counted]> {
    yield* [...this.#buckets].sort(([a], [b]) => a - b)
  }
}

export class BucketDistribution implements Distribution {
  readonly count: number
  readonly averageMs: number | undefined
  readonly minMs: Bounds
  readonly maxMs: Bounds
  readonly #table = new RankTable()

  /** What the tool knows beside its buckets is more exact than they are. */
  constructor(
    histogram: Histogram,
    known: { readonly averageMs?: number; readonly minMs?: number; readonly maxMs?: number } = {},
  ) {
    for (const [value, counted] of histogram.ascending()) this.#table.add(counted, value)
    this.count = this.#table.count
    this.averageMs = known.averageMs
    this.minMs = known.minMs === undefined ? this.#table.at(1) : exactly(known.minMs)
    this.maxMs = known.maxMs === undefined ? this.#table.at(this.count) : exactly(known.maxMs)
  }

  at(rank: number): Bounds {
    return this.#table.at(rank)
  }

  /** Of the values from one rank to another, both inclusive. */
  meanOf(fromRank: number, toRank: number): { readonly low: number; readonly high: number } {
    return this.#table.meanOf(fromRank, toRank)
  }
}

function exactly(value: number): Bounds {
  return { value, low: value, high: value }
}
