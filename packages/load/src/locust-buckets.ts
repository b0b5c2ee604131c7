/** All response times that a key of Locust's histogram can stand for, both edges included. Milliseconds. */
export interface Edges {
  readonly low: number
  readonly high: number
}

/**
 * Locust rounds half to even: below 100 ms to 1, below 1,000 to 10, below 10,000 to 100, above to 1,000
 * (`bucket_response_time` in its stats.py). So an edge belongs to the key that is an even multiple of its step, and the
 * other one ends at the next float. undefined: that rounding never gives this key.
 */
export function edgesOf(key: number): Edges | undefined {
  const below = stepBelow(key)
  const above = stepFrom(key)
  if (!Number.isSafeInteger(key) || key < 0 || key % above !== 0) return undefined
  const low = key - below / 2
  const high = key + above / 2
  return {
    low: low < 0 ? 0 : isEven(key / below) ? low : neighbour(low, 1n),
    high: isEven(key / above) ? high : neighbour(high, -1n),
  }
}

/**
 * Of keys from another rounding, which a user of Locust can put in: half the distance to the next keys. `keys` ascend;
 * beyond the first and the last only `minMs` and `maxMs` say how far.
 */
export function unknownEdges(keys: readonly number[], minMs: number, maxMs: number): Edges[] {
  return keys.map((key, i) => {
    const before = keys[i - 1]
    const after = keys[i + 1]
    return {
      low: before === undefined ? Math.min(key, minMs) : (before + key) / 2,
      high: after === undefined ? Math.max(key, maxMs) : (key + after) / 2,
    }
  })
}

/** Of values just below the key. */
function stepBelow(key: number): number {
  return key <= 100 ? 1 : key <= 1000 ? 10 : key <= 10_000 ? 100 : 1000
}

function stepFrom(key: number): number {
  return key < 100 ? 1 : key < 1000 ? 10 : key < 10_000 ? 100 : 1000
}

function isEven(value: number): boolean {
  return value % 2 === 0
}

const FLOAT = new DataView(new ArrayBuffer(8))

/** The next double above a positive one, or below it. */
function neighbour(value: number, direction: bigint): number {
  FLOAT.setFloat64(0, value)
  FLOAT.setBigInt64(0, FLOAT.getBigInt64(0) + direction)
  return FLOAT.getFloat64(0)
}
