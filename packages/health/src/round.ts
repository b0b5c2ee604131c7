import type { Colour } from '@hardgate/probe'
import type { Judgement } from './judgement.ts'

/** What is judged over the rounds of a run. */
export interface Subject {
  readonly name: string
  /** False: advisory, reported and never decisive. */
  readonly isGating: boolean
  /** Scheme, host and port of what is asked. */
  readonly origin: string
}

export interface Judged {
  readonly subject: Subject
  readonly judgement: Judgement
}

/** Adds what only a whole round can say: a version is missing where no gating answer of its origin carried one. */
export function settleRound<S extends Judged>(samples: readonly S[]): readonly S[] {
  return samples.map((sample) => {
    const { subject, judgement } = sample
    if (!subject.isGating || judgement.release !== 'missing' || judgement.health !== 'healthy') return sample
    if (samples.some((other) => excuses(other, subject))) return sample
    return { ...sample, judgement: { ...judgement, ...VERSION_MISSING } }
  })
}

const VERSION_MISSING = {
  health: 'unverified',
  failureClass: 'version-missing',
  reason: 'no answer names its release',
} as const

/** A cached answer excuses as well: what it would have said is not known, and the round is void by it. */
function excuses({ subject, judgement }: Judged, { origin }: Subject): boolean {
  if (!subject.isGating || subject.origin !== origin) return false
  return judgement.isVoid || judgement.release === 'expected' || judgement.release === 'other'
}

/** Of a settled round. Advisory samples have no say. */
export function colourOf(samples: readonly Judged[]): Colour {
  const gating = samples.filter(({ subject }) => subject.isGating).map(({ judgement }) => judgement)
  if (gating.some(({ health, isVoid }) => !isVoid && health !== 'healthy')) return 'red'
  return gating.some(({ isVoid }) => isVoid) ? 'void' : 'green'
}
