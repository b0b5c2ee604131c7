export interface Random {
  readonly below: (limit: number) => number
  readonly pick: <T>(from: readonly T[]) => T
}

/** A small seeded generator (mulberry32), so that a failure can be repeated. */
export function seeded(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(from: readonly T[]): T => {
    for (const item of from.slice(below(from.length))) return item
    throw new Error('nothing to pick from')
  }
  return { below, pick }
}
