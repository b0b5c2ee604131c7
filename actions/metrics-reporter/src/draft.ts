import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Frame } from '@hardgate/action'
import type { BuildEvent } from './build-event.ts'
import { checkEvent } from './event-check.ts'
import { fit } from './fit.ts'
import type { Made } from './sending.ts'
import { writeWhole } from './spool.ts'

export interface Filed extends Made {
  /** Path of the event as a file; empty where it could not be written. */
  readonly file: string
}

/** The event as it is kept. */
export function draft(found: BuildEvent): Made {
  const event = fit(found)
  checkEvent(event, '')
  return { event, json: JSON.stringify(event) }
}

/** The event as it is sent, which people find as a file. Throws where it does not fit its schema. */
export async function final(found: BuildEvent, frame: Frame): Promise<Filed> {
  const event = fit(found)
  const json = JSON.stringify(event)
  const file = await writeEvent(event.event_id, json, frame)
  checkEvent(event, file)
  return { event, json, file }
}

async function writeEvent(eventId: string, json: string, { env }: Frame): Promise<string> {
  const temp = env['RUNNER_TEMP'] ?? ''
  if (temp === '') return ''
  const folder = join(temp, 'hardgate', 'event')
  const path = join(folder, `${eventId}.json`)
  try {
    await mkdir(folder, { recursive: true })
    await writeWhole(path, `${json}\n`)
    return path
  } catch {
    return ''
  }
}
