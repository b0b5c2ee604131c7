import type { Frame } from '@hardgate/action'
import type { BuildEvent } from './build-event.ts'
import type { Sending } from './deliver.ts'
import { addedLabels } from './labels.ts'
import { hasCredentials } from './notices.ts'
import type { Plan } from './plan.ts'
import type { Endpoint } from './sinks/sink.ts'

/** An event that is ready to go. */
export interface Made {
  readonly event: BuildEvent
  /** What is sent and what is kept are the same text. */
  readonly json: string
}

export interface Way {
  readonly endpoints: readonly Endpoint[]
  /** By `clock.monotonic()`. */
  readonly deadline: number
  /** A run from a fork or by dependabot: that an endpoint wants credentials is expected there. */
  readonly isWithoutSecrets: boolean
}

type Sender = Pick<Plan, 'told' | 'keeping' | 'timeoutMs' | 'attempts'>

export function sendingOf({ event, json }: Made, way: Way, plan: Sender, frame: Frame): Sending {
  const { clock, request, signal, log, env } = frame
  return {
    event,
    json,
    endpoints: way.endpoints,
    encoding: { labels: addedLabels(plan.told.labels, event).labels, isLate: false },
    spoolFolder: plan.keeping.folder,
    transport: {
      request,
      clock,
      signal,
      workspace: env['GITHUB_WORKSPACE'] || process.cwd(),
      timeoutMs: plan.timeoutMs,
      attempts: plan.attempts,
      deadline: way.deadline,
      random: Math.random,
    },
    explain: (endpoint, { isRefused, reason = '' }) =>
      isRefused === true && way.isWithoutSecrets && !hasCredentials(endpoint) ? 'no-credentials' : reason,
    onBug: ({ name }, error) =>
      log.info(
        `metrics-reporter: a bug ended ${name}. Please report it. ${error instanceof Error ? error.stack : String(error)}`,
      ),
  }
}
