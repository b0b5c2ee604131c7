import type { Frame } from '@hardgate/action'
import { isInScope, type Threshold } from '@hardgate/gate'
import { colourOf, type Judged, judge, settleRound } from '@hardgate/health'
import { type Exchange, retryAfterMs } from '@hardgate/http'
import { observeHttp, type Round, runRounds, type Schedule, type Timeline } from '@hardgate/probe'
import { excerptOf } from './excerpt.ts'
import type { Inputs } from './inputs.ts'
import { LATENCY_METRICS } from './metrics.ts'
import type { Check } from './plan.ts'

/** One answer, or failure, of one check in one round. */
export interface Sample extends Judged {
  readonly check: Check
  /** Without its body: a run of hours would hold thousands of them. */
  readonly exchange: Exchange
  /** The start of a bad answer's body, for people. */
  readonly excerpt: string
  /** From before the name lookup to the last byte, redirects included. */
  readonly latencyMs: number
  /** When it ended, from the start of the run. */
  readonly atMs: number
}

const USER_AGENT = 'hardgate-health-check/1'
/** How many warm samples a line on latency takes. */
export const WARM_ROUNDS = 5
// 429 and 503 are the two that RFC 9110 and RFC 6585 give the header to
const WITH_RETRY_AFTER = [429, 503]

export interface Watch {
  readonly checks: readonly Check[]
  readonly schedule: Schedule
  readonly thresholds: readonly Threshold[]
  /** By `clock.monotonic()`. */
  readonly startedAt: number
  readonly onRound: (round: Round<Sample>) => void
}

/** Asks the checks in rounds until they are healthy or the budget is used. */
export function watch(
  { checks, schedule, thresholds, startedAt, onRound }: Watch,
  frame: Frame,
): Promise<Timeline<Sample>> {
  const { clock, request, signal } = frame
  const warm = warmChecks(checks, thresholds)
  return runRounds<Check, Omit<Sample, 'judgement' | 'excerpt'>, Sample>({
    targets: checks,
    schedule,
    startedAt,
    clock,
    signal,
    onRound,
    observe: async (check) => {
      const from = clock.monotonic()
      const exchange = await observeHttp(check.target, { request, signal, userAgent: USER_AGENT })
      const to = clock.monotonic()
      return {
        check,
        subject: check.subject,
        exchange,
        latencyMs: latencyOf(exchange, to - from),
        atMs: to - startedAt,
      }
    },
    judge: (observations) => {
      const samples = settleRound(
        observations.map(({ target, observation }) => ({
          ...observation,
          judgement: judge(observation.exchange, target.expectations),
        })),
      )
      const asked = longestAsked(samples, clock.now())
      return {
        samples: samples.map(withoutBody),
        colour: colourOf(samples),
        ...(asked === undefined ? {} : { retryAfterMs: asked }),
      }
    },
    ...(warm.length === 0 ? {} : { warm: { rounds: WARM_ROUNDS, targets: warm } }),
  })
}

function withoutBody<S extends Omit<Sample, 'excerpt'>>(sample: S): S & Sample {
  const { exchange, judgement } = sample
  const excerpt = judgement.health === 'healthy' ? '' : excerptOf(exchange)
  return { ...sample, excerpt, exchange: exchange.ok ? { ...exchange, body: Buffer.alloc(0) } : exchange }
}

/**
 * As the request itself measured it: the first one of a process also waits for Node's own modules. Its phases are those
 * of the last hop, so with redirects the whole is taken.
 */
function latencyOf({ redirects, phases }: Exchange, elapsedMs: number): number {
  return redirects.length === 0 && phases.lastByte !== undefined ? phases.lastByte : elapsedMs
}

/** What the schedule is made of. `auto` waits with open eyes where the old release can be told from the new one. */
export function scheduleOf(inputs: Inputs, checks: readonly Check[]): Schedule {
  const mode = inputs['initial-delay-mode']
  const expectsVersion = checks.some(({ expectations }) => expectations.expectedVersion !== undefined)
  return {
    initialDelayMs: inputs['initial-delay'],
    delayMode: mode === 'auto' ? (expectsVersion ? 'grace' : 'fixed') : mode,
    maxAttempts: inputs['max-attempts'],
    intervalMs: inputs.interval,
    successThreshold: inputs['success-threshold'],
    maxRetryAfterMs: inputs['max-retry-after'],
    ...(inputs.deadline === undefined ? {} : { deadlineMs: inputs.deadline }),
  }
}

/** The checks that a line on latency is about; of the whole, the gating ones. */
function warmChecks(checks: readonly Check[], thresholds: readonly Threshold[]): readonly Check[] {
  const lines = thresholds.filter(({ metric }) => LATENCY_METRICS.includes(metric))
  return checks.filter(({ subject: { name, isGating } }) =>
    lines.some(({ scope }) => (scope === undefined ? isGating : isInScope(scope, name))),
  )
}

/** An advisory check must not hold up the others. */
function longestAsked(samples: readonly Omit<Sample, 'excerpt'>[], now: Date): number | undefined {
  const asked = samples.flatMap(({ subject, exchange }) => {
    if (!subject.isGating || !exchange.ok || !WITH_RETRY_AFTER.includes(exchange.status)) return []
    return [retryAfterMs(exchange.headers, now) ?? 0]
  })
  return asked.length === 0 ? undefined : Math.max(...asked)
}
