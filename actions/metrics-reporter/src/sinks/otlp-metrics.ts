import type { BuildEvent, MetricPart } from '../build-event.ts'
import { aggregates } from './otlp-aggregates.ts'
import { type Metric, type NumberPoint, pointAttributes, pointsIn } from './otlp-points.ts'
import { attributes, enveloped, momentsOf, nanoseconds } from './otlp-wire.ts'

/** `gauge`: gauges alone, which every receiver takes. The others add a count and a histogram of that temporality. */
export type Temporality = 'gauge' | 'delta' | 'cumulative'

export interface Request {
  readonly body: string
  /** Of data points, or spans. */
  readonly count: number
}

/** What is posted to `/v1/metrics`. */
export function metricsRequest(
  event: BuildEvent,
  labels: Readonly<Record<string, string>>,
  temporality: Temporality,
): Request {
  const gauge = gaugesOf(event, labels)
  const metrics = [
    ...timings(event).flatMap(([name, seconds]) => gauge(name, 's', double(seconds))),
    ...gauge('ci.coverage', '1', coverageOf(event)),
    ...measurements(event.metrics ?? []).flatMap(({ name, unit, values }) => gauge(name, unit, values)),
    ...gauge('ci.gate.outcome', '1', gatesOf(event)),
    ...gauge('ci.soft_failures', '1', integer(event.soft_failures?.count)),
    ...gauge('ci.job.run_id', '1', event.type === 'ci.job.completed' ? integer(event.run.id) : []),
    ...(temporality === 'gauge' ? [] : aggregates(event, labels, temporality)),
  ]
  const count = metrics.reduce((sum, metric) => sum + pointsIn(metric), 0)
  return { body: enveloped(event, 'Metrics', metrics), count }
}

interface Value {
  readonly number: Pick<NumberPoint, 'asDouble' | 'asInt'>
  readonly own?: Readonly<Record<string, string | undefined>>
}

/** No metric where there is no value. */
type Gauge = (name: string, unit: string, values: readonly Value[]) => Metric[]

function gaugesOf(event: BuildEvent, labels: Readonly<Record<string, string>>): Gauge {
  const common = pointAttributes(event, labels)
  const timeUnixNano = nanoseconds(momentsOf(event).endMs)
  return (name, unit, values) => {
    const dataPoints = values.map(({ number, own = {} }) => ({
      attributes: [...common, ...attributes(own)],
      timeUnixNano,
      ...number,
    }))
    return dataPoints.length === 0 ? [] : [{ name, unit, gauge: { dataPoints } }]
  }
}

function timings(event: BuildEvent): [name: string, seconds: number | undefined][] {
  if (event.type === 'ci.run.completed') return [['ci.run.duration', event.duration_seconds]]
  return [
    ['ci.job.duration', event.duration_seconds],
    ['ci.job.queue.duration', event.time.queued_seconds],
  ]
}

function coverageOf({ coverage = { source: 'input' } }: BuildEvent): Value[] {
  const { source: _source, ...shares } = coverage
  return Object.entries(shares).map(([kind, share]) => ({
    number: { asDouble: share },
    own: { 'ci.coverage.kind': kind },
  }))
}

const OUTCOMES = ['pass', 'fail', 'inconclusive', 'no-data'] as const

/** A point for each word, so that a query needs no knowledge of the others. */
function gatesOf({ gates = [] }: BuildEvent): Value[] {
  const outcomes = new Map(gates.map(({ gate, outcome }) => [gate, outcome]))
  return [...outcomes].flatMap(([gate, outcome]) =>
    OUTCOMES.map((word) => ({
      number: { asInt: word === outcome ? '1' : '0' },
      own: { 'ci.gate': gate, 'ci.gate.outcome': word },
    })),
  )
}

interface Measured {
  readonly name: string
  readonly unit: string
  readonly values: readonly Value[]
}

/** One metric a name and unit. Of two values with the same attributes, which no receiver can tell apart, the last. */
function measurements(metrics: readonly MetricPart[]): Measured[] {
  const units = new Map<string, string>()
  const found = new Map<string, Map<string, Value>>()
  for (const { name, unit, value, gate = '', scope = '' } of metrics) {
    const full = nameOf(name, unit, units)
    units.set(full, unit)
    const values = found.get(full) ?? new Map<string, Value>()
    found.set(full, values)
    values.set(JSON.stringify([gate, scope]), {
      number: { asDouble: value },
      own: { 'ci.gate': gate, 'ci.scope': scope },
    })
  }
  return [...found].map(([name, values]) => ({ name, unit: units.get(name) ?? '1', values: [...values.values()] }))
}

/** A metric has one unit: the same name with another one becomes `NAME.UNIT`. */
function nameOf(name: string, unit: string, units: ReadonlyMap<string, string>): string {
  let full = `ci.measurement.${name}`
  while ((units.get(full) ?? unit) !== unit) full += `.${unit.replace(/[%/{}]/g, '_')}`
  return full
}

const INT64_MAX = 9_223_372_036_854_775_807n

function integer(value: number | string | undefined): Value[] {
  // one number that does not fit has the whole request refused
  return value === undefined || BigInt(value) > INT64_MAX ? [] : [{ number: { asInt: String(value) } }]
}

const double = (value: number | undefined): Value[] => (value === undefined ? [] : [{ number: { asDouble: value } }])
