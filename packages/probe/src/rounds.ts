import type { Clock } from '@hardgate/http'
import { inParallel } from './pool.ts'
import { isSpent, pauseAfter, type Schedule } from './schedule.ts'

/** Connections at once. A target never has more than one of them. */
export const MAX_CONNECTIONS = 16

/** `void`: the round says nothing, and a streak stands. */
export type Colour = 'green' | 'red' | 'void'

/** `grace`: during the delay. `warm`: after the streak. */
export type RoundKind = 'grace' | 'attempt' | 'warm'

export interface Round<S> {
  readonly kind: RoundKind
  /** From 1, within its kind; of warm rounds, within their streak. */
  readonly number: number
  /** From the start of the run. */
  readonly startedMs: number
  readonly endedMs: number
  readonly samples: readonly S[]
  readonly colour: Colour
}

/** `streak`: reached, and held by the warm rounds. Everything else is no success. */
export type RunEnd = 'streak' | 'spent' | 'deadline' | 'cancelled'

export interface Timeline<S> {
  readonly rounds: readonly Round<S>[]
  readonly end: RunEnd
  /** Where the streak was reached: when its last round ended. */
  readonly reachedMs?: number
  /** Index of the round in which that streak began. */
  readonly streakFrom?: number
  readonly elapsedMs: number
}

export interface JudgedRound<S> {
  readonly samples: readonly S[]
  readonly colour: Colour
  /** The longest that a server asked to wait. */
  readonly retryAfterMs?: number
}

export interface RoundsPlan<T, O, S> {
  readonly targets: readonly T[]
  readonly schedule: Schedule
  /** One observation at a target. Ends soon after `signal` is aborted; what it gives then is dropped. */
  readonly observe: (target: T) => Promise<O>
  /** What the observations of one round mean, in the order of `targets`. */
  readonly judge: (observations: readonly { readonly target: T; readonly observation: O }[]) => JudgedRound<S>
  /** Rounds behind the streak, without a pause, of these targets alone. One that is red takes the streak back. */
  readonly warm?: { readonly rounds: number; readonly targets: readonly T[] }
  readonly onRound?: (round: Round<S>) => void
  /** By `clock.monotonic()`. */
  readonly startedAt: number
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
  readonly signal: AbortSignal
}

interface Run<T, O, S> {
  readonly plan: RoundsPlan<T, O, S>
  readonly rounds: Round<S>[]
  streak: number
  streakFrom: number
  reachedMs: number | undefined
  retryAfterMs: number | undefined
  end: RunEnd | undefined
}

/** Asks all targets in rounds until enough rounds in a row are green, the budget is used, or the signal is aborted. */
export async function runRounds<T, O, S>(plan: RoundsPlan<T, O, S>): Promise<Timeline<S>> {
  const run: Run<T, O, S> = {
    plan,
    rounds: [],
    streak: 0,
    streakFrom: 0,
    reachedMs: undefined,
    retryAfterMs: undefined,
    end: undefined,
  }
  if (plan.schedule.delayMode === 'grace') await grace(run)
  await sleepUntil(run, plan.schedule.initialDelayMs)
  await attempts(run)
  return {
    rounds: run.rounds,
    end: run.end ?? 'cancelled',
    elapsedMs: elapsed(run),
    ...(run.end === 'streak' && run.reachedMs !== undefined
      ? { reachedMs: run.reachedMs, streakFrom: run.streakFrom }
      : {}),
  }
}

/** Rounds that cost nothing, until the delay is over. A round that is under way then is waited for. */
async function grace<T, O, S>(run: Run<T, O, S>): Promise<void> {
  const { schedule } = run.plan
  for (let number = 1; run.end === undefined && elapsed(run) < schedule.initialDelayMs; number++) {
    await round(run, 'grace', number)
    const { ms } = pauseAfter({ ...schedule, deadlineMs: schedule.initialDelayMs }, elapsed(run), run.retryAfterMs)
    await sleepUntil(run, elapsed(run) + ms)
  }
}

async function attempts<T, O, S>(run: Run<T, O, S>): Promise<void> {
  const { schedule } = run.plan
  let isLast = false
  for (let number = 1; run.end === undefined; number++) {
    await round(run, 'attempt', number)
    if (run.end !== undefined) return
    const pause = pauseAfter(schedule, elapsed(run), run.retryAfterMs)
    if (isSpent(schedule, number, run.streak)) run.end = 'spent'
    else if (isLast || (pause.isLast && pause.ms <= 0)) run.end = 'deadline'
    isLast = pause.isLast
    if (run.end === undefined) await sleepUntil(run, elapsed(run) + pause.ms)
  }
}

async function round<T, O, S>(run: Run<T, O, S>, kind: 'grace' | 'attempt', number: number): Promise<void> {
  const colour = await observeAll(run, kind, number, run.plan.targets)
  if (run.end !== undefined || run.streak < run.plan.schedule.successThreshold || colour !== 'green') return
  run.reachedMs = elapsed(run)
  if (await isHeldWarm(run)) run.end = 'streak'
}

async function isHeldWarm<T, O, S>(run: Run<T, O, S>): Promise<boolean> {
  const { rounds = 0, targets = [] } = run.plan.warm ?? {}
  for (let number = 1; number <= rounds; number++) {
    const colour = await observeAll(run, 'warm', number, targets)
    if (run.end !== undefined || colour === 'red') return false
  }
  return true
}

/** undefined: the run was cancelled meanwhile, and there is no round. */
async function observeAll<T, O, S>(
  run: Run<T, O, S>,
  kind: RoundKind,
  number: number,
  targets: readonly T[],
): Promise<Colour | undefined> {
  const { plan } = run
  const startedMs = elapsed(run)
  const observations = await inParallel(targets, MAX_CONNECTIONS, async (target) => ({
    target,
    observation: await plan.observe(target),
  }))
  if (isCancelled(run)) return undefined
  const { samples, colour, retryAfterMs } = plan.judge(observations)
  const done: Round<S> = { kind, number, startedMs, endedMs: elapsed(run), samples, colour }
  run.retryAfterMs = retryAfterMs
  if (colour === 'red') run.streak = 0
  if (colour === 'green' && kind !== 'warm') {
    if (run.streak === 0) run.streakFrom = run.rounds.length
    run.streak += 1
  }
  run.rounds.push(done)
  plan.onRound?.(done)
  return colour
}

/** Timers may fire a little early: "not before" means not before. */
async function sleepUntil<T, O, S>(run: Run<T, O, S>, atMs: number): Promise<void> {
  const { clock, signal } = run.plan
  while (run.end === undefined && !isCancelled(run) && elapsed(run) < atMs) {
    await clock.sleep(Math.ceil(atMs - elapsed(run)), signal)
  }
}

function isCancelled<T, O, S>(run: Run<T, O, S>): boolean {
  if (run.plan.signal.aborted) run.end = 'cancelled'
  return run.end === 'cancelled'
}

const elapsed = <T, O, S>({ plan }: Run<T, O, S>): number => plan.clock.monotonic() - plan.startedAt
