import { type CheckHealth, classified, type FailureClass, showVersion } from '@hardgate/health'
import { seconds } from './budget.ts'
import { type Conclusion, sampleOf, samplesOf } from './conclude.ts'
import { labelOf } from './log-lines.ts'
import type { Sample } from './watch.ts'

/** The verdict in one line: what was found, of which check, by which evidence. */
export function reasonOf(conclusion: Conclusion): string {
  const { health } = conclusion.run
  if (health === 'healthy') return healthy(conclusion)
  if (health === 'unhealthy') return unhealthy(conclusion)
  if (health === 'stale') return stale(conclusion)
  if (health === 'unverified') return unverified(conclusion)
  return health === 'blocked' ? blocked(conclusion) : unreachable(conclusion)
}

function healthy(conclusion: Conclusion): string {
  const { run, inputs, timeline } = conclusion
  const count = run.checks.filter(({ subject }) => subject.isGating).length
  const streak = inputs['success-threshold']
  const times = streak === 1 ? '' : streak === 2 ? ' twice in a row' : ` ${streak} times in a row`
  const reachedMs = timeline.reachedMs ?? 0
  const isEarly = timeline.rounds[timeline.streakFrom ?? 0]?.kind === 'grace' && reachedMs < inputs['initial-delay']
  const when = `${seconds(Math.round(reachedMs / 100) * 100)} after the start${isEarly ? ' (within the initial delay)' : ''}`
  const sample = sampleOf(conclusion, run.deciding)
  const latency = sample === undefined ? '' : ` (${run.deciding.subject.name} ${ms(sample.latencyMs)})`
  const version = sample?.judgement.release === 'expected' ? sample.judgement.version : expectedSeen(conclusion)
  const release = version === undefined ? '' : `; release ${showVersion(version)} answers`
  return `healthy: ${plural(count, 'check')} passed${times}, ${when}${release}${latency}.`
}

/** The deciding check may carry no version where another one of its origin does. */
function expectedSeen({ timeline }: Conclusion): string | undefined {
  const samples = timeline.rounds.flatMap((round) => round.samples)
  return samples.findLast(({ judgement }) => judgement.release === 'expected')?.judgement.version
}

function unhealthy(conclusion: Conclusion): string {
  const { run } = conclusion
  const { deciding } = run
  if (run.failureClass === 'threshold') return `unhealthy: every check passed, but ${unstopped(run.reason)}.`
  const parts = deciding.judgement?.failingParts ?? []
  const failing = parts.length === 0 ? '' : `; failing ${parts.length === 1 ? 'part' : 'parts'}: ${parts.join(', ')}`
  const turns = run.failureClass === 'flapping' ? `${turnsOf(conclusion)}; the last failure: ` : ''
  return `unhealthy: ${deciding.subject.name}: ${turns}${unstopped(run.reason)} (${evidenceOf(conclusion)})${failing}.`
}

function turnsOf(conclusion: Conclusion): string {
  const samples = samplesOf(conclusion, conclusion.run.deciding, ['grace', 'attempt', 'warm'])
  const good = samples.filter(({ judgement }) => judgement.health === 'healthy').length
  return `good and bad in turns, good in ${good} of ${samples.length} answers`
}

/** `HTTP 200, 83 ms, attempt 5 of 5, 203.0.113.7`, as far as it is known. */
function evidenceOf(conclusion: Conclusion): string {
  const { run, timeline, inputs } = conclusion
  const sample = sampleOf(conclusion, run.deciding)
  const round = timeline.rounds.find(({ samples }) => sample !== undefined && samples.includes(sample))
  const name = run.failureClass ?? ''
  if (sample === undefined || round === undefined) return name
  const { exchange, latencyMs, judgement } = sample
  return [
    ...(IN_THE_WORDS.has(name) ? [] : [name]),
    // a refused status is in the reason already
    ...(exchange.ok && judgement.failureClass === 'assertion' ? [`HTTP ${exchange.status}`] : []),
    ms(latencyMs),
    labelOf(round, inputs['max-attempts']).replace('/', ' of '),
    ...(exchange.address === undefined ? [] : [exchange.address]),
  ].join(', ')
}

/** Classes that the sentence says in other words. */
const IN_THE_WORDS: ReadonlySet<string> = new Set(['assertion', 'flapping', 'status', 'edge-upstream'])

