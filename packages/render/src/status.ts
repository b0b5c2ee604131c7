/** Every status that Render documents, and what it says about the deploy. */
const STATUSES = {
  created: 'under way',
  queued: 'under way',
  build_in_progress: 'under way',
  pre_deploy_in_progress: 'under way',
  update_in_progress: 'under way',
  live: 'served',
  // it was live, and another deploy has replaced it
  deactivated: 'served',
  build_failed: 'failed',
  pre_deploy_failed: 'failed',
  update_failed: 'failed',
  canceled: 'canceled',
} as const

export type KnownStatus = keyof typeof STATUSES

export function isKnownStatus(status: string): status is KnownStatus {
  return Object.hasOwn(STATUSES, status)
}

/** It has ended. A word that is not known is neither success nor the end. */
export const isTerminal = (status: string): boolean => isKnownStatus(status) && STATUSES[status] !== 'under way'

/** It is live, or it was and has been replaced. */
export const isServed = (status: string): boolean => isKnownStatus(status) && STATUSES[status] === 'served'

/** It ended before it went live, by a fault. */
export const isFailed = (status: string): boolean => isKnownStatus(status) && STATUSES[status] === 'failed'

/** It is not known to have ended: an unknown word counts as under way. */
export const isUnderWay = (status: string): boolean => !isTerminal(status)

/** Render refuses to cancel what has not started yet. */
export const isCancellable = (status: string): boolean => isUnderWay(status) && status !== 'queued'
