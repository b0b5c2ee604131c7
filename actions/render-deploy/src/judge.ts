import { type Check, type Json, type Measurement, noData, type Outcome, type Verdict, verdictOf } from '@hardgate/gate'
import { type Deploy, spanOf, type Waited } from '@hardgate/render'
import type { Begun } from './begin.ts'
import { nameOf, shippedBy, shipsWanted, type Wanted } from './wanted.ts'

/** How it ended: without a deploy, or with one that was watched. */
export type Ending =
  | Exclude<Begun, { readonly kind: 'deploy' }>
  | {
      readonly kind: 'watched'
      readonly wanted: Wanted
      readonly waited: Waited
      /** From Render's events. */
      readonly cause?: string
    }

const GATE = 'render-deploy'
const IS_LIVE = 'status == live'
// a gap that decides nothing about the minutes before it
const SILENCE_MS = 60_000

/** Only `live` of that very deploy, with that very release, passes. */
export function judge(ending: Ending, evidence: Readonly<Record<string, Json>>): Verdict {
  if (ending.kind === 'watched') return judgeWatched(ending, evidence)
  const { reason } = ending
  if (ending.kind === 'unknown-start') return verdict([isLive('inconclusive', 'unknown', reason)], evidence)
  return ending.outcome === 'no-data'
    ? noData(GATE, reason, evidence)
    : verdict([isLive('fail', 'not started', reason)], evidence)
}

/** Render has not told for so long what became of the deploy that it is not known. */
export const isSilent = ({ end, silentMs }: Waited): boolean => end === 'lost' || silentMs > SILENCE_MS

function judgeWatched(
  { wanted, waited, cause }: Ending & { kind: 'watched' },
  evidence: Readonly<Record<string, Json>>,
): Verdict {
  const { deploy, end } = waited
  const { id, status } = deploy
  if (end === 'aborted') {
    return noData(
      GATE,
      `Interrupted while ${id} was ${named(status)}: the deploy goes on in Render, unwatched`,
      evidence,
    )
  }
  if (isSilent(waited)) return verdict([isLive('inconclusive', status, silent(waited))], evidence)
  if (end === 'timeout') return verdict([isLive('fail', status, stillUnderWay(waited))], evidence)
  if (status !== 'live') return verdict([isLive('fail', status, notLive({ wanted, deploy, cause }))], evidence)
  const live = isLive('pass', status, `${id} is live`)
  const release = isWanted(deploy, wanted, waited)
  return verdictOf({
    gate: GATE,
    checks: [live, release],
    measurements: deployTime(deploy),
    reasons: [release.explanation],
    evidence,
  })
}

function isWanted(deploy: Deploy, wanted: Wanted, { waitedMs }: Waited): Check {
  const { id } = deploy
  const found = {
    yes: ['pass', `${nameOf(wanted)} is live (${id}), ${spanOf(waitedMs)} after it was begun`],
    no: ['fail', `${id} is live, but with ${shippedBy(deploy)} instead of ${nameOf(wanted)}`],
    // never tolerated: a policy for silence is none for a release that nobody knows
    unknown: ['no-data', `${id} is live, but Render does not say with which ${wanted.kind}`],
  } as const
  const [outcome, explanation] = found[shipsWanted(deploy, wanted)]
  const threshold = `${wanted.kind} == ${wanted.kind === 'commit' ? wanted.commit : wanted.image}`
  return { threshold, outcome, severity: 'gate', measured: shippedBy(deploy), explanation }
}

/** Seconds from its creation to live, as Render dates them. */
function deployTime({ createdAt, finishedAt }: Deploy): Measurement[] {
  const seconds = finishedAt === undefined ? Number.NaN : (Date.parse(finishedAt) - Date.parse(createdAt)) / 1000
  return seconds >= 0 ? [{ metric: 'deploy_time', value: seconds, unit: 's' }] : []
}

function notLive({ wanted, deploy, cause }: { wanted: Wanted; deploy: Deploy; cause: string | undefined }): string {
  const { id, status } = deploy
  const why = cause === undefined ? '' : ` (${cause})`
  if (status === 'deactivated') return `${id} is not live any more${why}: another deploy has replaced it`
  return `${nameOf(wanted)} did not go live: ${id} ended as ${status}${why}. What served before still serves`
}

function stillUnderWay({ deploy, inStatusMs, waitedMs }: Waited): string {
  const { id, status } = deploy
  const since = `${named(status)} for the last ${spanOf(inStatusMs)}`
  return `${id} was not live after ${spanOf(waitedMs)}: ${since}. It was left running and may still go live`
}

function silent({ deploy, silentMs, error }: Waited): string {
  const seen = `${deploy.id} was ${named(deploy.status)} when Render last answered, ${spanOf(silentMs)} ago`
  return `${seen}: whether it is live is not known. ${error?.message ?? ''}`
}

const named = (status: string): string => (status === '' ? 'without a status' : status)

const isLive = (outcome: Outcome, measured: string, explanation: string): Check => ({
  threshold: IS_LIVE,
  outcome,
  severity: 'gate',
  measured,
  explanation,
})

const verdict = (checks: readonly Check[], evidence: Readonly<Record<string, Json>>): Verdict =>
  verdictOf({ gate: GATE, checks, evidence })
