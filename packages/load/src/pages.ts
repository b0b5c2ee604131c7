const COUNTERS_A_SLAB = 65_536

/** Hands out equal parts of large arrays, so that a page costs no allocation of its own. */
export class Pages {
  readonly #pageSize: number
  readonly #most: number
  readonly #returned: Uint32Array[] = []
  #slab = new Uint32Array(0)
  #used = 0
  #taken = 0

  constructor(pageSize: number, mostBytes: number) {
    this.#pageSize = pageSize
    this.#most = Math.floor(mostBytes / (pageSize * Uint32Array.BYTES_PER_ELEMENT))
  }

  /** Who takes pages has to look: a page is given all the same. */
  get isUsedUp(): boolean {
    return this.#taken >= this.#most
  }

  take(): Uint32Array {
    this.#taken += 1
    const returned = this.#returned.pop()
    if (returned !== undefined) return returned
    if (this.#used === this.#slab.length) this.#newSlab()
    const page = this.#slab.subarray(this.#used, this.#used + this.#pageSize)
    this.#used += this.#pageSize
    return page
  }

  giveBack(page: Uint32Array): void {
    page.fill(0)
    this.#taken -= 1
    this.#returned.push(page)
  }

  /** Each is twice the one before, because a small run shall not pay for a large one. */
  #newSlab(): void {
    this.#slab = new Uint32Array(Math.min(COUNTERS_A_SLAB, Math.max(this.#slab.length * 2, this.#pageSize * 16)))
    this.#used = 0
  }
}
