import { compileProbeRules, type Health, healthOfProbes, type Judgement, judgeProbe } from '@hardgate/health'
import type { Exchange } from '@hardgate/http'
import type { Deploy, Service } from '@hardgate/render'
import { record, type World } from './world.ts'

/** What the probes came to. */
export interface Proof {
  /** Absent: nothing could be probed. */
  readonly health?: Health
  /** What it answered last: `200`, `503`, or why it did not. */
  readonly answered: string
  readonly probes: number
  readonly good: number
  /** One line about what is wrong; empty when healthy. */
  readonly why: string
  /** Of the first of the good probes that proved it. */
  readonly goodSince?: Date
}

export interface ProofPlan {
  /** Whose release must answer, where `version-from` says how it tells. */
  readonly deploy: Deploy | undefined
  /** By the monotonic clock: what passes before it proves nothing, because the replaced release may still answer. */
  readonly notBefore?: number
}

const PROBE_TIMEOUT_MS = 10_000

/** Probes until as many in a row as asked were good, or the time for it is over. Ends early on a signal. */
export async function prove(world: World, { deploy, notBefore = 0 }: ProofPlan): Promise<Proof> {
  const { inputs, frame } = world
  const url = probeUrl(inputs['health-url'], world.story.service)
  if (url === undefined) return { answered: 'nothing', probes: 0, good: 0, why: 'there is no URL to probe' }
  const wanted = inputs['version-from'] === '' ? undefined : deploy?.commit?.id
  const rules = await compileProbeRules({
    ...(wanted !== undefined && { versionFrom: inputs['version-from'], expectVersion: wanted }),
  })
  const { clock, signal } = frame
  const ends = clock.monotonic() + inputs['verify-timeout']
  const seen: Probe[] = []
  for (;;) {
    const at = clock.now()
    const due = clock.monotonic() + inputs['verify-interval']
    const exchange = await frame.request({
      url,
      timeoutMs: PROBE_TIMEOUT_MS,
      headers: HEADERS,
      followRedirects: 'none',
      signal,
    })
    if (signal.aborted) return proofOf(seen, inputs['verify-successes'], true)
    seen.push({ at, judgement: judgeProbe(exchange, rules), answered: answerOf(exchange) })
    tell(world, seen)
    const isLate = clock.monotonic() >= notBefore
    if (isLate && isStreak(seen, inputs['verify-successes'])) return proofOf(seen, inputs['verify-successes'], true)
    if (due > ends) return proofOf(seen, inputs['verify-successes'], isLate)
    await clock.sleep(Math.max(0, due - clock.monotonic()), signal)
  }
}

const HEADERS = {
  'user-agent': 'hardgate-rollback/1',
  accept: 'application/json, */*;q=0.8',
  'cache-control': 'no-cache',
}

interface Probe {
  readonly at: Date
  readonly judgement: Judgement
  readonly answered: string
}

/** Answers from a cache are evidence of nothing. */
const solid = (seen: readonly Probe[]): readonly Probe[] => seen.filter(({ judgement }) => !judgement.isVoid)

function isStreak(seen: readonly Probe[], successes: number): boolean {
  const last = solid(seen).slice(-successes)
  return last.length === successes && last.every(({ judgement }) => judgement.health === 'healthy')
}

function proofOf(seen: readonly Probe[], successes: number, isLate: boolean): Proof {
  const counts = {
    answered: seen.at(-1)?.answered ?? 'nothing',
    probes: seen.length,
    good: seen.filter(({ judgement }) => judgement.health === 'healthy').length,
  }
  const { health, reason } = healthOfProbes(
    seen.map(({ judgement }) => judgement),
    successes,
  )
  if (health !== 'healthy') return { ...counts, health, why: reason }
  if (!isLate) {
    const why = 'it answered well, but only while the replaced release may still have answered in its place'
    return { ...counts, health: 'unverified', why }
  }
  const streak = solid(seen)
  const from = streak.findLastIndex(({ judgement }) => judgement.health !== 'healthy') + 1
  const goodSince = streak[from]?.at
  return { ...counts, health, why: '', ...(goodSince && { goodSince }) }
}

function tell(world: World, seen: readonly Probe[]): void {
  const probe = seen.at(-1)
  const before = seen.at(-2)
  if (
    probe === undefined ||
    (before?.answered === probe.answered && before.judgement.health === probe.judgement.health)
  )
    return
  const { health, reason } = probe.judgement
  record(
    world,
    `Probe ${seen.length}`,
    health === 'healthy' ? `${probe.answered}, good` : `${probe.answered}, ${health}: ${reason}`,
  )
}

function answerOf(exchange: Exchange): string {
  if (exchange.ok) return String(exchange.status)
  return exchange.kind === 'response-timeout' ? 'not in time' : `not at all (${exchange.kind})`
}

/** The service's own check, unless the caller knows a better one. undefined: a worker, a cron job, a private service. */
export function probeUrl(given: string | undefined, service: Service | undefined): string | undefined {
  if (given !== undefined) return given
  if (service?.url === undefined || !/^https?:\/\//.test(service.url) || !URL.canParse(service.url)) return undefined
  const path = service.healthCheckPath ?? '/'
  return `${service.url.replace(/\/+$/, '')}${path.startsWith('/') ? '' : '/'}${path}`
}
