import { countersBase } from './counters.ts'
import { LabelTally } from './label-tally.ts'
import { isLabelInScope, type Label, Labels, shownLabels } from './labels.ts'
import { mergePrinted } from './printed.ts'
import type { Group, Run, Source } from './run.ts'
import { RunNotes } from './run-notes.ts'
import { RunTimes, type TimeSpan } from './run-times.ts'
import {
  LoadProblem,
  type LoadReader,
  type LoadSink,
  type PrintedGroup,
  type RunFacts,
  type SampleRows,
  type SignalKind,
} from './sink.ts'
import { binBucketOf } from './time-bin.ts'
import { OF_LABELS, OF_WHOLE, type Origin, TimeBins, timeBase } from './time-bins.ts'
import { usersFell } from './users-fell.ts'

export interface RunOptions {
  /** Requests that started before are not measured. Epoch milliseconds. */
  readonly cutBeforeMs?: number
  /** A timeline has bins of a tenth of it, or narrower ones. Default 30 s. */
  readonly windowMs?: number
  /** Globs over labels that get a timeline of their own. */
  readonly timelineLabels?: readonly string[]
  /** Globs over labels that are not measured. */
  readonly exclude?: readonly string[]
  /** Milliseconds that latencies will be held against: they are counted so that each lies on one side. */
  readonly limitsMs?: readonly number[]
  /** Whose latencies the timeline has. Default `exclude`. */
  readonly failures?: 'exclude' | 'include'
}

const DEFAULT_WINDOW_MS = 30_000
/** Of the whole run: there is one. */
const MOST_AS_THEY_ARE = 65_536
const FEWEST_SECONDS = 10
/** What JavaScript can call a date. */
const LATEST = 8.64e15

/** Takes what readers tell and makes one run of it, in memory that does not grow with the number of requests. */
export class RunBuilder implements LoadSink {
  /** Requests that were left out because they started before `cutBeforeMs`. */
  cut = 0
  readonly #reader: Pick<LoadReader, 'format' | 'fidelity'>
  readonly #options: RunOptions
  readonly #counters: ReturnType<typeof countersBase>
  readonly #labels = new Labels()
  readonly #tallies: LabelTally[] = []
  readonly #nested = new Map<number, LabelTally>()
  readonly #total: LabelTally
  readonly #notes = new RunNotes()
  readonly #origin: Origin
  readonly #timeline: TimeBins
  readonly #labelTime: ReturnType<typeof timeBase>
  readonly #cutBefore: number
  readonly #judgesFailures: boolean
  #partName: string | undefined
  #part = new RunTimes()
  #told = new RunTimes()
  readonly #requestTimes = new RunTimes()
  readonly #toldTimes = new RunTimes()
  /** The most of this part, and the sum of the parts before: they ran at the same time. */
  #partUsers = Number.NEGATIVE_INFINITY
  #usersBefore: number | undefined
  #usersAtCut = Number.NEGATIVE_INFINITY

  constructor(reader: Pick<LoadReader, 'format' | 'fidelity'>, options: RunOptions = {}) {
    const { windowMs = DEFAULT_WINDOW_MS, cutBeforeMs, limitsMs = [], failures = 'exclude' } = options
    this.#reader = reader
    this.#options = options
    this.#counters = countersBase(limitsMs)
    this.#origin = { ms: cutBeforeMs ?? Number.NaN }
    this.#timeline = new TimeBins(timeBase(windowMs / 10, this.#origin, OF_WHOLE))
    this.#labelTime = timeBase(windowMs / 10, this.#origin, OF_LABELS)
    this.#total = new LabelTally(this.#counters, { timeline: this.#timeline, mostAsTheyAre: MOST_AS_THEY_ARE })
    this.#cutBefore = cutBeforeMs ?? Number.NEGATIVE_INFINITY
    this.#judgesFailures = failures === 'include'
  }

