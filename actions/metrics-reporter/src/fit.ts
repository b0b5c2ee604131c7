import type { BuildEvent } from './build-event.ts'
import { note } from './event-text.ts'

export const EVENT_BYTES_MAX = 128 * 1024

/** The event, without so many of its jobs, then metrics, then attributes, that it is no longer than `max`; noted in it. */
export function fit(
  event: BuildEvent,
  max = EVENT_BYTES_MAX,
  sizeOf: (json: string) => number = (json) => Buffer.byteLength(json),
): BuildEvent {
  const isOver = (one: BuildEvent): boolean => sizeOf(JSON.stringify(one)) > max
  if (!isOver(event)) return event
  const fewer = fewerJobs(event, isOver)
  if (!isOver(fewer)) return fewer
  const short = halved(fewer, 'metrics', fewer.metrics ?? [], isOver)
  const entries = Object.entries(event.attributes ?? {})
  return isOver(short) ? halved(short, 'attributes', entries, isOver) : short
}

/** The counts stay: they are of all jobs. */
function fewerJobs(event: BuildEvent, isOver: (one: BuildEvent) => boolean): BuildEvent {
  if (event.type !== 'ci.run.completed' || event.jobs.items === undefined) return event
  const { items, ...counts } = event.jobs
  for (let left = Math.floor(items.length / 2); ; left = Math.floor(left / 2)) {
    const notes = [...(event.notes ?? []), note('truncated', `jobs ${items.length} to ${left}`)].slice(-50)
    const jobs = { ...counts, ...(left === 0 ? {} : { items: items.slice(0, left) }) }
    const next = { ...event, jobs, notes }
    if (left === 0 || !isOver(next)) return next
  }
}

function halved(
  event: BuildEvent,
  part: 'metrics' | 'attributes',
  all: readonly unknown[],
  isOver: (one: BuildEvent) => boolean,
): BuildEvent {
  const { [part]: _cut, ...rest } = event
  for (let left = Math.floor(all.length / 2); ; left = Math.floor(left / 2)) {
    const notes = [...(event.notes ?? []), note('truncated', `${part} ${all.length} to ${left}`)].slice(-50)
    const kept = all.slice(0, left)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the first members of the very part that was there
    const members = part === 'metrics' ? kept : Object.fromEntries(kept as readonly (readonly [string, string])[])
    const next = { ...rest, ...(left === 0 ? {} : { [part]: members }), notes }
    if (left === 0 || !isOver(next)) return next
  }
}
