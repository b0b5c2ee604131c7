/** Counters of one page: half a power of two. */
export const BIN_PAGE = 64
export const PAGE_SHIFT = 6
const SLAB_SHIFT = 16
const SLAB = 1 << SLAB_SHIFT
/** There is no page of this number. */
export const NO_PAGE = 0

/** Entries of a table: one for each page that a bin can have. */
export const TABLE = 68
const TABLES_SHIFT = 7
const TABLES_A_SLAB = 1 << TABLES_SHIFT

/** Tables of page numbers by their own numbers, for the same reason as pages. */
export class BinTables {
  readonly #slabs: Int32Array[] = []
  readonly #returned: number[] = []
  #next = 0

  /** One of `NO_PAGE`. */
  take(): number {
    const returned = this.#returned.pop()
    if (returned !== undefined) return returned
    const table = this.#next
    this.#next += 1
    if (table >>> TABLES_SHIFT === this.#slabs.length) this.#slabs.push(new Int32Array(TABLES_A_SLAB * TABLE))
    return table
  }

  giveBack(table: number): void {
    for (let number = 0; number < TABLE; number += 1) this.set(table, number, NO_PAGE)
    this.#returned.push(table)
  }

  at(table: number, number: number): number {
    return this.#slabs[table >>> TABLES_SHIFT]?.[(table & (TABLES_A_SLAB - 1)) * TABLE + number] ?? NO_PAGE
  }

  set(table: number, number: number, page: number): void {
    const slab = this.#slabs[table >>> TABLES_SHIFT]
    if (slab !== undefined) slab[(table & (TABLES_A_SLAB - 1)) * TABLE + number] = page
  }
}

/**
 * Pages of counters by their numbers. A page of a timeline holds 256 bytes: an array object for each would be as much
 * again, and there are tens of thousands of them.
 */
export class BinPages {
  readonly tables = new BinTables()
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
