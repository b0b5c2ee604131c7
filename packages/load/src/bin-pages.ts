/** Counters of one page: a quarter of a power of two. */
export const BIN_PAGE = 32
export const PAGE_SHIFT = 5
const SLAB_SHIFT = 16
const SLAB = 1 << SLAB_SHIFT
/** There is no page of this number. */
export const NO_PAGE = 0

/**
 * Pages of counters by their numbers. A page of a timeline holds 128 bytes: an array object for each would be twice
 * that, and there are tens of thousands of them.
 */
export class BinPages {
  readonly #most: number
  readonly #slabs: Uint32Array[] = []
  readonly #returned: number[] = []
  #next = NO_PAGE + 1
  #taken = 0

  constructor(mostBytes: number) {
    this.#most = Math.floor(mostBytes / (BIN_PAGE * Uint32Array.BYTES_PER_ELEMENT))
  }

  /** Who takes pages has to look: a page is given all the same. */
  get isUsedUp(): boolean {
    return this.#taken >= this.#most
  }

  take(): number {
    this.#taken += 1
    const returned = this.#returned.pop()
    if (returned !== undefined) return returned
    const page = this.#next
    this.#next += 1
    if ((page << PAGE_SHIFT) >>> SLAB_SHIFT >= this.#slabs.length) this.#slabs.push(new Uint32Array(SLAB))
    return page
  }

  giveBack(page: number): void {
    const from = (page << PAGE_SHIFT) & (SLAB - 1)
    this.#slabOf(page).fill(0, from, from + BIN_PAGE)
    this.#taken -= 1
    this.#returned.push(page)
  }

  /** One more at that place of a page. */
  count(page: number, at: number): void {
    const slab = this.#slabOf(page)
    const place = ((page << PAGE_SHIFT) & (SLAB - 1)) + at
    slab[place] = (slab[place] ?? 0) + 1
  }

  /** What is counted at that place of a page. */
  at(page: number, at: number): number {
    return this.#slabOf(page)[((page << PAGE_SHIFT) & (SLAB - 1)) + at] ?? 0
  }

  /** Adds the counters of one page to those of another. */
  add(to: number, page: number): void {
    const slab = this.#slabOf(to)
    const from = (to << PAGE_SHIFT) & (SLAB - 1)
    for (let at = 0; at < BIN_PAGE; at += 1) slab[from + at] = (slab[from + at] ?? 0) + this.at(page, at)
  }

  /** All that is counted in a page. */
  sumOf(page: number): number {
    let sum = 0
    for (let at = 0; at < BIN_PAGE; at += 1) sum += this.at(page, at)
    return sum
  }

  #slabOf(page: number): Uint32Array {
    return this.#slabs[page >>> (SLAB_SHIFT - PAGE_SHIFT)] ?? noSuchPage(page)
  }
}

function noSuchPage(page: number): never {
  throw new Error(`there is no page ${page}`)
}
