import { compare, type Exact, fraction, times, toNumber } from './exact.ts'
import { restOf } from './percentile.ts'

/**
 * The smallest j for which n draws have j hits or more with a probability of at most `rare`, which is below one half;
 * n + 1 where even n hits are likelier than that.
 *
 * The terms of the distribution are multiplied up from its middle and divided by their own sum, so no factorial of a
 * large n is ever rounded: for n of 10^8 the sum is right to 1e-11. Closer decisions are made exactly, or for the
 * larger j.
 */
export function rareFrom(n: number, hit: Exact, rare: Exact): number {
  const middle = roundedDown(times(hit, fraction(n, 1)))
  const odds = toNumber(hit) / toNumber(restOf(hit))
  const above = terms(n - middle, (step) => ((n - middle - step + 1) / (middle + step)) * odds)
  const below = terms(middle, (step) => (middle - step + 1) / (n - middle + step) / odds)
  const limit = toNumber(rare) * (1 + sumOf(above) + sumOf(below))
  let tail = 0
  for (let from = middle + above.length; from > middle; from--) {
    tail += above[from - middle - 1] ?? 0
    const isRare = Math.abs(tail - limit) > limit * CLOSE ? tail < limit : isSurelyRare({ n, hit, rare, from })
    if (!isRare) return from + 1
  }
  // the median is not below the middle, so from there on nothing is rare
  return middle + 1
}

const CLOSE = 1e-10
// of the middle term; what follows adds nothing that a number could hold
const NEGLIGIBLE = 1e-20

/** Up to `most` terms, each the one before it times the ratio of its step; the first follows a term of 1. */
function terms(most: number, ratio: (step: number) => number): number[] {
  const all: number[] = []
  let term = 1
  for (let step = 1; step <= most && term > NEGLIGIBLE; step++) {
    term *= ratio(step)
    all.push(term)
  }
  return all
}

function sumOf(list: readonly number[]): number {
  return list.reduceRight((sum, one) => sum + one, 0) // the smallest first
}

// the whole numbers have n digits or more, and a tie needs few of them
const MOST_EXACT = 1000

function isSurelyRare({ n, hit, rare, from }: { n: number; hit: Exact; rare: Exact; from: number }): boolean {
  if (n > MOST_EXACT) return false
  const miss = restOf(hit)
  let term = hit.numerator ** BigInt(n)
  let tail = term
  for (let hits = n - 1; hits >= from; hits--) {
    term = (term * BigInt(hits + 1) * miss.numerator) / (BigInt(n - hits) * hit.numerator)
    tail += term
  }
  return compare({ numerator: tail, denominator: hit.denominator ** BigInt(n) }, rare) <= 0
}

function roundedDown({ numerator, denominator }: Exact): number {
  return Number(numerator / denominator)
}
