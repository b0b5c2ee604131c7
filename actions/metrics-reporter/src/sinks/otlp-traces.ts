import type { BuildEvent, JobEvent, RunEvent } from '../build-event.ts'
import { rootSpanId, traceId } from '../ids.ts'
import type { Request } from './otlp-metrics.ts'
import { attributes, enveloped, errorType, momentsOf, nanoseconds } from './otlp-wire.ts'

// opentelemetry-proto, trace.proto: SpanKind and StatusCode
const INTERNAL = 1
const SERVER = 2
const ERROR = 2

/** What is posted to `/v1/traces`; undefined: when it began is unknown, and a span of no length would be a wrong one. */
export function tracesRequest(event: BuildEvent): Request | undefined {
  const { startMs, endMs } = momentsOf(event)
  if (startMs === undefined) return undefined
  const own = event.type === 'ci.job.completed' ? jobSpan(event) : runSpan(event)
  const { trace_id: traceId_, span_id: spanId, parent_span_id: parentSpanId } = event.trace
  const error = errorType(event)
  const span = {
    traceId: traceId_,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: own.name,
    kind: own.kind,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributes({ ...common(event), ...own.texts, 'error.type': error }),
    ...(own.links === undefined ? {} : { links: own.links }),
    // unset on success too: "ok" is for people to set
    status: error === undefined ? {} : { code: ERROR },
  }
  return { body: enveloped(event, 'Spans', [span]), count: 1 }
}

interface Own {
  readonly name: string
  readonly kind: number
  readonly texts: Readonly<Record<string, string | undefined>>
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
}

function jobSpan({ job, status }: JobEvent): Own {
  return {
    name: job.task,
    kind: INTERNAL,
    texts: {
      'cicd.pipeline.task.name': job.task,
      'cicd.pipeline.task.run.id': job.id,
      'cicd.pipeline.task.run.url.full': job.url,
      'cicd.pipeline.task.run.result': status,
    },
  }
}

function runSpan({ run, status }: RunEvent): Own {
  const before = { runId: run.id, attempt: run.attempt - 1 }
  return {
    name: `RUN ${run.workflow}`,
    kind: SERVER,
    texts: { 'cicd.pipeline.run.url.full': run.url, 'cicd.pipeline.result': status },
    ...(run.attempt > 1 ? { links: [{ traceId: traceId(before), spanId: rootSpanId(before) }] } : {}),
  }
}

function common({ run, vcs, runner, build_id, conclusion, event_id, attributes: given = {} }: BuildEvent) {
  return {
    ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`ci.attribute.${key}`, value])),
    'cicd.pipeline.name': run.workflow,
    'cicd.pipeline.run.id': run.id,
    'vcs.ref.head.name': vcs.ref_name,
    'vcs.ref.head.type': vcs.ref_type,
    // zeros stand for a commit that nobody knows
    'vcs.ref.head.revision': /^0+$/.test(vcs.revision) ? undefined : vcs.revision,
    'vcs.change.id': vcs.change_id,
    'cicd.worker.name': runner?.name,
    'ci.build.id': build_id,
    'ci.conclusion': conclusion,
    'ci.event.id': event_id,
  }
}
