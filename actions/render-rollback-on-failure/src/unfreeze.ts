import { InputErrors, type Report } from '@hardgate/action'
import { RenderError } from '@hardgate/render'
import { switchedTo } from './auto-deploy.ts'
import { apiError, nameOf } from './endings.ts'
import type { Ending } from './outcome.ts'
import { tell } from './tell.ts'
import { record, type World } from './world.ts'

/** Puts auto-deploy back. */
export async function unfreeze(world: World): Promise<Report> {
  try {
    return await tell(world, undefined, await restored(world))
  } catch (error) {
    if (!(error instanceof RenderError) || world.frame.signal.aborted) throw error
    return tell(world, undefined, apiError(world, error.message))
  }
}

async function restored(world: World): Promise<Ending> {
  const { render, serviceId, story, inputs } = world
  const asked = inputs['restore-auto-deploy']
  story.service = await render.getService(serviceId)
  const before = story.service.autoDeploy
  const isOn = before !== 'off' && before !== 'no'
  if (isOn && (asked === 'auto' || isShownAs(before, asked))) return unfrozen(world, `was on already (${before})`)
  const wanted = asked === 'auto' ? await whatItWas(world) : asked
  const problem = await switchedTo(world, wanted, ({ autoDeploy }) => isShownAs(autoDeploy, wanted))
  record(world, 'Auto-deploy', problem ?? `on (${wanted})`)
  if (problem === undefined) return unfrozen(world, `is on again (${wanted})`)
  return apiError(world, `Auto-deploy could not be set to ${wanted}: ${problem}`)
}

// an older service knows on and off alone
const isShownAs = (shown: string, wanted: string): boolean =>
  shown === wanted || (wanted === 'commit' && shown === 'yes')

function unfrozen(world: World, how: string): Ending {
  return { outcome: 'unfrozen', reason: `Auto-deploy of ${nameOf(world)} ${how}.`, next: [] }
}

const YEAR_MS = 365 * 86_400_000

/** What auto-deploy was before it was switched off last. */
async function whatItWas({ render, serviceId, frame }: World): Promise<string> {
  const since = new Date(frame.clock.now().getTime() - YEAR_MS)
  const [newest] = await render.listEvents(serviceId, { types: ['auto_deploy_disabled'], since })
  const from = newest?.details['fromTrigger']
  if (from === 'commit' || from === 'checksPass') return from
  const why = newest === undefined ? 'Render has no event that tells' : 'Render’s event does not tell'
  throw new InputErrors([
    `restore-auto-deploy: "auto" does not work here: ${why} what auto-deploy was before. Write commit or checksPass.`,
  ])
}
