// The recipes of the OpenTelemetry collector's githubreceiver, so that what is sent here joins its traces.

import { eventText } from './event-text.ts'

export interface RunKey {
  readonly runId: string
  readonly attempt: number
}

export const traceId = ({ runId, attempt }: RunKey): string => sha256(`${runId}${attempt}t`).slice(0, 32)
export const rootSpanId = ({ runId, attempt }: RunKey): string => spanOf(`${runId}${attempt}s`)
export const jobSpanId = (job: string): string => spanOf(`${job}-j`)
export const queueSpanId = (job: string): string => spanOf(`${job}-q`)
export const stepSpanId = (job: string, step: string): string => spanOf(`${job}-${step}-s`)

/** The same for every report of one job or run, whoever sends it and however often: the receiver's idempotency key. */
export const jobEventId = ({ runId, attempt }: RunKey, job: string): string =>
  eventId(`ci.job.completed/${runId}/${attempt}/${job}`)
export const runEventId = ({ runId, attempt }: RunKey): string => eventId(`ci.run.completed/${runId}/${attempt}`)

/** Stands in for the job's id where the server gives none: its key and its place in the matrix. */
export function jobStandIn(key: string, matrix: unknown): string {
  return `${key}/${JSON.stringify(sorted(matrix))}`
}

/** W3C trace context, sampled. */
export const traceparent = (trace: string, span: string): string => `00-${trace}-${span}-01`

export interface Ids {
  readonly buildId: string
  readonly eventId: string
  readonly traceId: string
  readonly spanId: string
}

/** `jobKey` is the job's id or its stand-in; `buildId` is the input, which may be empty. */
export function idsOf(run: RunKey, jobKey: string, buildId: string): Ids {
  return {
    buildId: eventText(buildId) || `${run.runId}-${run.attempt}`,
    eventId: jobEventId(run, jobKey),
    traceId: traceId(run),
    spanId: jobSpanId(jobKey),
  }
}

/** The same for the run itself. */
export function idsOfRun(run: RunKey, buildId: string): Ids {
  return {
    buildId: eventText(buildId) || `${run.runId}-${run.attempt}`,
    eventId: runEventId(run),
    traceId: traceId(run),
    spanId: rootSpanId(run),
  }
}

/** What the main stage knows already, for later steps. */
export function idOutputs({ buildId, eventId, traceId: trace, spanId }: Ids): Record<string, string> {
  return { 'build-id': buildId, 'event-id': eventId, 'trace-id': trace, traceparent: traceparent(trace, spanId) }
}

const eventId = (text: string): string => `hg1-${sha256(text).slice(0, 32)}`
const spanOf = (text: string): string => sha256(text).slice(16, 32)
export const sha256 = (text: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(text, 'utf8').digest('hex')

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
