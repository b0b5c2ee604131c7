import type { Clock } from '@hardgate/http'
import type { RenderClient } from './client.ts'
import { RenderError } from './errors.ts'
import type { Deploy } from './model.ts'
import { isKnownStatus, isTerminal } from './status.ts'

export interface WaitPlan {
  readonly client: RenderClient
  readonly clock: Clock
  readonly signal?: AbortSignal
  readonly serviceId: string
  /** As it was seen last. */
  readonly deploy: Deploy
  readonly timeoutMs: number
  /** Default: the deploy has ended, well or not. */
  readonly isDone?: (deploy: Deploy) => boolean
  /** One line for the log, at each change and every 30 s between. */
  readonly onProgress?: (line: string) => void
  /** A word that this version does not know, and Render's API falling silent: once each. */
  readonly onWarning?: (line: string) => void
}

/** A status and when it was first seen. */
export interface Step {
  readonly status: string
  readonly at: Date
}

export interface Waited {
  /** `lost`: Render refuses to show the deploy, and `error` says why. `timeout` may have one: the API did not answer last. */
  readonly end: 'done' | 'timeout' | 'aborted' | 'lost'
  readonly deploy: Deploy
  /** How long the last status has been seen. */
  readonly inStatusMs: number
  readonly waitedMs: number
  /** How long Render has not answered; 0 where its last answer came. */
  readonly silentMs: number
  /** Oldest first, the status at the start included. */
  readonly steps: readonly Step[]
  readonly error?: RenderError
}

export const POLL_MS = 5_000
const PROGRESS_MS = 30_000
// one alone may be a copy of Render's data that does not know the deploy yet
const MAX_REFUSALS = 3

/** Polls until the deploy has ended. 201 is not done, and an unknown word is neither success nor the end. */
export async function waitForDeploy(plan: WaitPlan): Promise<Waited> {
  const { client, clock, signal, serviceId, timeoutMs, isDone = ({ status }) => isTerminal(status) } = plan
  const started = clock.monotonic()
  const seen = observer(plan, started)
  let error: RenderError | undefined
  let refusals = 0
  let answeredAt = started
  for (let deploy = plan.deploy; ; ) {
    seen.status(deploy, error)
    const now = clock.monotonic()
    if (error === undefined) answeredAt = now
    const waitedMs = now - started
    const silentMs = now - answeredAt
    const so = { deploy, waitedMs, silentMs, ...seen.so(), ...(error === undefined ? {} : { error }) }
    if (isDone(deploy)) return { end: 'done', ...so }
    if (signal?.aborted) return { end: 'aborted', ...so }
    if (refusals >= MAX_REFUSALS) return { end: 'lost', ...so }
    if (waitedMs >= timeoutMs) return { end: 'timeout', ...so }
    const pause = Math.max(POLL_MS, error?.retryAfterMs ?? 0)
    await clock.sleep(Math.min(pause, timeoutMs - waitedMs), signal)
    if (signal?.aborted) continue
    try {
      deploy = await client.getDeploy(serviceId, plan.deploy.id, { attempts: 1 })
      error = undefined
      refusals = 0
    } catch (problem) {
      if (!(problem instanceof RenderError)) throw problem
      if (problem.kind === 'aborted') continue
      error = problem
      refusals = isRefusal(problem) ? refusals + 1 : 0
    }
  }
}

/** `2 min 41 s`, `41 s`, `1 h 2 min`. */
export function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
}

/** Render's page of a deploy. Not for outputs: it holds the service's id. */
export function dashboardOf(service: { readonly dashboardUrl?: string }, deployId: string): string | undefined {
  return service.dashboardUrl === undefined ? undefined : `${service.dashboardUrl}/deploys/${deployId}`
}

// The key, the deploy or the service is gone: asking again answers the same.
const isRefusal = ({ kind }: RenderError): boolean => kind === 'auth' || kind === 'refused'

interface Observer {
  readonly status: (deploy: Deploy, error: RenderError | undefined) => void
  readonly so: () => { readonly inStatusMs: number; readonly steps: readonly Step[] }
}

function observer({ clock, onProgress, onWarning }: WaitPlan, started: number): Observer {
  const steps: Step[] = []
  const warned = new Set<string>()
  let since = started
  let toldAt = started
  let isSilent = false

  const tell = (line: string): void => {
    toldAt = clock.monotonic()
    onProgress?.(line)
  }
  const warnOnce = (key: string, line: string): void => {
    if (!warned.has(key)) onWarning?.(line)
    warned.add(key)
  }
  const changed = ({ id, status }: Deploy): void => {
    const now = clock.monotonic()
    const before = steps.at(-1)
    steps.push({ status, at: clock.now() })
    tell(
      before === undefined
        ? `${id}: ${named(status)}`
        : `${id}: ${named(status)}, after ${spanOf(now - since)} of ${named(before.status)}`,
    )
    since = now
    if (!isKnownStatus(status)) warnOnce(status, unknownWord(id, status))
  }
  const status = (deploy: Deploy, error: RenderError | undefined): void => {
    if (error !== undefined && !isSilent) onWarning?.(`${error.message}. Asking again every ${POLL_MS / 1000} s`)
    isSilent = error !== undefined
    if (error === undefined && deploy.status !== steps.at(-1)?.status) return changed(deploy)
    const now = clock.monotonic()
    if (now - toldAt >= PROGRESS_MS) tell(`${deploy.id}: ${named(deploy.status)} for ${spanOf(now - since)}`)
  }
  return { status, so: () => ({ inStatusMs: clock.monotonic() - since, steps }) }
}

const named = (status: string): string => (status === '' ? 'no status' : status)

function unknownWord(id: string, status: string): string {
  if (status === '') return `Render gave no status for ${id}: that is neither success nor the end, so the wait goes on`
  return `${id} is "${status}", a status that this version does not know: neither success nor the end, so the wait goes on`
}
