import type {
  BuildEvent,
  JobEvent,
  JobPart,
  JobsPart,
  ReporterMode,
  RunEvent,
  RunPart,
  VcsPart,
} from './build-event.ts'
import { jobEventId, jobSpanId, rootSpanId, runEventId, traceId } from './ids.ts'
import type { MeasuredPart } from './measured.ts'
import type { Ending } from './status.ts'
import { version } from './version.ts'

const NOTES_MAX = 50

/** What every event is made of. */
export interface Parts extends Ending {
  readonly buildId: string
  readonly seconds?: number | undefined
  readonly run: RunPart
  readonly vcs: VcsPart
  readonly runner?: BuildEvent['runner']
  readonly time: BuildEvent['time']
  readonly measured: MeasuredPart
  readonly softFailures?: BuildEvent['soft_failures']
  readonly mode: ReporterMode
  /** Measured by code from outside the repository. */
  readonly isForeign: boolean
  readonly notes: readonly string[]
}

/** `jobKey` is the job's id, or what stands in for it. */
export function jobEvent(parts: Parts, job: JobPart, jobKey: string): JobEvent {
  const run = { runId: parts.run.id, attempt: parts.run.attempt }
  const { head, body } = split(parts)
  return {
    schema: 'hardgate.build-event/v1',
    event_id: jobEventId(run, jobKey),
    type: 'ci.job.completed',
    ...head,
    job,
    ...body,
    trace: { trace_id: traceId(run), span_id: jobSpanId(jobKey), parent_span_id: rootSpanId(run) },
  }
}

export function runEvent(parts: Parts, jobs: JobsPart): RunEvent {
  const run = { runId: parts.run.id, attempt: parts.run.attempt }
  const { head, body } = split(parts)
  return {
    schema: 'hardgate.build-event/v1',
    event_id: runEventId(run),
    type: 'ci.run.completed',
    ...head,
    jobs,
    ...body,
    trace: { trace_id: traceId(run), span_id: rootSpanId(run) },
  }
}

/** In the order in which people read them. */
function split({ measured, ...parts }: Parts) {
  const { coverage_percent, coverage, ...values } = measured
  const { seconds, runner = {}, softFailures, notes } = parts
  const head = {
    build_id: parts.buildId,
    status: parts.status,
    conclusion: parts.conclusion,
    ...(seconds === undefined ? {} : { duration_seconds: seconds }),
    ...(coverage_percent === undefined ? {} : { coverage_percent }),
    ...(coverage === undefined ? {} : { coverage }),
    run: parts.run,
  }
  const body = {
    time: parts.time,
    vcs: parts.vcs,
    ...(Object.keys(runner).length === 0 ? {} : { runner }),
    ...values,
    ...(softFailures === undefined ? {} : { soft_failures: softFailures }),
    ...(notes.length === 0 ? {} : { notes: [...new Set(notes)].slice(0, NOTES_MAX) }),
    reporter: { version, mode: parts.mode, trust: parts.isForeign ? ('fork' as const) : ('own' as const) },
  }
  return { head, body }
}
