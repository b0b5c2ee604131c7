import type { Scanner } from '@hardgate/scan'
import type { Fidelity, FormatName } from './format.ts'

/** Facts of the run as a whole. A reader tells what its file holds; a later call adds to an earlier one. */
export interface RunFacts {
  readonly tool: string
  readonly version?: string
  /** Epoch milliseconds. */
  readonly startMs?: number
  readonly endMs?: number
  /** Where the file has no absolute times. */
  readonly durationMs?: number
  /** As the tool prints it, where it cannot be counted. */
  readonly requestsPerSecond?: number
  /** The next request waits for the answer before it: a stalled server also stops the load. */
  readonly isClosedLoop?: boolean
  /**
   * How the starts of requests are told, where that is not epoch time with fractions. `run`: since an unknown start of
   * the run. `seconds`: whole ones, from which neither a length nor a rate is taken.
   */
  readonly clock?: 'run' | 'seconds'
  /** The step in which moments are told where it is coarse, such as 1000: a length is known to one step either way. */
  readonly timeStepMs?: number
  /** Every request is told as a success, because the record does not say which ones failed. */
  readonly mixesFailures?: true
}

/** One printed percentile with what its print allows: `low` to `high` in milliseconds, both inclusive. */
export interface PrintedPercentile {
  /** 0 < N <= 100. */
  readonly percentile: number
  readonly valueMs: number
  readonly lowMs: number
  readonly highMs: number
}

/** What a summary says of one label. Absent is unknown, never 0. */
export interface PrintedGroup {
  readonly requests?: number
  readonly failures?: number
  /** Latencies that the percentiles are made of, where that is not every request. */
  readonly counted?: number
  readonly percentiles: readonly PrintedPercentile[]
  readonly averageMs?: number
  readonly minMs?: number
  readonly maxMs?: number
  /** What the print of those three allows, both inclusive. Absent: they are exact. */
  readonly within?: { readonly [key in 'averageMs' | 'minMs' | 'maxMs']?: readonly [lowMs: number, highMs: number] }
  /** The percentiles are of everything, failed requests too. */
  readonly includesFailures: boolean
  /** Why no percentile may be taken from it, such as a window of the last 20 000 samples. */
  readonly percentilesUnusable?: string
}

export type SignalKind = 'dropped' | 'users-fell' | 'invented-samples' | 'truncated-log' | 'closed-loop'

/** Requests that succeeded, each in one place of all arrays. */
export interface SampleRows {
  readonly labels: Int32Array
  /** Epoch milliseconds. */
  readonly times: Float64Array
  /** Whole milliseconds. */
  readonly durations: Int32Array
}

/** What a reader writes into. Labels are numbers, so that a request costs no text. */
export interface LoadSink {
  facts(facts: RunFacts): void
  /** The id of a label; the same text gives the same id. `method` as the tool tells it, '' where it does not. */
  label(name: string, method?: string): number
  /** One request. `startMs` is epoch milliseconds of its start, NaN where the file has no times. */
  sample(label: number, startMs: number, durationMs: number, isFailure: boolean): void
  /** Those of the rows from one place to before another, as `sample` takes each. Valid only during the call. */
  samples(rows: SampleRows, from: number, to: number): void
  /**
   * Requests that got no answer and so have no latency: failures all the same, unless `isFailure` is false. `startMs`
   * where it is known, so that a warm-up is cut from them too.
   */
  withoutLatency(label: number, count: number, isFailure: boolean, startMs?: number): void
  /** So many requests took from `lowMs` to `highMs`, both inclusive; `valueMs` is what the tool prints for them. */
  bucket(label: number, valueMs: number, lowMs: number, highMs: number, count: number): void
  /** Of a label whose latencies are in buckets. `failures` undefined: the file does not know. */
  counts(label: number, requests: number, failures: number | undefined): void
  /** `label` undefined: the whole run. */
  printed(label: number | undefined, group: PrintedGroup): void
  /** A part of a run that is shown and never added to the total (a transaction of JMeter, a group of Gatling). */
  nested(label: number, startMs: number, durationMs: number, isFailure: boolean): void
  /** Users that were active at that moment. */
  users(atMs: number, count: number): void
  dropped(iterations: number): void
  error(message: string, count: number, label?: number): void
  /** A finding about the generator. One that `spoilsPass` turns a pass of a latency into inconclusive. */
  signal(kind: SignalKind, text: string, spoilsPass: boolean): void
  note(text: string): void
  /** The file ends inside a record: what was complete is kept, and the run can fail but never pass. */
  partial(why: string): void
}

export interface ReadOptions {
  /** For a message: the path as a person knows it. */
  readonly name: string
  /** Which latencies are judged, where a summary prints those of the successes beside those of all. Default `exclude`. */
  readonly failures?: 'exclude' | 'include'
}

export interface LoadReader {
  readonly format: FormatName
  readonly fidelity: Fidelity
  /** Every request has a time, so a warm-up can be cut. */
  readonly hasTimes: boolean
  /** Two files of it are parts of one run that add up exactly. */
  readonly isMergeable: boolean
  /** Its files are no text, so nothing is to be decoded: `sniff` and `open` get the bytes as they are. */
  readonly isBinary?: true
  /** From the first 64 KiB, as decoded. 0: it is not; 1: it can be nothing else. */
  sniff(head: Uint8Array): number
  /** Bytes in, facts out. Throws a `LoadProblem`, or a `ScanError` that the caller turns into one. */
  open(sink: LoadSink, options: ReadOptions): Scanner
}

export type LoadProblemCode =
  | 'no-report'
  | 'empty-report'
  | 'unreadable-report'
  | 'unknown-format'
  | 'no-samples'
  /** Not as many parts of the run as there should be. */
  | 'missing-parts'
  // The rest is a mistake in what was asked for, and says nothing of the run.
  | 'mixed-tools'
  | 'different-runs'
  | 'not-mergeable'
  | 'no-times'

/** Why a file says nothing. The message is for a person, without the name of the file. */
export class LoadProblem extends Error {
  override readonly name = 'LoadProblem'
  readonly code: LoadProblemCode

  constructor(code: LoadProblemCode, message: string) {
    super(message)
    this.code = code
  }
}
