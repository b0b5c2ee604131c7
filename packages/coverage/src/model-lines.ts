type Cells = Uint8Array | Uint16Array | Uint32Array | Float64Array

// Line numbers come from hostile files: a number alone never makes room for the lines below it. Room is made up to so
// many lines, and beyond that for so many times the lines that were told.
const FREE_ROOM = 1024
const ROOM_PER_LINE = 16

/**
 * A number above 0 for some of a file's lines; 0 is "none". Cells are as wide as the largest number needs. A line far
 * beyond its fellows is kept beside the cells.
 */
export class LineTable {
  /** How many lines have a number. */
  size = 0
  /** The largest line with a number; 0 where there is none. */
  last = 0
  #cells: Cells = NO_CELLS
  /** Only lines beyond the cells. */
  #far: Map<number, number> | undefined

  get(line: number): number {
    if (line < this.#cells.length) return this.#cells[line] ?? 0
    return this.#far?.get(line) ?? 0
  }

  /** `value` from 1 to 2^53. */
  set(line: number, value: number): void {
    if (line >= this.#cells.length && !this.#makeRoom(line)) {
      this.#setFar(line, value)
      return
    }
    if (value > mostIn(this.#cells)) this.#cells = widened(this.#cells, value)
    if (this.#cells[line] === 0) this.#count(line)
    this.#cells[line] = value
  }

  /** Ascending by line. */
  each(visit: (line: number, value: number) => void): void {
    const cells = this.#cells
    for (let line = 1; line < cells.length; line++) {
      const value = cells[line] ?? 0
      if (value !== 0) visit(line, value)
    }
    if (this.#far === undefined) return
    for (const [line, value] of [...this.#far].sort(([a], [b]) => a - b)) visit(line, value)
  }

  #makeRoom(line: number): boolean {
    if (line > FREE_ROOM + ROOM_PER_LINE * this.size) return false
    const room = Math.max(line + 1, this.#cells.length * 2, 64)
    const cells = emptyLike(this.#cells, room)
    cells.set(this.#cells)
    this.#cells = cells
    for (const [far, value] of this.#far ?? []) {
      if (far >= room) continue
      if (value > mostIn(this.#cells)) this.#cells = widened(this.#cells, value)
      this.#cells[far] = value
      this.#far?.delete(far)
    }
    return true
  }

  #setFar(line: number, value: number): void {
    this.#far ??= new Map()
    if (!this.#far.has(line)) this.#count(line)
    this.#far.set(line, value)
  }

  #count(line: number): void {
    this.size++
    if (line > this.last) this.last = line
  }
}

const NO_CELLS = new Uint8Array(0)

function mostIn(cells: Cells): number {
  switch (cells.BYTES_PER_ELEMENT) {
    case 1:
      return 0xff
    case 2:
      return 0xffff
    case 4:
      return 0xffff_ffff
    default:
      return 2 ** 53
  }
}

function emptyLike(cells: Cells, length: number): Cells {
  return emptyFor(mostIn(cells), length)
}

function widened(cells: Cells, value: number): Cells {
  const wider = emptyFor(value, cells.length)
  wider.set(cells)
  return wider
}

function emptyFor(most: number, length: number): Cells {
  if (most <= 0xff) return new Uint8Array(length)
  if (most <= 0xffff) return new Uint16Array(length)
  return most <= 0xffff_ffff ? new Uint32Array(length) : new Float64Array(length)
}
