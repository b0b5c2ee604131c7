import type { Deploy, Service } from '@hardgate/render'
import type { PlanOptions, Snapshot } from '../../../actions/render-rollback-on-failure/src/planner.ts'

const START = Date.UTC(2026, 1, 1)
const DAY = 86_400_000
export const NOW = new Date(START + 100 * DAY)

/** `A` is a commit of 40 letters `a`: commits of the histories are told apart by one letter. */
export const commitOf = (letter: string): string => letter.toLowerCase().repeat(40)

/**
 * Reads `A B(build_failed) R(A) B:service_updated`, oldest first, a day apart, ids `dep-1`, `dep-2`, …: `R(A)` is a
 * rollback to A; a word in brackets is a status. The last one that served is live, those before it are deactivated.
 */
export function deploysOf(history: string): Deploy[] {
  const deploys = history.split(' ').map((word, index) => deployOf(word, index))
  const live = deploys.some(({ status }) => status === 'live')
    ? -1
    : deploys.findLastIndex(({ status }) => status === '')
  return deploys.map((deploy, index) =>
    deploy.status !== '' ? deploy : { ...deploy, status: index === live ? 'live' : 'deactivated' },
  )
}

function deployOf(word: string, index: number): Deploy {
  const [, rolledBackTo, letter, status = '', trigger = 'new_commit'] =
    /^(?:R\(([A-Z])\)|([A-Z]))(?:\((\w+)\))?(?::(\w+))?$/.exec(word) ?? []
  const commit = rolledBackTo ?? letter
  if (commit === undefined) throw new Error(`${word} is no deploy`)
  return {
    id: `dep-${index + 1}`,
    status,
    trigger: rolledBackTo === undefined ? trigger : 'rollback',
    createdAt: new Date(START + index * DAY).toISOString(),
    commit: { id: commitOf(commit), message: `Change ${commit}` },
  }
}

export const SERVICE: Service = {
  id: 'srv-1',
  name: 'api',
  type: 'web_service',
  autoDeploy: 'commit',
  repo: 'https://github.com/octo/api',
  isSuspended: false,
  suspenders: [],
  isInMaintenance: false,
}

export function snapshotOf(deploys: readonly Deploy[], service: Partial<Service> = {}): Snapshot {
  return { readAt: NOW, service: { ...SERVICE, ...service }, deploys }
}

/** On trial is the last deploy of the history. */
export function accusing(deploys: readonly Deploy[], options: Partial<PlanOptions> = {}): PlanOptions {
  return {
    accused: { deployId: deploys.at(-1)?.id ?? '' },
    cancelInProgress: true,
    maxRollbacks: 2,
    rollbackWindowMs: 3_600_000,
    ...options,
  }
}

/** As the deploy of an image. */
export const withoutCommit = ({ id, status, trigger, createdAt }: Deploy): Deploy => ({
  id,
  status,
  trigger,
  createdAt,
})
