import type { Report } from '@hardgate/action'
import { tell } from './tell.ts'
import { type World, warn } from './world.ts'

/** One message about a run that ended without a rollback. Render is not asked, and Slack's refusal fails nothing. */
export async function notify(world: World): Promise<Report> {
  const { inputs } = world
  if (inputs['slack-webhook-url'] === '') warn(world, 'slack-webhook-url is empty: nobody is told.')
  const cause = inputs.cause.trim()
  const reason = cause === '' ? 'The run ended without a rollback, and no cause was given.' : cause
  return tell(world, undefined, { outcome: 'notified', reason, next: [] })
}
