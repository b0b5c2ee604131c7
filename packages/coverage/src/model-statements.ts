import type { Count } from './totals.ts'

/** Statements of one file by their key: the weight doubled, plus 1 where one was hit. */
export class Statements {
  readonly #byKey = new Map<string, number>()

  /** The same key again: the larger weight, hit if any is. So no order of telling matters. */
  tell(key: string, weight: number, isHit: boolean): void {
    const before = this.#byKey.get(key) ?? 0
    const most = Math.max(weight, Math.floor(before / 2))
    this.#byKey.set(key, most * 2 + (isHit || before % 2 === 1 ? 1 : 0))
  }

  merge(other: Statements): void {
    for (const [key, told] of other.#byKey) this.tell(key, Math.floor(told / 2), told % 2 === 1)
  }

  count(): Count {
    let covered = 0
    let total = 0
    for (const told of this.#byKey.values()) {
      const weight = Math.floor(told / 2)
      total += weight
      if (told % 2 === 1) covered += weight
    }
    return { covered, total }
  }
}
