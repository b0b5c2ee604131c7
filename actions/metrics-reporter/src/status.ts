import type { Conclusion, Status } from './build-event.ts'

export interface Ending {
  readonly status: Status
  readonly conclusion: Conclusion
}

export const BY_CONCLUSION: Readonly<Record<Conclusion, Status>> = {
  success: 'success',
  neutral: 'success',
  failure: 'failure',
  action_required: 'failure',
  cancelled: 'cancellation',
  timed_out: 'timeout',
  startup_failure: 'error',
  stale: 'error',
  skipped: 'skip',
}

/** Our words that are not GitHub's, with the nearest of GitHub's. */
const OWN_WORDS: ReadonlyMap<string, Ending> = new Map<string, Ending>([
  ['error', { status: 'error', conclusion: 'failure' }],
  ['timeout', { status: 'timeout', conclusion: 'timed_out' }],
  ['cancellation', { status: 'cancellation', conclusion: 'cancelled' }],
  ['skip', { status: 'skip', conclusion: 'skipped' }],
])

/** The runner needs some seconds to end a job that is over its limit. */
const TIMEOUT_SLACK_MS = 15_000

/** How long the job ran at least, and how long it may run. */
export interface RunLength {
  readonly ranMs: number | undefined
  readonly jobTimeoutMs: number
}

/** GitHub's words or ours, in any case; undefined: it is neither. */
export function endingOf(word: string, length: RunLength): Ending | undefined {
  const plain = word.trim().toLowerCase()
  if (!isConclusion(plain)) return OWN_WORDS.get(plain)
  if (plain === 'cancelled' && isOverItsLimit(length)) return { status: 'timeout', conclusion: plain }
  return { status: BY_CONCLUSION[plain], conclusion: plain }
}

// GitHub ends a job that is over its timeout-minutes as `cancelled`, like one that somebody cancelled.
function isOverItsLimit({ ranMs, jobTimeoutMs }: RunLength): boolean {
  return ranMs !== undefined && ranMs >= jobTimeoutMs - TIMEOUT_SLACK_MS
}

const isConclusion = (word: string): word is Conclusion => Object.hasOwn(BY_CONCLUSION, word)

/** What GitHub and the runner write on a job that they ended themselves. */
export type Cause = 'timeout' | 'error'

const OVER_ITS_LIMIT = /\bjob\b.* has exceeded the maximum execution time/
const LOST = /\brunner\b.* lost communication with the server|^The runner has received a shutdown signal\./

/** Undefined: nothing says that anything but the job itself, or a person, ended it. */
export function causeOf(
  annotations: readonly { readonly level: string; readonly message: string }[],
): Cause | undefined {
  const messages = annotations.filter(({ level }) => level === 'failure').map(({ message }) => message)
  if (messages.some((text) => OVER_ITS_LIMIT.test(text))) return 'timeout'
  return messages.some((text) => LOST.test(text)) ? 'error' : undefined
}

/** A limit cancels a job, a lost runner cancels or fails it; nothing else is explained by it. */
export function explained(ending: Ending, cause: Cause | undefined): Ending {
  const { conclusion } = ending
  const isFit = conclusion === 'cancelled' || (conclusion === 'failure' && cause === 'error')
  return cause !== undefined && isFit ? { status: cause, conclusion } : ending
}

/** Of several endings the one that the whole is told by; undefined: there is none. */
export function worstStatus(all: readonly Status[]): Status | undefined {
  return WORST.find((status) => all.includes(status))
}

// Jobs that fail-fast cancelled never hide the failure, and one that was skipped lowers nothing.
const WORST: readonly Status[] = ['failure', 'error', 'timeout', 'cancellation', 'success', 'skip']
