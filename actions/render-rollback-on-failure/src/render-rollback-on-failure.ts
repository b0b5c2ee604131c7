import type { Frame, Report } from '@hardgate/action'
import type { Inputs } from './inputs.ts'
import { openWorld, type World } from './world.ts'

const MODES: Readonly<Record<Inputs['mode'], () => Promise<(world: World) => Promise<Report>>>> = {
  rollback: async () => (await import('./rollback.ts')).rollback,
  plan: async () => (await import('./show-plan.ts')).showPlan,
  capture: async () => (await import('./capture.ts')).capture,
  unfreeze: async () => (await import('./unfreeze.ts')).unfreeze,
  notify: async () => (await import('./notify.ts')).notify,
}

export async function run(inputs: Inputs, frame: Frame): Promise<Report> {
  const mode = await MODES[inputs.mode]()
  return mode(openWorld(inputs, frame))
}
