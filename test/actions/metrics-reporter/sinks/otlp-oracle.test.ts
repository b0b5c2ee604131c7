// What is sent, read by the protobuf code that OpenTelemetry generates from the definition of OTLP, and its names held
// against OpenTelemetry's own list of names.

import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import type { BuildEvent, Status } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { metricsOf, payloadsOf, pointsOf, spansOf } from './otlp-reading.ts'

interface Message {
  readonly fromObject: (object: unknown) => unknown
  readonly encode: (message: unknown) => { readonly finish: () => Uint8Array }
  readonly decode: (bytes: Uint8Array) => unknown
  readonly toObject: (message: unknown, options: unknown) => unknown
}

interface Root {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: Message } }
        readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Message } }
      }
    }
  }
}

const root: Root = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root')
const { metrics, trace } = root.opentelemetry.proto.collector
const messages: Readonly<Record<string, Message>> = {
  metrics: metrics.v1.ExportMetricsServiceRequest,
  traces: trace.v1.ExportTraceServiceRequest,
}

const isId = (key: string, value: unknown): value is string =>
  /^(?:trace|span|parentSpan)Id$/.test(key) && typeof value === 'string'
/** In protobuf an id is bytes, in the JSON of OTLP it is hex. */
const toBytes = (key: string, value: unknown): unknown =>
  isId(key, value) ? Buffer.from(value, 'hex').toString('base64') : value
const toHex = (key: string, value: unknown): unknown =>
  isId(key, value) ? Buffer.from(value, 'base64').toString('hex') : value

/** To protobuf and back. What the definition does not know is lost on the way. */
function throughProtobuf(name: string, body: string): unknown {
  const message = messages[name]
  if (message === undefined) throw new Error(`no message for ${name}`)
  const bytes = message.encode(message.fromObject(JSON.parse(body, toBytes))).finish()
  const back = message.toObject(message.decode(bytes), { longs: String, bytes: String, enums: Number })
  return JSON.parse(JSON.stringify(back), toHex)
}

const events: readonly [string, BuildEvent][] = [
  ['job', { ...sampleEvent, soft_failures: { count: 2 } }],
  ['run', sampleRunEvent],
  ['job with an id above 2^53', { ...sampleEvent, run: { ...sampleEvent.run, id: '9007199254740993' } }],
]

describe.each(['gauge', 'delta', 'cumulative'])('acceptance 5: with temporality %s', (temporality) => {
  test.each(events)('every leaf of what is sent of a %s comes back out of protobuf', (_name, event) => {
    const payloads = payloadsOf(event, { options: { temporality } })

    expect(payloads.map(({ name }) => name)).toEqual(['metrics', 'traces'])
    for (const { name, body } of payloads) expect(throughProtobuf(name, body)).toEqual(JSON.parse(body))
  })
})

test('the oracle loses a field that OTLP does not have', () => {
  const body = JSON.stringify({ resourceMetrics: [{ schema_url: 'x', schemaUrl: 'y' }] })

  expect(throughProtobuf('metrics', body)).toEqual({ resourceMetrics: [{ schemaUrl: 'y' }] })
})

/** Every name that OpenTelemetry's list has for an attribute or a metric. */
const known: ReadonlySet<string> = new Set(
  Object.entries(conventions).flatMap(([name, value]) =>
    /^(?:ATTR|METRIC)_/.test(name) && typeof value === 'string' ? [value] : [],
  ),
)

function namesIn(event: BuildEvent): string[] {
  const all = metricsOf(event, { options: { temporality: 'delta' }, labels: { branch: 'x', run_id: '1' } })
  const points = all.flatMap(pointsOf).flatMap(({ attributes }) => attributes)
  const spans = spansOf(event).flatMap(({ attributes }) => attributes)
  const resources = payloadsOf(event).flatMap(({ body }) =>
    [...body.matchAll(/"key":"((?:service|vcs)\.[^"]+)"/g)].map(([, key = '']) => key),
  )
  return [...new Set([...all.map(({ name }) => name), ...[...points, ...spans].map(({ key }) => key), ...resources])]
}

test.each(events)('acceptance 5: the names of a %s are those of the conventions, or begin with ci.', (_name, event) => {
  const names = namesIn(event)

  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !name.startsWith('ci.') && !known.has(name))).toEqual([])
})

test('acceptance 5: the words of a status are those of the conventions', () => {
  const ours: Readonly<Record<Status, true>> = {
    success: true,
    failure: true,
    error: true,
    timeout: true,
    cancellation: true,
    skip: true,
  }
  const wordsOf = (prefix: string): string[] =>
    Object.entries(conventions).flatMap(([name, value]) => (name.startsWith(prefix) ? [String(value)] : []))

  expect(wordsOf('CICD_PIPELINE_TASK_RUN_RESULT_VALUE_').toSorted()).toEqual(Object.keys(ours).toSorted())
  expect(wordsOf('CICD_PIPELINE_RESULT_VALUE_').toSorted()).toEqual(Object.keys(ours).toSorted())
  expect(wordsOf('CICD_PIPELINE_RUN_STATE_VALUE_')).toEqual(expect.arrayContaining(['pending', 'executing']))
  expect(wordsOf('VCS_PROVIDER_NAME_VALUE_GITHUB')).toEqual(['github'])
})
