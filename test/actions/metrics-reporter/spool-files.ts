import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildEvent, JobEvent } from '../../../actions/metrics-reporter/src/build-event.ts'
import { jobEventId } from '../../../actions/metrics-reporter/src/ids.ts'
import { type SpoolEntry, spoolText } from '../../../actions/metrics-reporter/src/spool.ts'
import { sampleEvent } from './sample.ts'

/** A job of the sample's run, with the id that belongs to it; each completes a second after the one before. */
export function jobEvent(number: number, change: Partial<JobEvent> = {}): JobEvent {
  const id = String(50_123_456_000 + number)
  const completed = new Date(Date.parse('2026-11-22T20:01:44Z') + number * 1000).toISOString()
  return {
    ...sampleEvent,
    event_id: jobEventId({ runId: sampleEvent.run.id, attempt: sampleEvent.run.attempt }, id),
    job: { key: 'test', task: `test (${number})`, id },
    time: { started_at: '2026-11-22T20:00:09.000Z', completed_at: completed, source: 'local' },
    ...change,
  }
}

export function entryText(event: BuildEvent, entry: Partial<SpoolEntry> = {}): string {
  return spoolText(JSON.stringify(event), {
    endpoint: 'webhook',
    kind: 'webhook',
    reason: 'connection refused, 5 requests in 6.9 s',
    attempts: 5,
    first_failed_at: '2026-11-22T20:01:50.000Z',
    ...entry,
  })
}

/** Writes a spool file as a reporter would; gives its path. */
export function writeSpooled(folder: string, event: BuildEvent, entry: Partial<SpoolEntry> = {}, use = ''): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${event.event_id}.${entry.endpoint ?? 'webhook'}${use}.json`)
  writeFileSync(path, entryText(event, entry))
  return path
}
