import { BucketDistribution, Histogram } from './bucket-distribution.ts'
import { Counters, type CountersBase } from './counters.ts'
import { mergePrinted } from './printed.ts'
import type { Distribution, Group } from './run.ts'
import { SampleDistribution } from './sample-distribution.ts'
import type { PrintedGroup } from './sink.ts'
import type { TimeBins } from './time-bins.ts'

/** What was told of one label. */
export class LabelTally {
  readonly ok: Counters
  readonly failed: Counters
  readonly histogram = new Histogram()
  readonly timeline: TimeBins | undefined
  readonly isExcluded: boolean
  /** Requests that have no latency, and the failures among them. */
  withoutLatency = 0
  failuresWithoutLatency = 0
  /** As told beside the latencies. */
  counted: { requests: number; failures: number | undefined } | undefined
  printed: PrintedGroup | undefined

  constructor(
    base: CountersBase,
    rest: {
      readonly isExcluded?: boolean
      readonly timeline?: TimeBins | undefined
      readonly mostAsTheyAre?: number
    } = {},
  ) {
    this.ok = new Counters(base, rest.mostAsTheyAre)
    this.failed = new Counters(base, rest.mostAsTheyAre)
    this.isExcluded = rest.isExcluded === true
    this.timeline = rest.timeline
  }

  /** Nothing was told of it. */
  get isEmpty(): boolean {
    const isUncounted = this.counted === undefined && this.printed === undefined && this.histogram.isEmpty
    return isUncounted && this.withoutLatency === 0 && this.ok.isEmpty && this.failed.isEmpty
  }

  count(requests: number, failures: number | undefined): void {
    const { counted } = this
    if (counted === undefined) this.counted = { requests, failures }
    else {
      counted.requests += requests
      counted.failures =
        counted.failures === undefined || failures === undefined ? undefined : counted.failures + failures
    }
  }

  print(group: PrintedGroup): void {
    this.printed = this.printed === undefined ? group : mergePrinted(this.printed, group)
  }

  addAll(other: LabelTally): void {
    this.ok.addAll(other.ok)
    this.failed.addAll(other.failed)
    this.histogram.addAll(other.histogram)
    this.withoutLatency += other.withoutLatency
    this.failuresWithoutLatency += other.failuresWithoutLatency
  }

  /** `mixesFailures`: what was told as a success can have failed. */
  finish(label: string, isNested: boolean, mixesFailures = false): Group {
    const { all, ok, failures: failedLatencies } = this.#latencies()
    const { counted, printed } = this
    const samples = (ok?.count ?? 0) + failedLatencies
    const told = counted ?? (printed?.requests === undefined ? undefined : printed)
    const requests = told?.requests ?? samples + this.withoutLatency
    const isUncounted = told === undefined && all === undefined
    const seen = mixesFailures ? undefined : failedLatencies + this.failuresWithoutLatency
    const failures = told === undefined ? seen : told.failures
    return {
      label,
      requests,
      failures: isUncounted ? printed?.failures : failures,
      all,
      ok: mixesFailures ? undefined : ok,
      printed,
      timeline: this.timeline?.finish(),
      isNested,
    }
  }

  #latencies(): { all: Distribution | undefined; ok: Distribution | undefined; failures: number } {
    if (!this.histogram.isEmpty)
      return { all: new BucketDistribution(this.histogram, this.printed), ok: undefined, failures: 0 }
    const ok = new SampleDistribution([this.ok])
    const all = new SampleDistribution([this.ok, this.failed])
    const isOfSummary = all.count === 0 && (this.printed !== undefined || this.counted !== undefined)
    return isOfSummary ? { all: undefined, ok: undefined, failures: 0 } : { all, ok, failures: all.count - ok.count }
  }
}
