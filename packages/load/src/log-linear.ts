// The number line cut by exponent and leading bits of the mantissa, as a float64 already holds them.
const FLOAT = new Float64Array(1)
const WORDS = new Uint32Array(FLOAT.buffer)
FLOAT[0] = 1
// where the sign and the exponent are: the second word on every machine that counts from the small end
const HIGH = WORDS[1] === 0 ? 0 : 1
const LOW = 1 - HIGH

const MANTISSA_BITS_OF_HIGH = 20
const EXPONENT_BIAS = 1023

/** The upper half of a float64. Of values above 0 it grows with them. */
export function highWord(value: number): number {
  FLOAT[0] = value
  return WORDS[HIGH] ?? 0
}

export function floatOf(high: number): number {
  WORDS[HIGH] = high
  WORDS[LOW] = 0
  return FLOAT[0] ?? 0
}

/** The next number towards infinity, of a value from 0 on. */
export function nextUp(value: number): number {
  FLOAT[0] = value
  WORDS[LOW] = (WORDS[LOW] ?? 0) + 1
  if (WORDS[LOW] === 0) WORDS[HIGH] = (WORDS[HIGH] ?? 0) + 1
  return FLOAT[0]
}

/** The next number towards 0, of a value above 0. */
export function nextDown(value: number): number {
  FLOAT[0] = value
  if (WORDS[LOW] === 0) WORDS[HIGH] = (WORDS[HIGH] ?? 0) - 1
  WORDS[LOW] = (WORDS[LOW] ?? 0) - 1
  return FLOAT[0]
}

export interface LogLinear {
  /** `highWord(value) >>> shift` less this is the bucket. */
  readonly shift: number
  readonly first: number
  /** Everything above is counted in the last bucket, everything below in the first. */
  readonly buckets: number
}

/** Each power of two from `fromExponent` to `toExponent` in 2^bits equal parts, so a bucket is at most 2^-bits wide. */
export function logLinear(bits: number, fromExponent: number, toExponent: number): LogLinear {
  const first = (EXPONENT_BIAS + fromExponent) * 2 ** bits
  return { shift: MANTISSA_BITS_OF_HIGH - bits, first, buckets: (toExponent - fromExponent) * 2 ** bits }
}

export function bucketOf({ shift, first, buckets }: LogLinear, value: number): number {
  const bucket = (highWord(value) >>> shift) - first
  return bucket < 0 ? 0 : bucket < buckets ? bucket : buckets - 1
}

/** The smallest value of a bucket; of the first it is 0, because what is smaller lies in it too. */
export function lowEdge({ shift, first }: LogLinear, bucket: number): number {
  return bucket === 0 ? 0 : floatOf((first + bucket) << shift)
}

/** The greatest value of a bucket; of the last there is none. */
export function highEdge(scale: LogLinear, bucket: number): number {
  return bucket === scale.buckets - 1 ? Number.POSITIVE_INFINITY : nextDown(lowEdge(scale, bucket + 1))
}
