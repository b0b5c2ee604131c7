import type { FormatName } from './format.ts'
import type { Group, Run } from './run.ts'

export interface ViewNames {
  readonly measured: string
  readonly view: string
  /** Requests of the warm-up, which the view still holds. */
  readonly cut: number
}

/** Another look at the measured run: it adds what the measured record does not know, and a note where they differ. */
export function withView(run: Run, view: Run, names: ViewNames): Run {
  const total = completed(run.total, view.total, view.fidelity === 'samples')
  const isCompleted = total !== run.total
  // a view that counts nothing, such as a list of failures, differs in nothing
  const differs = view.total.requests > 0 && view.total.requests !== run.total.requests + names.cut && !isCompleted
  const notes = [
    ...run.notes,
    ...(isCompleted ? [`${names.measured} does not hold the failures; they are taken from ${names.view}`] : []),
    ...(differs ? [difference(run, view, names)] : []),
  ]
  return {
    ...run,
    total,
    version: run.version ?? view.version,
    durationMs: run.durationMs ?? view.durationMs,
    requestsPerSecond: run.requestsPerSecond ?? view.requestsPerSecond,
    mostUsers: run.mostUsers ?? view.mostUsers,
    users: run.users.length > 0 ? run.users : view.users,
    dropped: run.dropped ?? view.dropped,
    errors: run.errors.length > 0 ? run.errors : view.errors,
    signals: [...run.signals, ...view.signals.filter(({ kind }) => run.signals.every((one) => one.kind !== kind))],
    notes,
  }
}

const WHY: Partial<Record<FormatName, string>> = {
  'locust-stats': ' Locust does not write the CSV after its last interval.',
}

function difference(run: Run, view: Run, names: ViewNames): string {
  const counts = `${names.view} has ${view.total.requests} requests, ${names.measured} ${run.total.requests + names.cut}.`
  return `${counts}${WHY[view.format] ?? ''} ${names.measured} was used`
}

function completed(total: Group, view: Group, isViewRaw: boolean): Group {
  if (total.failures !== undefined || view.failures === undefined || isViewRaw) return total
  return { ...total, requests: Math.max(total.requests, view.requests), failures: view.failures }
}
