import type { BranchKind } from './report.ts'

/** What one report says about branches of a line. Most facts are true of many lines, so a line keeps their numbers. */
export type Fact =
  | { readonly form: 'key'; readonly kind: BranchKind | 'block'; readonly key: string }
  /** coverage.py's XML: all but these are taken. Sorted; a name may stand twice. */
  | { readonly form: 'missing'; readonly total: number; readonly missing: readonly string[] }
  /** Over reports: the largest total, the largest taken, the sum of taken. */
  | { readonly form: 'counted'; readonly total: number; readonly taken: number; readonly sum: number }

/** Sums of taken branches stay there: far above any total of a line, so that no bound is changed by it. */
const MOST_SUM = 2 ** 40

const facts: Fact[] = []
/** Within a line there is one fact for each slot: a key is its own, a missing-list has its total's, counts share one. */
const slots: number[] = []
/** Of each fact the bit of its form. */
const forms: number[] = []
/** As bits: each kind of keys is a form of its own. `keys` are all of them but the blocks, which may be absent. */
export const FORMS = {
  arc: 1,
  lcov: 2,
  istanbul: 4,
  condition: 8,
  keys: 15,
  block: 16,
  missing: 32,
  counted: 64,
} as const
const keys: Readonly<Record<BranchKind | 'block', Map<string, number>>> = {
  arc: new Map(),
  lcov: new Map(),
  istanbul: new Map(),
  condition: new Map(),
  block: new Map(),
}
const missingLists = new Map<string, number>()
/** By total and taken as one number, then by sum: a text for each would be most of the memory of a merge. */
const counts = new Map<number, Map<number, number>>()

const COUNTED_SLOT = -1

export function factOf(id: number): Fact {
  const fact = facts[id]
  if (fact === undefined) throw new Error(`there is no fact ${id}`)
  return fact
}

export function slotOf(id: number): number {
  return slots[id] ?? 0
}

export function formOf(id: number): number {
  return forms[id] ?? 0
}

export function keyFact(kind: BranchKind | 'block', key: string): number {
  const known = keys[kind].get(key)
  if (known !== undefined) return known
  const id = added({ form: 'key', kind, key }, facts.length)
  keys[kind].set(key, id)
  return id
}

export function missingFact(total: number, names: readonly string[]): number {
  const missing = names.length < 2 ? names : [...names].sort()
  // no name holds NUL: XML cannot
  const text = `${total}\0${missing.join('\0')}`
  const known = missingLists.get(text)
  if (known !== undefined) return known
  const id = added({ form: 'missing', total, missing: [...missing] }, COUNTED_SLOT - 1 - total)
  missingLists.set(text, id)
  return id
}

export function countedFact(total: number, taken: number, sum = taken): number {
  const bySum = countsWith(total * 0x1_0000 + taken)
  const known = bySum.get(sum)
  if (known !== undefined) return known
  const id = added({ form: 'counted', total, taken, sum }, COUNTED_SLOT)
  bySum.set(sum, id)
  return id
}

function countsWith(pair: number): Map<number, number> {
  const known = counts.get(pair)
  if (known !== undefined) return known
  const bySum = new Map<number, number>()
  counts.set(pair, bySum)
  return bySum
}

/** Two facts of one slot as one. */
export function joined(a: number, b: number): number {
  if (a === b && factOf(a).form !== 'counted') return a
  const one = factOf(a)
  const other = factOf(b)
  if (one.form === 'missing' && other.form === 'missing') {
    return missingFact(one.total, inBoth(one.missing, other.missing))
  }
  if (one.form === 'counted' && other.form === 'counted') {
    const sum = Math.min(one.sum + other.sum, MOST_SUM)
    return countedFact(Math.max(one.total, other.total), Math.max(one.taken, other.taken), sum)
  }
  throw new Error(`a ${one.form} and a ${other.form} share a slot`)
}

/** A name that stands twice in both stands twice. Both are sorted. */
function inBoth(a: readonly string[], b: readonly string[]): string[] {
  const both: string[] = []
  let at = 0
  for (const name of a) {
    while (at < b.length && (b[at] ?? '') < name) at++
    if (b[at] !== name) continue
    both.push(name)
    at++
  }
  return both
}

function added(fact: Fact, slot: number): number {
  facts.push(fact)
  slots.push(slot)
  forms.push(FORMS[fact.form === 'key' ? fact.kind : fact.form])
  return facts.length - 1
}
