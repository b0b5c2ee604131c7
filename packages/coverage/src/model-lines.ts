import { type Cells, cellsFor, mostIn, NO_CELLS, outgrown } from './model-cells.ts'

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
  /** The largest number that a cell can hold. */
  #most = 0xff
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
    if (value > this.#most) this.#change(value, this.#cells.length)
    if (this.#cells[line] === 0) this.#count(line)
    this.#cells[line] = value
  }

  /** How many lines have a number above this one. */
  countAbove(least: number): number {
    let count = 0
    const cells = this.#cells
    const end = Math.min(cells.length, this.last + 1)
    for (let line = 1; line < end; line++) if ((cells[line] ?? 0) > least) count++
    for (const value of this.#far?.values() ?? []) if (value > least) count++
    return count
  }

  /** Ascending by line. */
  each(visit: (line: number, value: number) => void): void {
    const cells = this.#cells
    const end = Math.min(cells.length, this.last + 1)
    for (let line = 1; line < end; line++) {
      const value = cells[line] ?? 0
      if (value !== 0) visit(line, value)
    }
    if (this.#far === undefined) return
    for (const [line, value] of [...this.#far].sort(([a], [b]) => a - b)) visit(line, value)
  }

  #makeRoom(line: number): boolean {
    if (line > FREE_ROOM + ROOM_PER_LINE * this.size) return false
    const room = Math.max(line + 1, this.#cells.length * 2, 64)
    this.#change(this.#most, room)
    for (const [far, value] of this.#far ?? []) {
      if (far >= room) continue
      if (value > this.#most) this.#change(value, room)
      this.#cells[far] = value
      this.#far?.delete(far)
    }
    return true
  }

  /** Cells for numbers up to `most` and for so many lines. */
  #change(most: number, room: number): void {
    const before = this.#cells
    this.#cells = cellsFor(most, room)
    this.#cells.set(before)
    this.#most = mostIn(this.#cells)
    outgrown(before)
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
