import { describe, expect, test } from '@jest/globals'
import { Counters, countersBase } from '../../../packages/load/src/counters.ts'
import { SampleDistribution } from '../../../packages/load/src/sample-distribution.ts'

const isLarge = process.env['HARDGATE_LARGE'] === '1'
/** All of them take four seconds each; HARDGATE_LARGE=1 counts them. */
const MANY = isLarge ? 100_000_000 : 3_000_000
/** No divisor of either number, so that its multiples visit every place once, in no order. */
const STRIDE = 7_919_017

/** The value at a rank of 0, 1, …, MANY - 1 modulo 60 000: the first remainders come once more than the others. */
function remainderAt(rank: number): number {
  const each = Math.floor(MANY / 60_000)
  const more = MANY % 60_000
  const before = more * (each + 1)
  return rank <= before ? Math.floor((rank - 1) / (each + 1)) : more + Math.floor((rank - 1 - before) / each)
}

const counted = (values: readonly number[], limits: readonly number[] = []): SampleDistribution => {
  const counters = new Counters(countersBase(limits))
  for (const value of values) counters.add(value)
  return new SampleDistribution([counters])
}

/** More than are kept as they are, all of them elsewhere. */
const crowd = Array.from({ length: 2000 }, (_, i) => 10_000.25 + i)

describe('acceptance 4: many values', () => {
  test(`${MANY} whole milliseconds are exact at every rank, in memory that does not grow`, () => {
    const counters = new Counters(countersBase())
    const add = (from: number, to: number): void => {
      for (let i = from; i < to; i += 1) counters.add(((i * STRIDE) % MANY) % 60_000)
    }
    add(0, MANY / 10)
    const before = process.memoryUsage().arrayBuffers

    add(MANY / 10, MANY)

    const distribution = new SampleDistribution([counters])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576)
    expect(distribution.count).toBe(MANY)
    for (const share of [0.01, 0.5, 0.95, 0.99, 0.999]) {
      const rank = Math.ceil(share * MANY)
      const value = remainderAt(rank)
      expect(distribution.at(rank)).toEqual({ value, low: value, high: value })
    }
    expect(distribution.minMs.value).toBe(0)
    expect(distribution.maxMs.value).toBe(59_999)
  })

  test(`${MANY} fractions: the value at each rank lies between bounds that are at most 0.1 % apart`, () => {
    const counters = new Counters(countersBase())
    const step = 5000 / MANY
    const at = (place: number): number => 0.3 + place * step
    const add = (from: number, to: number): void => {
      for (let i = from; i < to; i += 1) counters.add(at((i * STRIDE) % MANY))
    }
    add(0, MANY / 10)
    const before = process.memoryUsage().arrayBuffers

    add(MANY / 10, MANY)

    const distribution = new SampleDistribution([counters])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576)
    for (const share of [0.0001, 0.01, 0.5, 0.9, 0.95, 0.99, 0.9999]) {
      const rank = Math.ceil(share * MANY)
      const truth = at(rank - 1)
      const { low, high, value } = distribution.at(rank)
      expect(low).toBeLessThanOrEqual(truth)
      expect(high).toBeGreaterThanOrEqual(truth)
      expect(high / low).toBeLessThan(1.001)
      expect(Math.abs(value / truth - 1)).toBeLessThan(0.001)
    }
    expect(distribution.averageMs).toBeCloseTo(0.3 + (5000 - step) / 2, 9)
  })

  test('5000 labels with latencies from 1 ms to 1 s take less than 300 MB', () => {
    const base = countersBase()
    const before = process.memoryUsage().arrayBuffers

    const latencies = Array.from({ length: 1200 }, (_, i) => 1000 ** (i / 1200) + 0.001)
    const labels = Array.from({ length: 5000 }, () => new Counters(base))
    for (const counters of labels) {
      for (const latency of latencies) counters.add(latency)
      for (let ms = 0; ms < 1000; ms += 20) counters.add(ms)
    }

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300_000_000)
  })
})

