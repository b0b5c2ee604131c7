import { bucketOf, type LogLinear } from './log-linear.ts'

/** What is known of the values of one part of a split bucket. */
export interface Part {
  count: number
  min: number
  max: number
}

/**
 * Buckets that hold a limit. Their values are counted below, at and above the limit apart, so a limit never lies within
 * what is counted together, and the report is read once.
 */
export class LimitSplits {
  /** Every watched bucket lies from here to `last`, so that others cost two comparisons. */
  readonly first: number
  readonly last: number
  readonly #limits: ReadonlyMap<number, readonly number[]>

  constructor(scale: LogLinear, limits: readonly number[]) {
    const sorted = [...new Set(limits.filter((limit) => limit > 0 && Number.isFinite(limit)))].sort((a, b) => a - b)
    const byBucket = new Map<number, number[]>()
    for (const limit of sorted) {
      const bucket = bucketOf(scale, limit)
      const others = byBucket.get(bucket)
      if (others === undefined) byBucket.set(bucket, [limit])
      else others.push(limit)
    }
    const buckets = [...byBucket.keys()]
    this.first = buckets[0] ?? Number.POSITIVE_INFINITY
    this.last = buckets.at(-1) ?? Number.NEGATIVE_INFINITY
    this.#limits = byBucket
  }

  isWatched(bucket: number): boolean {
    return this.#limits.has(bucket)
  }

  /** Parts of a watched bucket from the lowest: below the first limit, equal to it, up to the next, … */
  partOf(bucket: number, value: number): number {
    const limits = this.#limits.get(bucket) ?? []
    const above = limits.findIndex((limit) => value <= limit)
    if (above === -1) return limits.length * 2
    return value === limits[above] ? above * 2 + 1 : above * 2
  }
}

export function addToPart(parts: Part[], index: number, added: Part): void {
  while (parts.length <= index) parts.push({ count: 0, min: Number.POSITIVE_INFINITY, max: 0 })
  const part = parts[index]
  if (part === undefined) return
  part.count += added.count
  part.min = Math.min(part.min, added.min)
  part.max = Math.max(part.max, added.max)
}
