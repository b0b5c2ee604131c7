import type { ByteWindow } from './byte-window.ts'
import { KERNEL } from './delimited-kernel-bytes.ts'

// @types/node has no types of it. The exports are those of kernel/delimited.as.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Exports }
}

interface Exports extends Readonly<Record<Place, { readonly value: number }>> {
  readonly memory: { readonly buffer: ArrayBuffer }
  index(end: number, delimiter: number): number
  plain(columns: number, ...places: readonly number[]): void
  rows(record: number, edge: number, records: number): number
  behind(record: number, edge: number): number
  learn(start: number, end: number, number: number): void
  forget(): void
}

type Place =
  | 'window'
  | 'mostText'
  | 'edges'
  | 'ends'
  | 'stops'
  | 'starts'
  | 'durations'
  | 'labels'
  | 'users'
  | 'mostRows'

/** Where in a row its values are, counted from 0. -1: the input has no such column. */
export interface PlainColumns {
  /** A row of any other number of columns is not plain. */
  readonly width: number
  /** 13 digits. */
  readonly time: number
  /** Up to eight digits. */
  readonly duration: number
  /** As learnt, byte for byte and with its quotes. */
  readonly label: number
  /** The word `true`. */
  readonly success: number
  /** Begins with no N, in quotes or not. */
  readonly message: number
  /** Up to eight digits. */
  readonly users: number
}

/** Valid only during the call. */
export interface PlainRows {
  readonly times: Float64Array
  readonly durations: Int32Array
  readonly labels: Int32Array
  readonly users: Int32Array
}

let module: object | undefined
/** The last one that was given back: its memory serves the next input. */
let idle: DelimitedKernel | undefined

/**
 * The inner loops of the scanner of delimited text, as machine code that looks at 64 bytes at a time. It finds the same
 * edges as the loops in TypeScript, or says that it cannot.
 */
export class DelimitedKernel {
  readonly rows: PlainRows
  /** `edges[n]` is where the field before edge n ends; `edges[0]` is -1. */
  readonly edges: Int32Array
  /** Where records end. */
  readonly ends: Int32Array
  readonly #exports: Exports
  readonly #window: Buffer
  readonly #stops: Int32Array

  constructor(exports: Exports) {
    const { buffer } = exports.memory
    const [text, most] = [exports.mostText.value, exports.mostRows.value]
    this.#exports = exports
    this.#window = Buffer.from(buffer, exports.window.value, text)
    this.edges = new Int32Array(buffer, exports.edges.value - Int32Array.BYTES_PER_ELEMENT, text + 1)
    this.ends = new Int32Array(buffer, exports.ends.value, text)
    this.edges[0] = -1
    this.#stops = new Int32Array(buffer, exports.stops.value, 2)
    this.rows = {
      times: new Float64Array(buffer, exports.starts.value, most),
      durations: new Int32Array(buffer, exports.durations.value, most),
      labels: new Int32Array(buffer, exports.labels.value, most),
      users: new Int32Array(buffer, exports.users.value, most),
    }
  }

  /** Records in the window that are complete; -1: it has to be read with care. */
  index(window: ByteWindow, delimiter: number): number {
    // a byte of its memory is kept for the mark behind the end
    if (window.end >= this.#window.length) return -1
    window.moveInto(this.#window)
    return this.#exports.index(window.end, delimiter)
  }

  plain({ width, time, duration, label, success, message, users }: PlainColumns): void {
    this.#exports.plain(width, time, duration, label, success, message, users)
  }

  /** Fills `rows` from that record and its first edge on; returns how many, which may be fewer than are plain. */
  take(record: number, edge: number, records: number): number {
    return this.#exports.rows(record, edge, records)
  }

  /** Of the first record that `take` did not take. */
  get record(): number {
    return this.#stops[0] ?? 0
  }

  get edge(): number {
    return this.#stops[1] ?? 0
  }

  /** The first edge behind a record. */
  behind(record: number, edge: number): number {
    return this.#exports.behind(record, edge)
  }

  /** A label of the window, unless that lies in other memory: a record was too long, or there was no kernel yet. */
  learn({ bytes }: ByteWindow, start: number, end: number, label: number): void {
    if (bytes === this.#window) this.#exports.learn(start, end, label)
  }

  forget(): void {
    this.#exports.forget()
  }
}

/** One that knows no labels; undefined where the machine does not have it. */
export function takeKernel(): DelimitedKernel | undefined {
  const kernel = idle ?? made()
  idle = undefined
  return kernel
}

/** It is not to be used any more. */
export function giveBackKernel(kernel: DelimitedKernel): void {
  kernel.forget()
  idle = kernel
}

function made(): DelimitedKernel | undefined {
  try {
    module ??= new WebAssembly.Module(Buffer.from(KERNEL, 'base64'))
    return new DelimitedKernel(new WebAssembly.Instance(module).exports)
  } catch {
    // no vector instructions, or none of its memory left: all of it is read by the loops in TypeScript
    return undefined
  }
}
