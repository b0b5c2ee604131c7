import type { BuildEvent, MetricPart } from '../build-event.ts'
import { plainDecimal } from '../decimal.ts'
import { labelsOf } from '../labels.ts'

type Texts = Readonly<Record<string, string | undefined>>

/** The lines of an event, without line ends: the job or run, and one for each of its measurements. */
export function linesOf(event: BuildEvent, added: Readonly<Record<string, string>>): string[] {
  const time = timeOf(event)
  const tags = { ...labelsOf(event), ...tagsOfLabels(added) }
  const measurement = event.type === 'ci.job.completed' ? 'ci_job' : 'ci_run'
  return [
    line(measurement, tags, fieldsOf(event), time),
    ...(event.metrics ?? []).map((metric) => measured(metric, event, tags, time)),
  ]
}

/** A field's type is fixed by the first write, for good: what can have a fraction is written as a float, always. */
function fieldsOf(event: BuildEvent): Texts {
  const { coverage, run, time, vcs } = event
  return {
    build_id: text(event.build_id),
    conclusion: text(event.conclusion),
    coverage_branches: float(coverage?.branches),
    coverage_functions: float(coverage?.functions),
    coverage_lines: float(coverage?.lines),
    coverage_patch_branches: float(coverage?.patch_branches),
    coverage_patch_lines: float(coverage?.patch_lines),
    coverage_statements: float(coverage?.statements),
    duration_seconds: float(event.duration_seconds),
    job_id: event.type === 'ci.job.completed' ? integer(event.job.id) : undefined,
    queued_seconds: float(time.queued_seconds),
    revision: text(vcs.revision),
    run_attempt: integer(run.attempt),
    run_id: integer(run.id),
    soft_failures: integer(event.soft_failures?.count),
  }
}

function measured({ gate, name, scope, unit, value }: MetricPart, { run }: BuildEvent, tags: Texts, time: string) {
  const fields = { run_id: integer(run.id), value: float(value) }
  return line('ci_measurement', { ...tags, gate, name, scope, unit }, fields, time)
}

/**
 * Nanoseconds: the end of the job, and below the millisecond a number of the job's own. Jobs that end together stay
 * apart, and what is sent again overwrites itself.
 */
function timeOf(event: BuildEvent): string {
  const id = event.type === 'ci.job.completed' ? event.job.id : event.run.id
  const own = id === undefined ? BigInt(`0x${event.event_id.replace(/^hg1-/, '')}`) : BigInt(id)
  return String(BigInt(Date.parse(event.time.completed_at)) * 1_000_000n + (own % 1_000_000n))
}

function line(measurement: string, tags: Texts, fields: Texts, time: string): string {
  const tagged = known(tags)
    .map(([key, value]) => [tagText(key), tagText(value)] as const)
    .filter(([, value]) => value !== '')
    .toSorted(([one], [two]) => (one < two ? -1 : 1))
    .map(([key, value]) => `,${key}=${value}`)
  const set = known(fields).map(([key, value]) => `${key}=${value}`)
  return `${measurement}${tagged.join('')} ${set.join(',')} ${time}`
}

const known = (texts: Texts): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))

/**
 * A raw line end would start a new measurement. A backslash is no escape for itself in a tag: before a character that
 * needs one, before another and at the end it would be read as one, so it becomes a slash there.
 */
function tagText(value: string): string {
  return value
    .replace(/[\r\n]+/g, ' ')
    .replace(/\\(?=[,= \\]|$)/g, '/')
    .replace(/[,= ]/g, '\\$&')
}

const float = (value: number | undefined): string | undefined => (value === undefined ? undefined : plainDecimal(value))

const INT64_MAX = 2n ** 63n - 1n

/** Absent where it does not fit: the whole line would be refused. */
function integer(value: number | string | undefined): string | undefined {
  return value === undefined || BigInt(value) > INT64_MAX ? undefined : `${value}i`
}

function text(value: string): string {
  return `"${value.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`
}

/** Names of fields and of what InfluxDB keeps for itself: a tag of the same name could not be told from them. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['time', 'value', 'build_id', 'conclusion', 'duration_seconds', 'job_id', 'queued_seconds', 'revision'],
  ...['run_attempt', 'run_id', 'soft_failures', 'gate', 'name', 'scope', 'unit'],
])

function tagsOfLabels(added: Readonly<Record<string, string>>): Texts {
  const isTaken = (key: string) => TAKEN.has(key) || key.startsWith('_') || key.startsWith('coverage_')
  return Object.fromEntries(Object.entries(added).map(([key, value]) => [isTaken(key) ? `label_${key}` : key, value]))
}
