import type { Report } from '@hardgate/action'
import { type Deploy, RenderError } from '@hardgate/render'
import { named } from './deploy-names.ts'
import { apiError } from './endings.ts'
import { reportOf } from './report.ts'
import { record, type World } from './world.ts'

/** Outputs the deploy that serves now. Writes nothing. */
export async function capture(world: World): Promise<Report> {
  const { render, serviceId, frame } = world
  try {
    const { deploys, isWhole } = await render.listDeploys(serviceId, { until: (read) => read.some(isLive) })
    const live = deploys.find(isLive)
    const capturedAt = frame.clock.now().toISOString()
    const seen = isWhole ? '' : ` among the newest ${deploys.length}`
    const reason = live === undefined ? `No deploy of ${serviceId} is live${seen}.` : `${named(live)} serves.`
    record(world, 'Serving', live === undefined ? 'nothing' : named(live))
    const report = reportOf(world, { outcome: 'captured', reason, next: [] })
    const captured = {
      'serving-deploy-id': live?.id ?? '',
      'serving-commit': live?.commit?.id ?? '',
      'captured-at': capturedAt,
    }
    return { ...report, outputs: { ...report.outputs, ...captured } }
  } catch (error) {
    if (!(error instanceof RenderError) || frame.signal.aborted) throw error
    return reportOf(world, apiError(world, error.message))
  }
}

const isLive = ({ status }: Deploy): boolean => status === 'live'
