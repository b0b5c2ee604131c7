import { checkSchema } from '@hardgate/gate'
import type { BuildEvent } from './build-event.ts'
import { buildEventSchema } from './build-event-schema.ts'

/** Throws where the event does not fit its own schema: that is a bug, and such an event must not be sent. */
export function checkEvent(event: BuildEvent, file: string): void {
  const problems = checkSchema(buildEventSchema, event)
  if (problems.length === 0) return
  const where = file === '' ? '' : ` It lies in ${file}.`
  throw new Error(`the event does not fit its schema, so it is not sent: ${problems.slice(0, 3).join('; ')}.${where}`)
}
