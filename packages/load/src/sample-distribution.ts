import type { Counted, Counters } from './counters.ts'
import { RankTable } from './rank-table.ts'
import type { Bounds, Distribution } from './run.ts'

/** The table that was asked last. One for each of thousands of labels would be far more than their counters. */
let latest: { readonly of: SampleDistribution; readonly table: RankTable } | undefined

/** What some counters have counted together, such as those of the failures and of the successes. */
export class SampleDistribution implements Distribution {
  readonly count: number
  readonly averageMs: number | undefined
  readonly minMs: Bounds
  readonly maxMs: Bounds
  readonly #counters: readonly Counters[]

  constructor(counters: readonly Counters[]) {
    const totals = counters.map((one) => one.totals()).filter(({ count }) => count > 0)
    this.#counters = counters
    this.count = totals.reduce((sum, one) => sum + one.count, 0)
    this.averageMs = this.count === 0 ? undefined : totals.reduce((sum, one) => sum + one.sum, 0) / this.count
    this.minMs = exactly(Math.min(...totals.map(({ min }) => min)))
    this.maxMs = exactly(Math.max(...totals.map(({ max }) => max)))
  }

  at(rank: number): Bounds {
    if (latest?.of !== this) latest = { of: this, table: tableOf(this.#counters) }
    return latest.table.at(rank)
  }
}

/** NaN where there is no value. */
function exactly(value: number): Bounds {
  const known = Number.isFinite(value) ? value : Number.NaN
  return { value: known, low: known, high: known }
}

function tableOf(counters: readonly Counters[]): RankTable {
  const table = new RankTable()
  let pending: Counted | undefined
  for (const next of ascending(counters)) {
    if (pending !== undefined && next.low <= pending.high) {
      // which of the two comes first cannot be told
      const high = Math.max(pending.high, next.high)
      pending = { low: pending.low, high, count: pending.count + next.count }
      continue
    }
    if (pending !== undefined) table.add(pending)
    pending = next
  }
  if (pending !== undefined) table.add(pending)
  return table
}

function* ascending(counters: readonly Counters[]): Generator<Counted> {
  const streams = counters.flatMap((one) => [started(one.wholes()), started(one.fractions())])
  for (;;) {
    let lowest = streams[0]
    for (const one of streams) if (isBefore(one.next, lowest?.next)) lowest = one
    if (lowest?.next === undefined) return
    yield lowest.next
    lowest.next = taken(lowest.rest)
  }
}

interface Stream {
  next: Counted | undefined
  readonly rest: Iterator<Counted>
}

function started(rest: Iterator<Counted>): Stream {
  return { next: taken(rest), rest }
}

function taken(rest: Iterator<Counted>): Counted | undefined {
  const { done, value } = rest.next()
  return done === true ? undefined : value
}

function isBefore(a: Counted | undefined, b: Counted | undefined): boolean {
  if (a === undefined || b === undefined) return b === undefined
  return a.low < b.low || (a.low === b.low && a.high < b.high)
}
