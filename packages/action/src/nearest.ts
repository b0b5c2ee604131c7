/** The candidate that a typing error most likely meant; undefined where none is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = normal(word)
  let best: string | undefined
  // a third of the letters may differ, so that "url" does not suggest "ca"
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    const apart = distance(wanted, normal(candidate))
    if (apart >= least) continue
    least = apart
    best = candidate
  }
  return best
}

const normal = (word: string): string => word.slice(0, 100).toLowerCase().replaceAll(/[ _]/g, '-')

/** How many letters to insert, drop, replace or swap with their neighbour. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const ways = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1)]
      if (isSwap) ways.push(at(beforeLast, j - 2) + 1)
      row.push(Math.min(...ways))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY
