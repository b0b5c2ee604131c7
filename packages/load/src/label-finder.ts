const SLOT_BITS = 15
const SLOTS = 1 << SLOT_BITS
const LATEST_BITS = 10
/** Labels that fall on one place: so many are looked at, then one of them goes. Chosen labels cannot make it slow. */
const WAYS = 8
const WORD = 4

interface Known {
  readonly hash: number
  readonly bytes: Uint8Array
  /** The same bytes, four at a time; the last word may overlap the one before. */
  readonly words: Int32Array
  readonly id: number
}

/** Bytes and a view of the same bytes. */
export interface Place {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** Finds the number of a label by its bytes, four at a time, without building a string for one that was met before. */
export class LabelFinder {
  readonly #known: (Known | undefined)[] = new Array<Known | undefined>(SLOTS).fill(undefined)
  /** By the first and the last word alone, which is quicker than to look at all. */
  readonly #latest: (Known | undefined)[] = new Array<Known | undefined>(1 << LATEST_BITS).fill(undefined)

  /** -1 where the bytes are not known. */
  find(place: Place, start: number, end: number): number {
    const ends = hashOfEnds(place, start, end) >>> (32 - LATEST_BITS)
    const latest = this.#latest[ends]
    if (latest !== undefined && isAt(latest, place, start, end)) return latest.id
    const hash = hashOf(place, start, end)
    const first = hash >>> (32 - SLOT_BITS)
    for (let way = 0; way < WAYS; way += 1) {
      const known = this.#known[(first + way) & (SLOTS - 1)]
      if (known === undefined) return -1
      if (known.hash !== hash || !isAt(known, place, start, end)) continue
      this.#latest[ends] = known
      return known.id
    }
    return -1
  }

  add(place: Place, start: number, end: number, id: number): void {
    const hash = hashOf(place, start, end)
    const first = hash >>> (32 - SLOT_BITS)
    let way = 0
    while (way < WAYS - 1 && this.#known[(first + way) & (SLOTS - 1)] !== undefined) way += 1
    const bytes = Uint8Array.from(place.bytes.subarray(start, end))
    this.#known[(first + way) & (SLOTS - 1)] = { hash, bytes, words: wordsOf(place, start, end), id }
  }
}

function wordsOf({ view }: Place, start: number, end: number): Int32Array {
  const count = end - start < WORD ? 0 : Math.ceil((end - start) / WORD)
  return Int32Array.from({ length: count }, (_, i) => view.getInt32(Math.min(start + i * WORD, end - WORD), true))
}

function hashOfEnds({ bytes, view }: Place, start: number, end: number): number {
  const length = end - start
  if (length < WORD) return Math.imul(length ^ (bytes[start] ?? 0), 0x9e3779b1)
  const both = view.getInt32(start, true) ^ Math.imul(view.getInt32(end - WORD, true), 0x85ebca6b)
  return Math.imul(both ^ length, 0x9e3779b1)
}

/** Over every byte. */
function hashOf({ bytes, view }: Place, start: number, end: number): number {
  let hash = end - start
  if (hash < WORD) {
    for (let i = start; i < end; i += 1) hash = mix(hash, bytes[i] ?? 0)
    return hash
  }
  for (let i = start; i < end - WORD; i += WORD) hash = mix(hash, view.getInt32(i, true))
  return mix(hash, view.getInt32(end - WORD, true))
}

function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}

function isAt(known: Known, { bytes, view }: Place, start: number, end: number): boolean {
  const length = end - start
  if (known.bytes.length !== length) return false
  if (length < WORD) {
    for (let i = 0; i < length; i += 1) if (known.bytes[i] !== bytes[start + i]) return false
    return true
  }
  const { words } = known
  const last = words.length - 1
  for (let i = 0; i < last; i += 1) if (words[i] !== view.getInt32(start + i * WORD, true)) return false
  return words[last] === view.getInt32(end - WORD, true)
}
