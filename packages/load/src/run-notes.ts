import { oneLine } from '@hardgate/markdown'
import type { RunError, Signal } from './run.ts'
import type { RunFacts, SignalKind } from './sink.ts'

const MOST_ERRORS = 1000
const MOST_NOTES = 100
const LONGEST_ERROR = 500

/** All that is told of a run beside its requests. */
export class RunNotes {
  tool: string | undefined
  version: string | undefined
  durationMs: number | undefined
  requestsPerSecond: number | undefined
  isClosedLoop = false
  clock: RunFacts['clock']
  timeStepMs = 0
  mixesFailures = false
  dropped: number | undefined
  partial: string | undefined
  readonly notes = new Set<string>()
  readonly #signals = new Map<string, Signal>()
  readonly #errors = new Map<string, { message: string; label: number | undefined; count: number }>()
  #otherErrors = 0

  facts({
    tool,
    version,
    durationMs,
    requestsPerSecond,
    isClosedLoop,
    clock,
    timeStepMs = 0,
    mixesFailures,
  }: RunFacts): void {
    this.tool ??= tool
    this.version ??= version
    if (durationMs !== undefined) this.durationMs = Math.max(this.durationMs ?? 0, durationMs)
    this.requestsPerSecond ??= requestsPerSecond
    if (isClosedLoop === true) this.isClosedLoop = true
    if (mixesFailures === true) this.mixesFailures = true
    this.clock ??= clock
    this.timeStepMs = Math.max(this.timeStepMs, timeStepMs)
  }

  error(message: string, count: number, label: number | undefined): void {
    const key = `${label ?? ''}:${message.length > LONGEST_ERROR ? message.slice(0, LONGEST_ERROR) : message}`
    const known = this.#errors.get(key)
    if (known !== undefined) known.count += count
    else if (this.#errors.size >= MOST_ERRORS) this.#otherErrors += count
    // inert copies: a part of a string would keep the whole in memory
    else this.#errors.set(key, { message: oneLine(message, LONGEST_ERROR), label, count })
  }

  signal(kind: SignalKind, text: string, spoilsPass: boolean): void {
    const known = this.#signals.get(`${kind}:${text}`)
    this.#signals.set(`${kind}:${text}`, { kind, text, spoilsPass: spoilsPass || known?.spoilsPass === true })
  }

  note(text: string): void {
    if (this.notes.size < MOST_NOTES) this.notes.add(text)
  }

  hasSignal(wanted: SignalKind): boolean {
    return this.signals.some(({ kind }) => kind === wanted)
  }

  get signals(): readonly Signal[] {
    return [...this.#signals.values()]
  }

  /** The most frequent first. */
  errors(labels: readonly string[]): RunError[] {
    const all = [...this.#errors.values()].map(({ message, label, count }): RunError => {
      const name = label === undefined ? undefined : labels[label]
      return name === undefined ? { message, count } : { message, count, label: name }
    })
    if (this.#otherErrors > 0) all.push({ message: 'other errors', count: this.#otherErrors })
    return all.sort((a, b) => b.count - a.count)
  }
}
