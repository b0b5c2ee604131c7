/** Numbers by place, 0 where there is none; as wide as the largest needs. */
export type Cells = Uint8Array | Uint16Array | Uint32Array | Float64Array

export const NO_CELLS = new Uint8Array(0)

// A report has thousands of files whose tables grow by doubling. What one has outgrown serves the next: new memory for
// each step would be most of the work. Of each size a few are kept.
const LEAST_KEPT = 16
const MOST_KEPT = 65_536
const KEPT_OF_A_SIZE = 8
const spare = new Map<number, Cells[]>()

/** Cells for numbers up to `most`, all 0. */
export function cellsFor(most: number, length: number): Cells {
  const width = widthFor(most)
  const known = spare.get(length * 16 + width)?.pop()
  if (known === undefined) return newCells(width, length)
  known.fill(0)
  return known
}

/** Nobody uses these any more. */
export function outgrown(cells: Cells): void {
  const { length, BYTES_PER_ELEMENT: width } = cells
  if (length < LEAST_KEPT || length > MOST_KEPT || (length & (length - 1)) !== 0) return
  const key = length * 16 + width
  const kept = spare.get(key)
  if (kept === undefined) spare.set(key, [cells])
  else if (kept.length < KEPT_OF_A_SIZE) kept.push(cells)
}

/** The largest number that fits. */
export function mostIn(cells: Cells): number {
  return cells.BYTES_PER_ELEMENT === 8 ? 2 ** 53 : 2 ** (8 * cells.BYTES_PER_ELEMENT) - 1
}

function widthFor(most: number): number {
  if (most <= 0xff) return 1
  if (most <= 0xffff) return 2
  return most <= 0xffff_ffff ? 4 : 8
}

// Small tables share memory: an ArrayBuffer of its own for each takes longer than all that is done with it.
const SLAB_BYTES = 65_536
const MOST_SHARED_BYTES = 4096
let slab = new ArrayBuffer(0)
let used = 0

function newCells(width: number, length: number): Cells {
  const bytes = width * length
  if (bytes > MOST_SHARED_BYTES) return cellsIn(new ArrayBuffer(bytes), 0, width, length)
  if (used + bytes > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_BYTES)
    used = 0
  }
  const at = used
  // the next begins where any width may
  used += Math.ceil(bytes / 8) * 8
  return cellsIn(slab, at, width, length)
}

function cellsIn(buffer: ArrayBuffer, at: number, width: number, length: number): Cells {
  if (width === 1) return new Uint8Array(buffer, at, length)
  if (width === 2) return new Uint16Array(buffer, at, length)
  return width === 4 ? new Uint32Array(buffer, at, length) : new Float64Array(buffer, at, length)
}
