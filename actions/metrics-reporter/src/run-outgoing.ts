import type { BuildEvent, JobEvent, RunEvent } from './build-event.ts'
import type { RunEvents } from './run-events.ts'
import { type RunSpool, type SpooledEvent, withValuesOf } from './run-spool.ts'
import type { Endpoint } from './sinks/sink.ts'

/** An event, and who lacks it. */
export interface Outgoing {
  readonly event: BuildEvent
  readonly endpoints: readonly Endpoint[]
  /** By endpoint, the payloads that it has already. */
  readonly taken?: SpooledEvent['taken']
  readonly isSpooled: boolean
}

/**
 * The run, each job that did not report for itself, and what the others could not deliver: each event once. What a
 * job measured is in its spool alone; everything else is GitHub's word.
 */
export function outgoingOf(
  events: RunEvents,
  spool: Pick<RunSpool, 'events'>,
  endpoints: readonly Endpoint[],
  isForeign: boolean,
): readonly Outgoing[] {
  const left = new Map(spool.events.map((one) => [one.jobId ?? '', one]))
  const ofRun = left.get('')
  const run = { event: withMeasured(events.run, ofRun), endpoints, isSpooled: ofRun !== undefined }
  const missing = new Set(events.unreported.map(({ job }) => job.id ?? ''))
  const jobs = [...events.facts].flatMap(([id, facts]): Outgoing[] => {
    const spooled = left.get(id)
    const event = merged(facts, spooled, isForeign)
    // a job that could not report may still have left its values; then all endpoints lack it
    if (missing.has(id)) return [{ event, endpoints, isSpooled: spooled !== undefined }]
    if (spooled === undefined) return []
    const own = endpoints.filter(({ name }) => spooled.endpoints.includes(name))
    return [{ event, endpoints: own, taken: spooled.taken, isSpooled: true }]
  })
  return [run, ...jobs]
}

function merged(facts: JobEvent, spooled: SpooledEvent | undefined, isForeign: boolean): JobEvent {
  const event = spooled?.event
  if (event?.type !== 'ci.job.completed') return facts
  const { notes = [], ...whole } = withValuesOf(event, facts)
  const own = notes.filter((one) => isForeign || one !== 'job-key-from-name')
  const told = { ...whole, ...(own.length === 0 ? {} : { notes: own }) }
  // by the name that it gives itself, code from outside could write into the series of any other job, or pass for another build
  if (isForeign) return { ...told, build_id: facts.build_id, job: facts.job }
  const runner = { ...event.runner, ...facts.runner }
  return { ...told, ...(Object.keys(runner).length === 0 ? {} : { runner }) }
}

function withMeasured(run: RunEvent, spooled: SpooledEvent | undefined): RunEvent {
  const event = spooled?.event
  if (event?.type !== 'ci.run.completed') return run
  const { coverage_percent, coverage, gates, metrics, attributes } = event
  return {
    ...run,
    ...(coverage_percent === undefined ? {} : { coverage_percent }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(gates === undefined ? {} : { gates }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(attributes === undefined ? {} : { attributes }),
  }
}