function stale(conclusion: Conclusion): string {
  const { deciding } = conclusion.run
  const expected = expectedOf(conclusion)
  const version = deciding.judgement?.version
  const observed = version === undefined ? 'another one' : showVersion(version)
  const often = oftenOf(conclusion, (sample) => sample.judgement.release === 'other')
  return `stale: ${deciding.subject.name} is fine but is release ${observed}, expected ${expected} (${often}). The new release does not serve, so a rollback would change nothing. Look at the deploy's own log.`
}

function unverified(conclusion: Conclusion): string {
  const { run, inputs, timeline } = conclusion
  const { name } = run.deciding.subject
  if (run.failureClass === 'too-few-rounds') {
    const rounds = timeline.rounds.filter(({ colour }) => colour === 'green').length
    const late = inputs.deadline === undefined ? '' : ` (${seconds(inputs.deadline)})`
    return `unverified: ${plural(rounds, 'round')} passed and none failed, but the deadline${late} came before ${inputs['success-threshold']} in a row. Give it a later deadline.`
  }
  if (run.failureClass === 'cached') {
    const often = oftenOf(conclusion, ({ judgement }) => judgement.isVoid)
    return `unverified: ${name}: ${run.reason}, ${often}. Such an answer says nothing of the release.`
  }
  const often = oftenOf(conclusion, sameClass('version-missing'))
  return `unverified: ${name} answers, but names no release, expected ${expectedOf(conclusion)} (${often}). The release was not judged.`
}

function blocked(conclusion: Conclusion): string {
  const { run } = conclusion
  const { name } = run.deciding.subject
  const often = oftenOf(conclusion, sameClass(run.failureClass))
  if (run.failureClass === 'rate-limited')
    return `blocked: ${name} ${run.reason} (${often}). The release was not judged.`
  return `blocked: ${name} ${run.reason} (${often}): the edge refuses this runner. Probe the origin with "resolve", or let the runner's address pass.`
}

function unreachable(conclusion: Conclusion): string {
  const { run } = conclusion
  if (run.failureClass === 'control-failed') {
    return `unreachable: ${run.deciding.subject.name}: ${unstopped(run.reason)}. The network of this runner may be at fault, so the release was not judged.`
  }
  const often = oftenOf(conclusion, sameClass(run.failureClass))
  const next = NEXT.get(run.failureClass ?? 'dns') ?? ''
  return `unreachable: ${unstopped(run.reason)} in ${often} (${run.failureClass ?? 'unreachable'}). The release was not judged. ${next}`.trim()
}

const NEXT: ReadonlyMap<FailureClass, string> = new Map([
  ['dns', 'Check the name and its DNS entry.'],
  ['connect-timeout', 'Check the allow list and the DNS entry.'],
  ['no-route', 'Check the address and the network of this runner.'],
  ['proxy', 'Check the proxy, its credentials and NO_PROXY.'],
])

const sameClass =
  (failureClass: FailureClass | undefined) =>
  ({ judgement }: Sample): boolean =>
    judgement.failureClass === failureClass

/** `5 of 5 attempts`, of the deciding check. */
function oftenOf(conclusion: Conclusion, isSuch: (sample: Sample) => boolean): string {
  const samples = samplesOf(conclusion, conclusion.run.deciding)
  return `${samples.filter(isSuch).length} of ${plural(samples.length, 'attempt')}`
}

function expectedOf({ checks, run }: Conclusion): string {
  const own = checks.find(({ subject }) => subject === run.deciding.subject)?.expectations.expectedVersion
  return own === undefined ? 'another one' : showVersion(own)
}

/** The other checks that were not healthy, one line each. */
export function otherFailures({ run }: Conclusion): readonly string[] {
  return run.checks.filter((check) => check.health !== 'healthy' && check !== run.deciding).map(failureLine)
}

export function failureLine({ subject, health, failureClass, reason }: CheckHealth): string {
  return `${subject.isGating ? 'also' : 'advisory'} ${classified(health, failureClass)}: ${subject.name}: ${reason}`
}

export const ms = (latency: number): string => `${Math.round(latency)} ms`
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
/** Reasons come from several places; the sentence ends once. */
const unstopped = (text: string): string => text.replace(/\.$/, '')
