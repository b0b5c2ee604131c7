export interface ByteEntry {
  readonly bytes: Uint8Array
  readonly hash: number
}

const SLOT_BITS = 10
const SLOTS = 1 << SLOT_BITS
/** Entries that fall on one slot: so many are looked at, then one of them goes. Chosen bytes cannot make it slow. */
const WAYS = 4

/** Finds what belongs to some bytes without building a string of them. Holds a bounded number. */
export class ByteTable<Entry extends ByteEntry> {
  readonly #slots: (Entry | undefined)[] = new Array<Entry | undefined>(SLOTS).fill(undefined)
  /** How many entries had to make room. While it stays the same, equal bytes find the same object. */
  evictions = 0

  /** `hash` is `h * 31 + byte`, from 0, over the bytes from `start` to `end`. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): Entry | undefined {
    const first = firstSlot(hash)
    for (let way = 0; way < WAYS; way += 1) {
      const entry = this.#slots[(first + way) & (SLOTS - 1)]
      if (entry === undefined) return undefined
      if (entry.hash === hash && isAt(entry.bytes, bytes, start, end)) return entry
    }
    return undefined
  }

  add(entry: Entry): void {
    const first = firstSlot(entry.hash)
    let way = 0
    while (way < WAYS - 1 && this.#slots[(first + way) & (SLOTS - 1)] !== undefined) way += 1
    const slot = (first + way) & (SLOTS - 1)
    if (this.#slots[slot] !== undefined) this.evictions += 1
    this.#slots[slot] = entry
  }
}

/** Spreads what differs in its low bits alone, as numbers in keys do. */
function firstSlot(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - SLOT_BITS)
}

function isAt(expected: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (expected.length !== end - start) return false
  for (let i = 0; i < expected.length; i += 1) {
    if (expected[i] !== bytes[start + i]) return false
  }
  return true
}
