import type { MetricKind } from './limit.ts'
import { nearestName } from './nearest.ts'

/** The metrics of a gate. `pN` stands for every percentile above 0 and below 100, and so does it in `pN.sustained`. */
export type Metrics = Readonly<Record<string, MetricKind>>

export interface NamedMetric {
  /** As its measurement is named: `p(99.90)` is `p99.9`. */
  readonly metric: string
  readonly kind: MetricKind
}

/** What the metric of a line means, or what is wrong with it. */
export function namedMetric(written: string, metrics: Metrics): NamedMetric | string {
  const name = written.replace(/^p\((\d+(?:\.\d+)?)\)/, 'p$1')
  if (FAMILY.test(name)) return `write a number for the N of "${written}", such as ${anExample(name)}`
  const kind = ownKind(metrics, name)
  if (kind !== undefined) return { metric: name, kind }
  const [, number, rest = ''] = /^p(\d+(?:\.\d+)?)((?:\.[a-z]\w*)?)$/.exec(name) ?? []
  const familyKind = ownKind(metrics, `pN${rest}`)
  if (number === undefined || familyKind === undefined) return unknownMetric(written, metrics)
  if (!isPercentile(number)) {
    return `${written} is no percentile: the N of pN is above 0 and below 100, with 9 decimals at most`
  }
  return { metric: `p${shortest(number)}${rest}`, kind: familyKind }
}

/** The N of `p99.9` and of `p99.9.sustained`, as decimal text. undefined: the metric is no percentile. */
export function percentileOf(metric: string): string | undefined {
  return /^p(\d+(?:\.\d+)?)(?:\.[a-z]\w*)?$/.exec(metric)?.[1]
}

/** A name that a person can write: `p95` for `pN`. */
export function anExample(metric: string): string {
  return metric.replace(FAMILY, 'p95')
}

const FAMILY = /^pN(?=\.|$)/

function ownKind(metrics: Metrics, name: string): MetricKind | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined
}

function isPercentile(number: string): boolean {
  return /^\d{1,2}(?:\.\d{1,9})?$/.test(number) && Number(number) > 0
}

/** So that a threshold and a measurement meet, whatever zeros were written. */
function shortest(number: string): string {
  return number.replace(/^0(?=\d)/, '').replace(/\.?0+$/, (zeros) => (number.includes('.') ? '' : zeros))
}

function unknownMetric(written: string, metrics: Metrics): string {
  const known = Object.keys(metrics)
  const number = /^p\(?(\d+(?:\.\d+)?)/i.exec(written)?.[1]
  const candidates = number === undefined ? known : known.map((name) => name.replace(FAMILY, `p${number}`))
  const near = nearestName(written, candidates)
  const guess = near === undefined ? '' : ` Did you mean "${near}"?`
  return `"${written}" is not a metric of this gate.${guess} Its metrics: ${known.join(', ')}`
}
