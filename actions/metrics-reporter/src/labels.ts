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