describe('what a rank holds', () => {
  test('fractions that are few are known as they are', () => {
    const { value, low, high } = counted([51.234_567, 0.1, 99.9]).at(2)

    expect([value, low, high]).toEqual([51.234_567, 51.234_567, 51.234_567])
  })

  test('whole milliseconds and fractions come in the order of their values', () => {
    const distribution = counted([3, 1.5, 2, 0, 2.5, 2])

    const values = [1, 2, 3, 4, 5, 6].map((rank) => distribution.at(rank).value)

    expect(values).toEqual([0, 1.5, 2, 2, 2.5, 3])
  })

  test('a bucket never reaches below or above what was counted', () => {
    const distribution = counted([500.1, ...crowd])

    // [500, 500.5) is the bucket; nothing below 500.1 was there
    const { low, high } = distribution.at(1)

    expect(low).toBe(500.1)
    expect(high).toBeLessThan(500.5)
  })

  test('a fraction just above a whole number is never taken for that number', () => {
    const distribution = counted([100.5, 500, 500.2, ...crowd])

    expect(distribution.at(2)).toEqual({ value: 500, low: 500, high: 500 })
    expect(distribution.at(3).low).toBeGreaterThan(500)
  })

  test('a whole number within the bucket of fractions is counted with them, for which is first is not known', () => {
    // from 8192 on a bucket is 8 ms wide: 8200 to 8208
    const distribution = counted([8201.5, 8203, 8205.5, ...crowd])

    for (const rank of [1, 2, 3]) {
      const { low, high } = distribution.at(rank)
      expect(low).toBeLessThanOrEqual(8201.5)
      expect(high).toBeGreaterThanOrEqual(8205.5)
    }
  })

  test('values beyond what has buckets lie between the edge and the longest', () => {
    const distribution = counted([1e-12, 3e12, ...crowd])

    expect(distribution.at(1).low).toBeLessThanOrEqual(1e-12)
    expect(distribution.at(1).high).toBeLessThan(1e-8)
    expect(distribution.at(2002).low).toBeLessThanOrEqual(3e12)
    expect(distribution.at(2002).high).toBe(3e12)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0.5])(
    'trap 6: a latency of %p is refused and counts for nothing',
    (value) => {
      const counters = new Counters(countersBase())

      expect(() => counters.add(value)).toThrow(`${value} ms is no time that a request can have taken`)
      expect(counters.isEmpty).toBe(true)
    },
  )
})

describe('a limit within a bucket', () => {
  // the bucket of 3000.5 is 3000 to 3002
  const beside = [3000.3, 3000.5, 3000.5, 3000.7]

  test('splits it into what is below, at and above the limit', () => {
    const distribution = counted([...beside, ...crowd], [3000.5])

    expect(distribution.at(1)).toEqual({ value: 3000.3, low: 3000.3, high: 3000.3 })
    expect(distribution.at(2).high).toBe(3000.5)
    expect(distribution.at(3).low).toBe(3000.5)
    expect(distribution.at(4).low).toBe(3000.7)
  })

  test('and does so in the sum of several counters too', () => {
    const base = countersBase([3000.5])
    const total = new Counters(base, 1)
    for (const value of beside) {
      const one = new Counters(base, 0)
      one.add(value)
      total.addAll(one)
    }

    const distribution = new SampleDistribution([total])

    expect(distribution.count).toBe(4)
    expect(distribution.at(1).high).toBeLessThan(3000.5)
    expect(distribution.at(4).low).toBeGreaterThan(3000.5)
  })

  test('without it the same values are one bucket', () => {
    const { low, high } = counted([...beside, ...crowd]).at(2)

    expect(low).toBeLessThan(3000.5)
    expect(high).toBeGreaterThan(3000.5)
  })

  test('trap 23: 499.9999 is below 500 and 500 is not', () => {
    const distribution = counted([499.9999, 500, ...crowd], [500])

    expect(distribution.at(1).high).toBeLessThan(500)
    expect(distribution.at(2).low).toBe(500)
  })
})

describe('the mean', () => {
  test('of a million tenths is a tenth', () => {
    const counters = new Counters(countersBase())
    for (let i = 0; i < 1_000_000; i += 1) counters.add(0.1)

    expect(new SampleDistribution([counters]).averageMs).toBe(0.1)
  })

  test('keeps small values beside a large one', () => {
    // 2^53 + 1 is no double: added one by one, the ones would be lost
    const distribution = counted([
      2 ** 53,
      ...Array.from({ length: 1000 }, () => 1.5),
      ...Array.from({ length: 1000 }, () => 0.5),
    ])

    expect(distribution.averageMs).toBe((2 ** 53 + 2000) / 2001)
  })
})
