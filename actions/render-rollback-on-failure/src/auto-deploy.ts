import { RenderError, type Service } from '@hardgate/render'
import { isFrozen } from './story.ts'
import { record, type World, warn } from './world.ts'

const isOff = ({ autoDeploy }: Service): boolean => autoDeploy === 'off' || autoDeploy === 'no'

/** Switches auto-deploy off. What cannot be done is told, and the rollback goes on: service first. */
export async function freeze(world: World): Promise<void> {
  const { inputs, story } = world
  if (!inputs['freeze-auto-deploy'] || story.service === undefined) return
  if (isOff(story.service)) {
    story.freeze = 'was-off'
    return
  }
  story.freeze = 'sent'
  const problem = await switchedTo(world, 'off', isOff)
  story.freeze = problem === undefined ? 'frozen' : 'failed'
  if (problem === undefined) {
    world.frame.setOutput('frozen', 'true')
    return record(world, 'Auto-deploy', `switched off (was ${story.service.autoDeploy || 'unknown'})`)
  }
  record(world, 'Auto-deploy', `not switched off: ${problem}`)
  warn(world, `Auto-deploy is still on, so the next push may ship the bad release again: ${problem}`)
}

/** Puts back what `freeze` changed. Never throws: whatever ended the run is told, and this beside it. */
export async function undoFreeze(world: World): Promise<void> {
  const { story } = world
  const before = story.service?.autoDeploy ?? ''
  if (story.freeze !== 'sent' && story.freeze !== 'frozen') return
  const problem = before === '' ? 'what it was before is not known' : await restoreTo(world, before)
  story.freeze = problem === undefined ? 'undone' : 'stuck'
  world.frame.setOutput('frozen', String(isFrozen(story)))
  if (problem === undefined) return record(world, 'Auto-deploy', `back to ${before}`)
  record(world, 'Auto-deploy', `not put back: ${problem}`)
  warn(world, `Auto-deploy could not be put back to ${before || 'what it was'} and is off: ${problem}`)
}

async function restoreTo(world: World, before: string): Promise<string | undefined> {
  try {
    return await switchedTo(world, before, ({ autoDeploy }) => autoDeploy === before)
  } catch (error) {
    if (error instanceof RenderError) return error.message
    throw error
  }
}

/** undefined: Render shows it. Otherwise what stands in the way. Throws only where the run was interrupted. */
export async function switchedTo(
  world: World,
  wanted: string,
  isWanted: (service: Service) => boolean,
): Promise<string | undefined> {
  try {
    const answer = await patch(world, wanted)
    // not every answer may show what was changed just now
    const shown = isWanted(answer) ? answer : await world.render.getService(world.serviceId)
    return isWanted(shown) ? undefined : `Render took the change, but shows ${shown.autoDeploy || 'nothing'}`
  } catch (error) {
    if (!(error instanceof RenderError) || error.kind === 'aborted') throw error
    return error.mayHaveHappened ? readBack(world, error, isWanted) : error.message
  }
}

async function patch({ render, serviceId }: World, wanted: string): Promise<Service> {
  if (wanted === 'yes' || wanted === 'no') return render.patchAutoDeploy(serviceId, { autoDeploy: wanted })
  const isTrigger = wanted === 'off' || wanted === 'commit' || wanted === 'checksPass'
  if (!isTrigger) throw new Error(`auto-deploy cannot be set to ${wanted}`)
  try {
    return await render.patchAutoDeploy(serviceId, { autoDeployTrigger: wanted })
  } catch (error) {
    // an older service knows on and off alone
    if (!(error instanceof RenderError) || error.status !== 400 || wanted === 'checksPass') throw error
    return render.patchAutoDeploy(serviceId, { autoDeploy: wanted === 'off' ? 'no' : 'yes' })
  }
}

async function readBack(
  { render, serviceId }: World,
  { message }: RenderError,
  isWanted: (service: Service) => boolean,
): Promise<string | undefined> {
  try {
    return isWanted(await render.getService(serviceId)) ? undefined : message
  } catch (error) {
    if (!(error instanceof RenderError) || error.kind === 'aborted') throw error
    return message
  }
}
