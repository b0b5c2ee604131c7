import { type FailureClass, type Health, WORST_FIRST } from './classes.ts'
import type { Judgement } from './judgement.ts'
import { colourOf, type Judged, type Subject } from './round.ts'

/** A settled round of a run, as far as its health is concerned. */
export interface JudgedRound {
  readonly samples: readonly Judged[]
  /** During the delay: failures are free, and what was seen is evidence all the same. */
  readonly isFree: boolean
  /** Taken after the streak for the sake of latency: one that fails takes the streak back. */
  readonly isWarm: boolean
}

export interface CheckHealth {
  readonly subject: Subject
  readonly health: Health
  readonly failureClass?: FailureClass
  readonly reason: string
  /** The sample that decided; absent: the check was never asked. */
  readonly judgement?: Judgement
}

export interface RunHealth {
  readonly health: Health
  readonly failureClass?: FailureClass
  readonly reason: string
  /** The check that decided: the first of the worst, in the order given. */
  readonly deciding: CheckHealth
  /** Every check, in the order given. */
  readonly checks: readonly CheckHealth[]
}

interface Sample {
  readonly judgement: Judgement
  readonly round: JudgedRound
}

/** What the rounds of a run come to. `isReached`: the streak was. `subjects` holds at least one gating check. */
export function healthOfRun(
  subjects: readonly Subject[],
  rounds: readonly JudgedRound[],
  isReached: boolean,
): RunHealth {
  const voids = rounds.slice(rounds.findLastIndex((round) => colourOf(round.samples) === 'red') + 1)
  const checks = subjects.map((subject): CheckHealth => {
    const samples = samplesOf(subject, rounds)
    if (!subject.isGating) return { subject, ...lastWord(samples) }
    if (isReached) return { subject, ...healthy(samples.at(-1)) }
    return { subject, ...failedCheck(samples, samplesOf(subject, voids), voids) }
  })
  return worstOf(checks, isReached)
}

function samplesOf(subject: Subject, rounds: readonly JudgedRound[]): Sample[] {
  return rounds.flatMap((round) => {
    const judgement = round.samples.find((sample) => sample.subject === subject)?.judgement
    return judgement === undefined ? [] : [{ judgement, round }]
  })
}

type Finding = Omit<CheckHealth, 'subject'>

/** A check of a run whose streak was not reached. */
function failedCheck(samples: readonly Sample[], tail: readonly Sample[], tailRounds: readonly JudgedRound[]): Finding {
  const last = samples.findLast(({ judgement }) => !judgement.isVoid)
  if (last === undefined || last.judgement.health !== 'healthy') return lastWord(samples)
  // All was good since the last red round, but for answers from a cache: they alone kept the streak from being reached.
  const cached = tail.findLast(({ judgement }) => judgement.isVoid)
  if (cached !== undefined) return as(cached.judgement)
  if (tailRounds.some(({ samples: all }) => colourOf(all) === 'void')) return healthy(last)
  const bad = samples.findLast(
    ({ judgement, round }) => !judgement.isVoid && !round.isFree && judgement.health !== 'healthy',
  )
  if (bad === undefined) return healthy(last)
  return bad.judgement.health === 'unhealthy' ? { ...as(bad.judgement), failureClass: 'flapping' } : as(bad.judgement)
}

/** The last sample that is evidence; where that one did not get through, what was last known of the host. */
function lastWord(samples: readonly Sample[]): Finding {
  const solid = samples.filter(({ judgement }) => !judgement.isVoid)
  const last = solid.at(-1)
  if (last === undefined) return unasked(samples.at(-1))
  if (last.judgement.health === 'unreachable') return unreachable(last, solid)
  const isTakenBack = last.round.isWarm && last.judgement.health === 'unhealthy'
  return isTakenBack ? { ...as(last.judgement), failureClass: 'flapping' } : as(last.judgement)
}

function unreachable({ judgement }: Sample, solid: readonly Sample[]): Finding {
  const answered = solid.findLast((sample) => sample.judgement.hasAnswered)?.judgement
  if (answered === undefined) return as(judgement)
  if (answered.health !== 'healthy' && answered.health !== 'stale') return as(answered)
  const reason = `${judgement.reason}; it answered earlier in this run`
  return { health: 'unhealthy', failureClass: 'lost', reason, judgement }
}

/** A run that was ended before its first round asks nothing; it is cancelled, and that is said elsewhere. */
function unasked(sample: Sample | undefined): Finding {
  return sample === undefined ? { health: 'unverified', reason: 'it was never asked' } : as(sample.judgement)
}

function as(judgement: Judgement): Finding {
  const { health, failureClass, reason } = judgement
  return { health, ...(failureClass === undefined ? {} : { failureClass }), reason, judgement }
}

function healthy(sample: Sample | undefined): Finding {
  return { health: 'healthy', reason: '', ...(sample === undefined ? {} : { judgement: sample.judgement }) }
}

function worstOf(checks: readonly CheckHealth[], isReached: boolean): RunHealth {
  const gating = checks.filter(({ subject }) => subject.isGating)
  const worst = WORST_FIRST.find((health) => gating.some((check) => check.health === health))
  const deciding = gating.find((check) => check.health === worst)
  if (deciding === undefined) throw new Error('a run needs a gating check')
  if (deciding.health === 'healthy' && !isReached) return tooFew(deciding, checks)
  const { health, failureClass, reason } = deciding
  return { health, ...(failureClass === undefined ? {} : { failureClass }), reason, deciding, checks }
}

/** Nothing was bad, yet there was no time for a streak: that is no fault of the release. */
function tooFew(first: CheckHealth, checks: readonly CheckHealth[]): RunHealth {
  const finding = {
    health: 'unverified',
    failureClass: 'too-few-rounds',
    reason: 'every round was green, but the deadline came before there were enough of them',
  } as const
  const deciding = { ...first, ...finding }
  return { ...finding, deciding, checks: checks.map((check) => (check === first ? deciding : check)) }
}
