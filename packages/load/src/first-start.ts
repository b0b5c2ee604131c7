import type { LoadSink, SampleRows } from './sink.ts'

/** Finds when the first request of a report started: requests are written when they end, so it may stand anywhere. */
export class FirstStart implements LoadSink {
  ms = Number.POSITIVE_INFINITY

  sample(_label: number, startMs: number): void {
    if (startMs < this.ms) this.ms = startMs
  }

  samples({ times }: SampleRows, from: number, to: number): void {
    for (let at = from; at < to; at += 1) this.sample(0, times[at] ?? Number.NaN)
  }

  withoutLatency(_label: number, _count: number, _isFailure: boolean, startMs: number = Number.NaN): void {
    if (startMs < this.ms) this.ms = startMs
  }

  label(): number {
    return 0
  }

  // what else a report tells says nothing of that
  facts(): void {}
  bucket(): void {}
  counts(): void {}
  printed(): void {}
  nested(): void {}
  users(): void {}
  dropped(): void {}
  error(): void {}
  signal(): void {}
  note(): void {}
  partial(): void {}
}
