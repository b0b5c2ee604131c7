import type { Fidelity, FormatName } from './format.ts'
import type { PrintedGroup, SignalKind } from './sink.ts'

/** Latencies of one label, as exactly as the record knows them. Milliseconds. */
export interface Distribution {
  readonly count: number
  /** The bounds of the value at this rank of the sorted latencies, from 1 to `count`. */
  at(rank: number): Bounds
  readonly averageMs: number | undefined
  readonly minMs: Bounds
  readonly maxMs: Bounds
}

/** `low` and `high` are equal where the record is exact. `value` is what is shown. */
export interface Bounds {
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Group {
  readonly label: string
  readonly requests: number
  /** undefined: the record does not know. */
  readonly failures: number | undefined
  /** Latencies of all requests that have one. undefined: only `printed` is known. */
  readonly all: Distribution | undefined
  /** Of the successful ones. undefined: failures and successes are mixed in the record. */
  readonly ok: Distribution | undefined
  readonly printed: PrintedGroup | undefined
  /** Only of formats with times, for the total and for labels that were asked for. */
  readonly timeline: Timeline | undefined
  /** A transaction or group: in no total. */
  readonly isNested: boolean
}

/** Equal bins from the start of the run. */
export interface Timeline {
  readonly startMs: number
  readonly binMs: number
  readonly bins: readonly TimeBin[]
}

export interface TimeBin {
  readonly requests: number
  readonly failures: number
  /** Of the latencies that are judged; at most 1 % wide. */
  readonly latencies: Distribution
}

export interface Signal {
  readonly kind: SignalKind
  readonly text: string
  readonly spoilsPass: boolean
}

export interface RunError {
  readonly message: string
  readonly count: number
  readonly label?: string
}

export interface Source {
  readonly path: string
  readonly format: FormatName
  readonly bytes: number
  readonly sha256: string
  /** `measured`, `cross-check`, or why it was left out. */
  readonly use: string
}

/** One run of a load test. */
export interface Run {
  readonly tool: string
  readonly version: string | undefined
  readonly format: FormatName
  readonly fidelity: Fidelity
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  readonly durationMs: number | undefined
  /** By how much the length may be off either way, because moments are told in such steps. 0: it is not. */
  readonly timeStepMs: number
  readonly requestsPerSecond: number | undefined
  /** The most that were active at once. */
  readonly mostUsers: number | undefined
  readonly users: readonly { readonly atMs: number; readonly count: number }[]
  readonly dropped: number | undefined
  readonly total: Group
  readonly groups: ReadonlyMap<string, Group>
  readonly errors: readonly RunError[]
  readonly signals: readonly Signal[]
  readonly notes: readonly string[]
  /** Why the run is not complete. */
  readonly partial: string | undefined
  readonly sources: readonly Source[]
}
