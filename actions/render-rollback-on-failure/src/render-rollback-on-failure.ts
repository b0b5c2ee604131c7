import type { Frame, Report } from '@hardgate/action'
import { capture } from './capture.ts'
import type { Inputs } from './inputs.ts'
import { notify } from './notify.ts'
import { rollback } from './rollback.ts'
import { showPlan } from './show-plan.ts'
import { unfreeze } from './unfreeze.ts'
import { openWorld, type World } from './world.ts'

const MODES: Readonly<Record<Inputs['mode'], (world: World) => Promise<Report>>> = {
  rollback,
  plan: showPlan,
  capture,
  unfreeze,
  notify,
}

export async function run(inputs: Inputs, frame: Frame): Promise<Report> {
  return MODES[inputs.mode](openWorld(inputs, frame))
}
