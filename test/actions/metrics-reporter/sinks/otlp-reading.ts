import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { otlp } from '../../../../actions/metrics-reporter/src/sinks/otlp.ts'
import type { Endpoint, Payload } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'

export const endpointAt = (target: string, more: Partial<Endpoint> = {}): Endpoint => ({
  name: 'otel',
  kind: 'otlp',
  target,
  shown: new URL(target).host,
  options: {},
  headers: {},
  ...more,
})

export interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

export interface DataPoint {
  readonly attributes: readonly Attribute[]
  readonly startTimeUnixNano?: string
  readonly timeUnixNano: string
  readonly asDouble?: number
  readonly asInt?: string
  readonly count?: string
  readonly sum?: number
  readonly bucketCounts?: readonly string[]
  readonly explicitBounds?: readonly number[]
}

interface Points {
  readonly dataPoints: readonly DataPoint[]
  readonly aggregationTemporality?: number
  readonly isMonotonic?: boolean
}

export interface Metric {
  readonly name: string
  readonly unit: string
  readonly gauge?: Points
  readonly sum?: Points
  readonly histogram?: Points
}

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number }
}

interface Scope {
  readonly name: string
  readonly version: string
}

export interface MetricsBody {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly schemaUrl: string
    readonly scopeMetrics: readonly {
      readonly scope: Scope
      readonly schemaUrl: string
      readonly metrics: readonly Metric[]
    }[]
  }[]
}

export interface TracesBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly schemaUrl: string
    readonly scopeSpans: readonly {
      readonly scope: Scope
      readonly schemaUrl: string
      readonly spans: readonly Span[]
    }[]
  }[]
}

export interface Asked {
  readonly target?: string
  readonly options?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

export function payloadsOf(event: BuildEvent, { target = 'http://127.0.0.1:4318', options, labels = {} }: Asked = {}) {
  const endpoint = endpointAt(target, options === undefined ? {} : { options })
  return otlp.encode(event, endpoint, { labels, isLate: false })
}

export function bodyNamed(payloads: readonly Payload[], name: string): string {
  const found = payloads.find((payload) => payload.name === name)
  if (found === undefined) throw new Error(`no payload is called ${name}`)
  return found.body
}

export function metricsOf(event: BuildEvent, asked: Asked = {}): readonly Metric[] {
  return metricsIn(bodyNamed(payloadsOf(event, asked), 'metrics'))
}

export function spansOf(event: BuildEvent, asked: Asked = {}): readonly Span[] {
  return spansIn(bodyNamed(payloadsOf(event, asked), 'traces'))
}

export function metricsIn(body: string): readonly Metric[] {
  const { resourceMetrics }: MetricsBody = JSON.parse(body)
  return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
}

export function spansIn(body: string): readonly Span[] {
  const { resourceSpans }: TracesBody = JSON.parse(body)
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

export const textsOf = (attributes: readonly Attribute[]): Record<string, string | undefined> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

export const pointsOf = ({ gauge, sum, histogram }: Metric): readonly DataPoint[] =>
  (gauge ?? sum ?? histogram)?.dataPoints ?? []

/** `name unit {own attributes} value`, a line each: what is common to all points is left out. */
export function told(metrics: readonly Metric[]): string[] {
  return metrics.flatMap((metric) =>
    pointsOf(metric).map(({ attributes, asDouble, asInt }) => {
      const own = attributes.filter(({ key }) => /^ci\.(?:coverage|gate|scope)/.test(key))
      const labels = own.map(({ key, value }) => `${key}=${value.stringValue}`).join(',')
      return `${metric.name} ${metric.unit} {${labels}} ${asDouble ?? asInt}`
    }),
  )
}
