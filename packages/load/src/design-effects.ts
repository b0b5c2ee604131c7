import { designEffect, type Percent, rankOf, type Slice } from '@hardgate/gate'
import type { Group, Run } from './run.ts'
import { BinDistribution } from './time-bin.ts'

/** How much requests of a run depend on each other. 1: taken as independent, because the record has no times. */
export class DesignEffects {
  readonly hasTimes: boolean
  readonly #run: Run
  readonly #confidence: Percent
  readonly #ofTotal = new Map<Percent, number | undefined>()

  constructor(run: Run, confidence: Percent) {
    this.#run = run
    this.#confidence = confidence
    this.hasTimes = run.total.timeline !== undefined
  }

  /** undefined: the times say too little. A label without a timeline of its own is taken as dependent as the whole. */
  of(group: Group, percent: Percent): number | undefined {
    if (!this.hasTimes) return 1
    if (group.timeline !== undefined && group !== this.#run.total) return this.#effect(group, percent)
    if (!this.#ofTotal.has(percent)) this.#ofTotal.set(percent, this.#effect(this.#run.total, percent))
    return this.#ofTotal.get(percent)
  }

  #effect({ timeline }: Group, percent: Percent): number | undefined {
    const all = (timeline?.bins ?? []).flatMap(({ latencies }) =>
      latencies instanceof BinDistribution ? latencies : [],
    )
    const whole = BinDistribution.of(all)
    if (whole.count === 0) return undefined
    const { value } = whole.at(rankOf(percent, whole.count))
    const counted = all.map((bin) => ({ requests: bin.count, ...bin.countAbove(value) }))
    // many requests can have taken just as long: they are above in the one count and not in the other
    const effects = [
      this.#effectOf(counted.map(({ requests, above }) => ({ requests, above }))),
      this.#effectOf(counted.map(({ requests, from }) => ({ requests, above: from }))),
    ]
    return effects.includes(undefined) ? undefined : Math.max(...effects.map((effect) => effect ?? 1))
  }

  #effectOf(slices: readonly Slice[]): number | undefined {
    return designEffect(slices, this.#confidence)
  }
}
