export interface TimeSpan {
  readonly startMs: number
  readonly endMs: number
}

/** When a run or a part of it began and ended, from its requests or as told. Epoch milliseconds. */
export class RunTimes {
  startMs = Number.POSITIVE_INFINITY
  endMs = Number.NEGATIVE_INFINITY

  add(startMs: number, endMs: number): void {
    if (startMs < this.startMs) this.startMs = startMs
    if (endMs > this.endMs) this.endMs = endMs
  }

  addAll({ startMs, endMs }: RunTimes): void {
    this.add(startMs, endMs)
  }

  get span(): TimeSpan | undefined {
    const { startMs, endMs } = this
    return startMs <= endMs && Number.isFinite(endMs - startMs) ? { startMs, endMs } : undefined
  }
}
