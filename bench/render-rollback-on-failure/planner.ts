// 10 000 deploys against 1 000, in a history full of rollbacks that reach far back.
import type { Deploy, Service } from '@hardgate/render'
import { type PlanOptions, plan } from '../../actions/render-rollback-on-failure/src/planner.ts'
import { median } from './timing.ts'

const ROUNDS = 31

const SERVICE: Service = {
  id: 'srv-api',
  name: 'api',
  type: 'web_service',
  autoDeploy: 'commit',
  isSuspended: false,
  suspenders: [],
  isInMaintenance: false,
}

export function plannerRatio() {
  const [few, many] = [historyOf(1000), historyOf(10_000)]
  const small: number[] = []
  const large: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    small.push(time(few))
    large.push(time(many))
  }
  const [one, ten] = [median(small), median(large)]
  return {
    what: 'planner: 10 000 deploys (theirs: 1 000)',
    ours: `${ten.toFixed(2)} ms`,
    theirs: `${one.toFixed(2)} ms`,
    ratio: ten / one,
    target: 12,
  }
}

function time(deploys: readonly Deploy[]): number {
  const options: PlanOptions = {
    accused: { deployId: deploys[0]?.id ?? '' },
    cancelInProgress: true,
    maxRollbacks: 1e9,
    rollbackWindowMs: 3_600_000,
  }
  const from = performance.now()
  const made = plan({ readAt: new Date(), service: SERVICE, deploys }, options)
  const took = performance.now() - from
  if (made.kind === 'await') throw new Error('a history of the past has nothing to wait for')
  return took
}

/** Newest first. Every third deploy is a rollback to one of the first 50 releases. */
function historyOf(count: number): readonly Deploy[] {
  return Array.from({ length: count }, (_, at): Deploy => {
    const isRollback = at % 3 === 2
    const release = isRollback ? at % 50 : at
    return {
      id: `dep-${at}`,
      status: at === count - 1 ? 'live' : 'deactivated',
      trigger: isRollback ? 'rollback' : 'new_commit',
      createdAt: new Date(1.7e12 + at * 60_000).toISOString(),
      commit: { id: release.toString(16).padStart(40, '0'), message: '' },
    }
  }).toReversed()
}
