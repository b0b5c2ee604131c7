import { duration, type Frame, UserError } from '@hardgate/action'
import { readAttributes } from './attributes.ts'
import type { BuildEvent, JobEvent, MetricPart } from './build-event.ts'
import { coverageOf } from './coverage.ts'
import { eventText, note } from './event-text.ts'
import { gatesOf } from './gates.ts'
import { type Identity, jobIds } from './identity.ts'
import { type Ids, rootSpanId } from './ids.ts'
import { readMetricLines } from './metric-lines.ts'
import { softFailures } from './soft-failures.ts'
import { type Ending, endingOf, type RunLength } from './status.ts'
import { type Start, timesOf } from './times.ts'
import type { Told } from './told.ts'
import { findVerdicts } from './verdict-files.ts'
import { version } from './version.ts'

const METRICS_MAX = 200
const GATES_MAX = 64
const NOTES_MAX = 50

/** Everything that is known of the job at its end, as one event. */
export async function collect(
  told: Told,
  identity: Identity,
  start: Start,
  jobTimeoutMs: number,
  frame: Frame,
): Promise<BuildEvent> {
  const given = readDuration(told.duration)
  const times = timesOf(start, frame.clock.now(), given.ms)
  const ending = readEnding(told, { ranMs: times.ranMs, jobTimeoutMs })
  const verdicts = await findVerdicts({
    wanted: told['verdict-files'],
    runnerTemp: frame.env['RUNNER_TEMP'] || undefined,
    workspace: frame.env['GITHUB_WORKSPACE'] || process.cwd(),
  })
  const gates = gatesOf(verdicts.files)
  const coverage = coverageOf(told.coverage, gates.coverages)
  const lines = readMetricLines(told.metrics)
  const metrics = distinct([...lines.metrics, ...gates.metrics])
  const { attributes, notes } = readAttributes(told.attributes)
  const soft = ending.ending.conclusion === 'success' ? softFailures(told.steps, gates.gates) : { notes: [] }
  const allNotes = [
    identity.notes,
    given.notes,
    ending.notes,
    times.notes,
    verdicts.notes,
    gates.notes,
    coverage.notes,
    lines.notes,
    metrics.notes,
    notes,
    soft.notes,
  ]
  return assemble(identity, jobIds(identity, told['build-id']), {
    ...ending.ending,
    ...(times.seconds === undefined ? {} : { duration_seconds: times.seconds }),
    ...(coverage.percent === undefined ? {} : { coverage_percent: coverage.percent }),
    ...(coverage.coverage === undefined ? {} : { coverage: coverage.coverage }),
    time: times.part,
    ...listed('gates', gates.gates.slice(0, GATES_MAX)),
    ...listed('metrics', metrics.kept),
    ...(soft.part === undefined ? {} : { soft_failures: soft.part }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...listed('notes', [...new Set(allNotes.flat())].slice(0, NOTES_MAX)),
  })
}

type Found = Omit<
  JobEvent,
  'schema' | 'event_id' | 'type' | 'build_id' | 'run' | 'job' | 'vcs' | 'runner' | 'trace' | 'reporter'
>

function assemble({ run, job, vcs, runner, isForeign }: Identity, ids: Ids, found: Found): BuildEvent {
  const { status, conclusion, duration_seconds, coverage_percent, coverage, time, ...rest } = found
  return {
    schema: 'hardgate.build-event/v1',
    event_id: ids.eventId,
    type: 'ci.job.completed',
    build_id: ids.buildId,
    status,
    conclusion,
    ...(duration_seconds === undefined ? {} : { duration_seconds }),
    ...(coverage_percent === undefined ? {} : { coverage_percent }),
    ...(coverage === undefined ? {} : { coverage }),
    run,
    job,
    time,
    vcs,
    ...(Object.keys(runner).length === 0 ? {} : { runner }),
    ...rest,
    trace: {
      trace_id: ids.traceId,
      span_id: ids.spanId,
      parent_span_id: rootSpanId({ runId: run.id, attempt: run.attempt }),
    },
    reporter: { version, mode: 'job', trust: isForeign ? 'fork' : 'own' },
  }
}

function readEnding(told: Told, length: RunLength): { ending: Ending; notes: string[] } {
  const override = endingOf(told.status, length)
  const ending = override ?? endingOf(told['job-status'], length)
  if (ending === undefined)
    throw new UserError(
      `job-status: "${eventText(told['job-status'])}" does not say how the job ended. Leave it to its default, or set status.`,
    )
  const isUnread = override === undefined && told.status !== ''
  return { ending, notes: isUnread ? [note('status-unreadable', told.status)] : [] }
}

/** A duration that was given and cannot be read leaves the measured one in place, with a note. */
function readDuration(text: string): { ms?: number; notes: string[] } {
  if (text === '') return { notes: [] }
  try {
    return { ms: duration().parse(text, {}), notes: [] }
  } catch {
    return { notes: [note('duration-unreadable', text)] }
  }
}

/** One point a series: a second value of the same name, gate, scope and unit would overwrite the first somewhere. */
function distinct(metrics: readonly MetricPart[]): { kept: MetricPart[]; notes: string[] } {
  const series = new Map<string, MetricPart>()
  const notes: string[] = []
  for (const metric of metrics) {
    const key = JSON.stringify([metric.name, metric.gate, metric.scope, metric.unit])
    if (series.has(key)) notes.push(note('metric-twice', metric.name))
    else series.set(key, metric)
  }
  const kept = [...series.values()]
  if (kept.length > METRICS_MAX) notes.push(note('truncated', `metrics ${kept.length} to ${METRICS_MAX}`))
  return { kept: kept.slice(0, METRICS_MAX), notes }
}

function listed<K extends string, T>(key: K, list: readonly T[]): Partial<Record<K, readonly T[]>> {
  if (list.length === 0) return {}
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return { [key]: list } as unknown as Record<K, readonly T[]>
}
