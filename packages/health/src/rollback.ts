import { CLASSES, classified, type FailureClass, type Health, outcomeOf } from './classes.ts'
import { ExpectationError } from './judgement.ts'
import type { JudgedRound, RunHealth } from './run-health.ts'
import { showVersion } from './version.ts'

/** One entry of `rollback-on`. */
export interface RollbackRule {
  readonly text: string
  readonly health: Health
  /** Absent: every class of the health that a release can cause. */
  readonly failureClass?: FailureClass
}

/** No release cures an expired certificate, and being slow is not being down: these two must be named. */
const ONLY_WHEN_NAMED: readonly (FailureClass | undefined)[] = ['tls', 'threshold']
const NEVER: readonly Health[] = ['healthy', 'cancelled']

/** Reads a comma list of `health` or `health:class`; `none` is an empty list. */
export function parseRollbackOn(text: string): readonly RollbackRule[] {
  if (text.trim() === 'none') return []
  return text.split(',').map((part) => parseRule(part.trim()))
}

function parseRule(text: string): RollbackRule {
  const [word = '', named, ...rest] = text.split(':')
  const health = Object.keys(CLASSES).find((one): one is Health => one === word)
  if (health === undefined || NEVER.includes(health) || rest.length > 0) {
    const known = Object.keys(CLASSES).filter((one) => !NEVER.some((never) => never === one))
    throw new ExpectationError(text, `is no result to roll back on; there are ${known.join(', ')}, or none`)
  }
  if (named === undefined) return { text, health }
  const failureClass = CLASSES[health].find((one) => one === named)
  if (failureClass !== undefined) return { text, health, failureClass }
  const classes = CLASSES[health].join(', ')
  throw new ExpectationError(text, `names no class of ${health}; it has ${classes === '' ? 'none' : classes}`)
}

export interface RollbackCase {
  readonly run: RunHealth
  readonly rounds: readonly JudgedRound[]
  readonly rules: readonly RollbackRule[]
  readonly isCancelled: boolean
  readonly control: 'not-asked' | 'answered' | 'failed'
  readonly expectedVersion?: string
}

export interface RollbackDecision {
  readonly shouldRollback: boolean
  /** One line: why, or the first thing that speaks against it. */
  readonly reason: string
}

/** Would a rollback help? Only where a release that was seen to serve is seen to be at fault. */
export function decideRollback(given: RollbackCase): RollbackDecision {
  const against =
    (given.isCancelled ? 'the run was cancelled before its budget was used' : undefined) ??
    notAskedFor(given.run, given.rules) ??
    (given.control === 'failed' ? 'the control failed as well, so the network may be at fault' : undefined) ??
    anotherRelease(given)
  if (against !== undefined) return { shouldRollback: false, reason: against }
  const { health, failureClass } = given.run
  const control = given.control === 'answered' ? ', and the control answered' : ''
  return { shouldRollback: true, reason: `${classified(health, failureClass)} after the whole budget${control}` }
}

function notAskedFor({ health, failureClass }: RunHealth, rules: readonly RollbackRule[]): string | undefined {
  if (health === 'healthy') return 'the release is healthy'
  if (rules.some((rule) => covers(rule, health, failureClass))) return undefined
  const list = rules.length === 0 ? 'none' : rules.map(({ text }) => text).join(', ')
  return `rollback-on (${list}) does not cover ${classified(health, failureClass)}${whyNot(health, failureClass)}`
}

function covers(rule: RollbackRule, health: Health, failureClass: FailureClass | undefined): boolean {
  if (rule.health !== health) return false
  if (rule.failureClass !== undefined) return rule.failureClass === failureClass
  return !ONLY_WHEN_NAMED.includes(failureClass)
}

function whyNot(health: Health, failureClass: FailureClass | undefined): string {
  if (failureClass === 'tls') return ': no release cures a certificate'
  if (health === 'stale') return ': the new release does not serve, so a rollback would change nothing'
  return outcomeOf(health) === 'inconclusive' ? ': the release was not judged' : ''
}

/** Where another release is what failed, or still serves and the expected one was never seen, a rollback hits the wrong one. */
function anotherRelease({ run, rounds, expectedVersion }: RollbackCase): string | undefined {
  if (expectedVersion === undefined) return undefined
  const { subject } = run.deciding
  const red = rounds
    .filter(({ isFree }) => !isFree)
    .flatMap(({ samples }) => samples.filter((sample) => sample.subject === subject))
    .filter(({ judgement }) => !judgement.isVoid && judgement.health !== 'healthy')
  if (red.length > 0 && red.every(({ judgement }) => judgement.release === 'other')) {
    return `every failed answer came from another release (${shown(red.at(-1)?.judgement.version)}), not from ${showVersion(expectedVersion)}`
  }
  const hasExpected = rounds.some(({ samples }) => samples.some(({ judgement }) => judgement.release === 'expected'))
  const other = rounds
    .at(-1)
    ?.samples.find((sample) => sample.subject.origin === subject.origin && sample.judgement.release === 'other')
  if (hasExpected || other === undefined) return undefined
  return `release ${shown(other.judgement.version)} still answers, and ${showVersion(expectedVersion)} never did: a rollback would change nothing`
}

const shown = (version: string | undefined): string => (version === undefined ? 'unknown' : showVersion(version))