  label(name: string, method = ''): number {
    const id = this.#labels.idOf(name, method)
    if (id === this.#tallies.length) this.#addTally({ name, method })
    return id
  }

  sample(label: number, startMs: number, durationMs: number, isFailure: boolean): void {
    const tally = this.#tallies[label] ?? unknownLabel(label)
    if (startMs < this.#cutBefore) {
      if (!tally.isExcluded) this.cut += 1
      return
    }
    if (isFailure) tally.failed.add(durationMs)
    else tally.ok.add(durationMs)
    if (!(startMs > -LATEST && startMs < LATEST)) return
    this.#part.add(startMs, startMs + durationMs)
    if (tally.isExcluded) return
    const isJudged = !isFailure || this.#judgesFailures
    this.#timeline.add(startMs, durationMs, isFailure, isJudged)
    tally.timeline?.add(startMs, durationMs, isFailure, isJudged)
  }

  samples(rows: SampleRows, from: number, to: number): void {
    const { labels, times, durations } = rows
    const tallies = this.#tallies
    const timeline = this.#timeline
    const cutBefore = this.#cutBefore
    let firstMs = Number.POSITIVE_INFINITY
    let lastMs = Number.NEGATIVE_INFINITY
    for (let at = from; at < to; at += 1) {
      const tally = tallies[labels[at] ?? -1] ?? unknownLabel(labels[at] ?? -1)
      const startMs = times[at] ?? Number.NaN
      const durationMs = durations[at] ?? 0
      if (startMs < cutBefore) {
        if (!tally.isExcluded) this.cut += 1
        continue
      }
      tally.ok.add(durationMs)
      if (!(startMs > -LATEST && startMs < LATEST)) continue
      if (startMs < firstMs) firstMs = startMs
      if (startMs + durationMs > lastMs) lastMs = startMs + durationMs
      if (tally.isExcluded) continue
      const bucket = binBucketOf(durationMs)
      timeline.addFrom(times, at, bucket)
      tally.timeline?.addFrom(times, at, bucket)
    }
    this.#part.add(firstMs, lastMs)
  }

  withoutLatency(label: number, count: number, isFailure: boolean, startMs: number = Number.NaN): void {
    const tally = this.#tallies[label] ?? unknownLabel(label)
    if (startMs < this.#cutBefore) {
      if (!tally.isExcluded) this.cut += count
      return
    }
    tally.withoutLatency += requestCount(count)
    if (isFailure) tally.failuresWithoutLatency += count
    if (!(startMs > -LATEST && startMs < LATEST)) return
    this.#part.add(startMs, startMs)
    if (tally.isExcluded) return
    this.#timeline.addUnanswered(startMs, count, isFailure)
    tally.timeline?.addUnanswered(startMs, count, isFailure)
  }

  bucket(label: number, valueMs: number, lowMs: number, highMs: number, count: number): void {
    const tally = this.#tallies[label] ?? unknownLabel(label)
    if (!isLatency(valueMs) || !isLatency(lowMs) || !isLatency(highMs) || lowMs > highMs || !isCount(count)) {
      throw new LoadProblem('unreadable-report', `${count} requests of ${valueMs} ms are nothing that can be counted`)
    }
    if (count > 0) tally.histogram.add(valueMs, { low: lowMs, high: highMs, count })
  }

  counts(label: number, requests: number, failures: number | undefined): void {
    const tally = this.#tallies[label] ?? unknownLabel(label)
    tally.count(requestCount(requests), failures === undefined ? undefined : requestCount(failures))
  }

  printed(label: number | undefined, group: PrintedGroup): void {
    if (label === undefined) this.#total.print(group)
    else (this.#tallies[label] ?? unknownLabel(label)).print(group)
  }

  nested(label: number, startMs: number, durationMs: number, isFailure: boolean): void {
    if (startMs < this.#cutBefore) return
    let tally = this.#nested.get(label)
    if (tally === undefined) {
      tally = new LabelTally(this.#counters)
      this.#nested.set(label, tally)
    }
    if (isFailure) tally.failed.add(durationMs)
    else tally.ok.add(durationMs)
  }

  users(atMs: number, count: number): void {
    // told when they change: what was told last before the cut still holds at the cut
    if (atMs < this.#cutBefore) {
      this.#usersAtCut = count
      return
    }
    if (count > this.#partUsers) this.#partUsers = count
    if (atMs > -LATEST && atMs < LATEST) this.#timeline.users(atMs, count)
  }

  dropped(iterations: number): void {
    this.#notes.dropped = (this.#notes.dropped ?? 0) + iterations
  }

  facts(facts: RunFacts): void {
    this.#notes.facts(facts)
    const { startMs = Number.POSITIVE_INFINITY, endMs = Number.NEGATIVE_INFINITY } = facts
    this.#told.add(Math.max(startMs, this.#cutBefore), endMs)
  }

  error(message: string, count: number, label?: number): void {
    this.#notes.error(message, count, label)
  }

  signal(kind: SignalKind, text: string, spoilsPass: boolean): void {
    this.#notes.signal(kind, text, spoilsPass)
  }

  note(text: string): void {
    this.#notes.note(text)
  }

  partial(why: string): void {
    this.#notes.partial ??= this.#partName === undefined ? why : `${this.#partName}: ${why}`
  }

  /** What follows is of that part of the run. */
  beginPart(name: string): void {
    this.#partName = name
  }

  /** What follows is of another part of the run. Gives the times of the part before, from its requests or as told. */
  endPart(): TimeSpan | undefined {
    const span = this.#notes.clock === 'run' ? undefined : (this.#part.span ?? this.#told.span)
    this.#requestTimes.addAll(this.#part)
    this.#toldTimes.addAll(this.#told)
    this.#part = new RunTimes()
    this.#told = new RunTimes()
    const most = Math.max(this.#partUsers, this.#usersAtCut)
    if (most > Number.NEGATIVE_INFINITY) this.#usersBefore = (this.#usersBefore ?? 0) + most
    this.#partUsers = Number.NEGATIVE_INFINITY
    this.#usersAtCut = Number.NEGATIVE_INFINITY
    this.#timeline.endPart()
    return span
  }

  finish(sources: readonly Source[] = []): Run {
    this.endPart()
    const shown = shownLabels(this.#labels.all)
    const groups = this.#groups(shown)
    const total = this.#timed(this.#totalOf([...groups.values()].filter(({ isNested }) => !isNested)))
    const times = this.#times(total.requests)
    const users = this.#timeline.userPoints()
    this.#addFindings(users, times.endMs)
    const { tool, version, dropped, signals, notes, partial } = this.#notes
    const { format, fidelity } = this.#reader
    return {
      tool: tool ?? format.split('-', 1)[0] ?? format,
      version,
      format,
      // a log that turned out to hold a summary only is no log
      fidelity: fidelity === 'samples' && total.all === undefined ? 'points' : fidelity,
      ...times,
      timeStepMs: this.#notes.timeStepMs,
      mostUsers: this.#usersBefore,
      users,
      dropped,
      total,
      groups,
      errors: this.#notes.errors(shown),
      signals,
      notes: [...notes],
      partial,
      sources,
    }
  }

  #addTally(label: Label): void {
    const { exclude = [], timelineLabels = [] } = this.#options
    const isExcluded = exclude.some((scope) => isLabelInScope(scope, label))
    const hasTimeline = !isExcluded && timelineLabels.some((scope) => isLabelInScope(scope, label))
    const timeline = hasTimeline ? new TimeBins(this.#labelTime) : undefined
    this.#tallies.push(new LabelTally(this.#counters, { isExcluded, timeline }))
  }

  #groups(shown: readonly string[]): Map<string, Group> {
    const groups = new Map<string, Group>()
    for (const [id, tally] of this.#tallies.entries()) {
      if (tally.isExcluded || tally.isEmpty) continue
      const label = shown[id] ?? ''
      groups.set(label, tally.finish(label, false, this.#notes.mixesFailures))
      this.#total.addAll(tally)
    }
    for (const [id, tally] of this.#nested) {
      if (this.#tallies[id]?.isExcluded === true) continue
      const name = shown[id] ?? ''
      const label = groups.has(name) ? `${name} (transaction)` : name
      groups.set(label, tally.finish(label, true))
    }
    return groups
  }

  /** A printed total holds what is excluded too, so then only the sum of the rest is known. */
  #totalOf(groups: readonly Group[]): Group {
    const hasExcluded = this.#tallies.some(({ isExcluded, isEmpty }) => isExcluded && !isEmpty)
    if (hasExcluded || this.#total.printed === undefined) this.#total.printed = sumOfPrinted(groups)
    const group = this.#total.finish('', false, this.#notes.mixesFailures)
    const { printed } = group
    if (printed?.requests !== undefined) return { ...group, requests: printed.requests, failures: printed.failures }
    const requests = groups.reduce((sum, one) => sum + one.requests, 0)
    return { ...group, requests, failures: groups.length === 0 ? group.failures : failuresOf(groups) }
  }

  /** A few whole seconds say nothing of how requests follow each other, and are as good as no times. */
  #timed(total: Group): Group {
    const filled = total.timeline?.bins.filter(({ requests }) => requests > 0).length ?? 0
    return this.#notes.clock === 'seconds' && filled < FEWEST_SECONDS ? { ...total, timeline: undefined } : total
  }

  #times(requests: number): Pick<Run, 'startMs' | 'endMs' | 'durationMs' | 'requestsPerSecond'> {
    const counted = this.#requestTimes.span
    const { startMs, endMs } = counted ?? this.#toldTimes.span ?? {}
    const spanMs = startMs === undefined || endMs === undefined ? undefined : endMs - startMs
    const durationMs = spanMs ?? this.#notes.durationMs
    const perSecond = durationMs !== undefined && durationMs > 0 ? requests / (durationMs / 1000) : undefined
    const { clock } = this.#notes
    // whole seconds make a run of half a second look like one of a few milliseconds
    if (clock === 'seconds') return { startMs, endMs, ...this.#toldLength() }
    // one request has no rate
    if (counted !== undefined) {
      const rate = { durationMs, requestsPerSecond: requests > 1 ? perSecond : undefined }
      return clock === 'run' ? { startMs: undefined, endMs: undefined, ...rate } : { startMs, endMs, ...rate }
    }
    return { startMs, endMs, durationMs, requestsPerSecond: this.#notes.requestsPerSecond ?? perSecond }
  }

  #toldLength(): Pick<Run, 'durationMs' | 'requestsPerSecond'> {
    const { durationMs, requestsPerSecond } = this.#notes
    return { durationMs, requestsPerSecond }
  }

  #addFindings(users: Run['users'], endMs: number | undefined): void {
    const notes = this.#notes
    if (notes.isClosedLoop) {
      this.signal('closed-loop', 'a stalled server also stops this load, so a stall is under-reported', false)
    }
    if ((notes.dropped ?? 0) > 0 && !notes.hasSignal('dropped')) {
      this.signal(
        'dropped',
        `${notes.dropped} iterations could not be started: the load asked for was not produced`,
        true,
      )
    }
    const fell = notes.hasSignal('users-fell') ? undefined : usersFell(users, endMs)
    if (fell !== undefined) this.signal('users-fell', fell, false)
    if (this.#timeline.problem !== undefined) {
      this.note(`no windows of time: ${this.#timeline.problem}. Requests are taken as independent`)
    } else if (this.#tallies.some(({ timeline }) => timeline?.problem !== undefined)) {
      this.note('too many labels have thresholds for windows of time of each: they are taken as scattered as the whole')
    }
  }
}

/** A sink whose `finish()` gives the run. */
export function createRun(reader: Pick<LoadReader, 'format' | 'fidelity'>, options: RunOptions = {}): RunBuilder {
  return new RunBuilder(reader, options)
}

function unknownLabel(label: number): never {
  throw new Error(`no label has the number ${label}`)
}

function isLatency(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function requestCount(value: number): number {
  if (isCount(value)) return value
  throw new LoadProblem('unreadable-report', `${value} is no number of requests`)
}

function failuresOf(groups: readonly Group[]): number | undefined {
  let sum = 0
  for (const { failures } of groups) {
    if (failures === undefined) return undefined
    sum += failures
  }
  return sum
}

/** undefined unless each label is printed. */
function sumOfPrinted(groups: readonly Group[]): PrintedGroup | undefined {
  const printed = groups.flatMap((group) => group.printed ?? [])
  if (printed.length < groups.length) return undefined
  return printed.reduce<PrintedGroup | undefined>(
    (sum, one) => (sum === undefined ? one : mergePrinted(sum, one)),
    undefined,
  )
}
