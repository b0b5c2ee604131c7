/** What a run came to, in one word. */
export type Outcome =
  | 'rolled-back'
  | 'already-rolled-back'
  | 'not-needed'
  | 'rolled-back-unverified'
  | 'superseded'
  | 'verify-failed'
  | 'rollback-failed'
  | 'rollback-canceled'
  | 'rollback-timeout'
  | 'rollback-interrupted'
  | 'unhealthy-other-cause'
  | 'blocked-by-migration'
  | 'blocked-by-loop-guard'
  | 'blocked-by-suspension'
  | 'blocked-by-maintenance'
  | 'no-candidate'
  | 'failed-deploy-not-found'
  | 'api-error'
  | 'planned'
  | 'captured'
  | 'unfrozen'
  | 'notified'

/** How the verdict follows: `proved` is red for the release that did not ship, or green where that is allowed. */
export type Standing = 'proved' | 'uncertain' | 'failed' | 'unknown' | 'done'
export type Human = 'no' | 'look' | 'yes'

interface Row {
  readonly standing: Standing
  readonly human: Human
}

const row = (standing: Standing, human: Human): Row => ({ standing, human })

export const OUTCOMES: Readonly<Record<Outcome, Row>> = {
  'rolled-back': row('proved', 'no'),
  'already-rolled-back': row('proved', 'no'),
  'not-needed': row('proved', 'no'),
  'rolled-back-unverified': row('uncertain', 'look'),
  superseded: row('uncertain', 'look'),
  'verify-failed': row('failed', 'yes'),
  'rollback-failed': row('failed', 'yes'),
  'rollback-canceled': row('failed', 'yes'),
  'rollback-timeout': row('failed', 'yes'),
  'rollback-interrupted': row('failed', 'yes'),
  'unhealthy-other-cause': row('failed', 'yes'),
  'blocked-by-migration': row('failed', 'yes'),
  'blocked-by-loop-guard': row('failed', 'yes'),
  'blocked-by-suspension': row('failed', 'yes'),
  'blocked-by-maintenance': row('failed', 'yes'),
  'no-candidate': row('failed', 'yes'),
  'failed-deploy-not-found': row('unknown', 'yes'),
  'api-error': row('unknown', 'yes'),
  planned: row('done', 'no'),
  captured: row('done', 'no'),
  unfrozen: row('done', 'no'),
  notified: row('done', 'no'),
}

/** How a run ended, before it is told. */
export interface Ending {
  readonly outcome: Outcome
  /** Whole sentences for a person: what happened, then what serves. */
  readonly reason: string
  /** What to do, each a sentence. */
  readonly next: readonly string[]
}
