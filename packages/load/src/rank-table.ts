import type { Counted } from './counters.ts'
import type { Bounds } from './run.ts'

/** Counted values in ascending order, and how many there are up to each: answers what lies at a rank. */
export class RankTable {
  readonly #low: number[] = []
  readonly #high: number[] = []
  readonly #value: number[] = []
  readonly #upTo: number[] = []

  /** In ascending order only. `value` is what is shown for it. */
  add({ low, high, count }: Counted, value: number = low === high ? low : low + (high - low) / 2): void {
    this.#low.push(low)
    this.#high.push(high)
    this.#value.push(value)
    this.#upTo.push(this.count + count)
  }

  get count(): number {
    return this.#upTo.at(-1) ?? 0
  }

  at(rank: number): Bounds {
    if (!(rank >= 1 && rank <= this.count)) throw new Error(`rank ${rank} of ${this.count} values`)
    let from = 0
    let to = this.#upTo.length - 1
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((this.#upTo[middle] ?? 0) >= rank) to = middle
      else from = middle + 1
    }
    return { value: this.#value[from] ?? 0, low: this.#low[from] ?? 0, high: this.#high[from] ?? 0 }
  }

  /** Bounds of the mean of the values from one rank to another, both inclusive. */
  meanOf(fromRank: number, toRank: number): { readonly low: number; readonly high: number } {
    let low = 0
    let high = 0
    for (const [index, upTo] of this.#upTo.entries()) {
      const before = this.#upTo[index - 1] ?? 0
      const count = Math.min(upTo, toRank) - Math.max(before, fromRank - 1)
      if (count <= 0) continue
      low += (this.#low[index] ?? 0) * count
      high += (this.#high[index] ?? 0) * count
    }
    const count = toRank - fromRank + 1
    return { low: low / count, high: high / count }
  }
}
