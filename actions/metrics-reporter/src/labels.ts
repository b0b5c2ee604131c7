import type { BuildEvent } from './build-event.ts'

/** The few labels that every point has. What is unknown is absent; `build_id` is a value and no label. */
export interface Labels {
  readonly repository: string
  readonly workflow: string
  /** Absent: the event is of the whole run. */
  readonly task?: string
  readonly event: string
  readonly ref_class: string
  readonly status: string
  readonly runner_os?: string
}

/** Each takes few values over the life of a repository, so that a store of series stays small. */
export function labelsOf(event: BuildEvent): Labels {
  const { run, vcs, runner, status } = event
  return {
    repository: vcs.repository,
    workflow: run.workflow,
    ...(event.type === 'ci.job.completed' ? { task: event.job.task } : {}),
    event: run.event,
    ref_class: vcs.ref_class,
    status,
    ...(runner?.os === undefined ? {} : { runner_os: runner.os }),
  }
}

/** What the event is of, for a line of a log: `CI / test (3.12)`, or `CI` for the whole run. */
export function titleOf(event: BuildEvent): string {
  return event.type === 'ci.job.completed' ? `${event.run.workflow} / ${event.job.task}` : event.run.workflow
}

/** What the input `labels` adds, and what it asks for that this event does not have. */
export function addedLabels(
  input: string,
  event: BuildEvent,
): { readonly labels: Readonly<Record<string, string>>; readonly unknown: readonly string[] } {
  const own = new Map(
    Object.entries({
      ...event.attributes,
      branch: event.vcs.ref_name,
      actor: event.run.actor,
      build_id: event.build_id,
      run_id: event.run.id,
    }),
  )
  const names = [...new Set(input.split(/[\s,]+/).filter((name) => name !== ''))]
  // a second label of a name that every point has would make the point unreadable
  const known = names.filter((name) => !FIXED.has(name) && (own.get(name) ?? '') !== '')
  return {
    labels: Object.fromEntries(known.map((name) => [name, own.get(name) ?? ''])),
    unknown: names.filter((name) => !known.includes(name)),
  }
}

const FIXED: ReadonlySet<string> = new Set([
  ...['repository', 'workflow', 'task', 'event', 'ref_class', 'status', 'runner_os'],
  ...['gate', 'name', 'scope', 'unit', 'kind', 'outcome', 'job'],
])

/** What they cost, for the log; empty where there are none. */
export function costOf(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels)
  if (names.length === 0) return ''
  const some = names.filter((name) => name === 'build_id' || name === 'run_id')
  const builds =
    some.length === 0
      ? ''
      : ` ${some.join(' and ')} ${some.length === 1 ? 'is' : 'are'} new in every build: the store grows without end.`
  return `metrics: the labels ${names.join(', ')} are on every point. Each new value makes new series of everything that is measured.${builds}`
}

/** For the log: what the labels cost that the input adds, and which of them this event does not have. */
export function labelsTold(input: string, event: BuildEvent): string[] {
  const { labels, unknown } = addedLabels(input, event)
  const cost = costOf(labels)
  const left = `metrics: labels that this event does not have are left out: ${unknown.join(', ')}`
  return [...(cost === '' ? [] : [cost]), ...(unknown.length === 0 ? [] : [left])]
}
