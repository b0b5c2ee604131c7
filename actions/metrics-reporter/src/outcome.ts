import { oneLine } from '@hardgate/markdown'
import type { BuildEvent } from './build-event.ts'
import { plainDecimal } from './decimal.ts'
import type { EndpointResult, Sent } from './deliver.ts'
import { titleOf } from './labels.ts'
import type { Outcome } from './settle.ts'

/** How the step's reporting ended, over all endpoints. */
export type Result = EndpointResult | 'disabled' | 'dry-run'

const WORST: readonly EndpointResult[] = ['dropped', 'spooled', 'partial', 'unconfirmed', 'delivered']

export function worstOf(sent: readonly Sent[]): EndpointResult {
  return WORST.find((result) => sent.some((one) => one.result === result)) ?? 'delivered'
}

/** `metrics: CI / test (3.12) 17654321098-2 failure 95.25 s -> webhook delivered (41 ms)` */
export function logLine(event: BuildEvent, outcome: string): string {
  const { build_id, status, duration_seconds: seconds } = event
  const length = seconds === undefined ? '' : ` ${plainDecimal(seconds)} s`
  return oneLine(`metrics: ${titleOf(event)} ${build_id} ${status}${length} -> ${outcome}`)
}

export function sentTold(sent: readonly Sent[]): string {
  return sent
    .map(({ endpoint, result, attempts, elapsedMs }) => {
      const count = attempts > 1 ? `${attempts} requests, ` : ''
      return `${endpoint.name} ${result} (${count}${elapsedMs} ms)`
    })
    .join(', ')
}

/** The output `report`: an entry for each event and endpoint. */
export function reportJson(outcomes: readonly Outcome[]): string {
  return JSON.stringify(outcomes.flatMap(({ event, sent }) => sent.map((one) => reported(event.event_id, one))))
}

function reported(event: string, sent: Sent): unknown {
  const { endpoint, result, attempts, statusCode, accepted, rejected, elapsedMs, reason } = sent
  return {
    endpoint: endpoint.name,
    kind: endpoint.kind,
    event,
    result,
    attempts,
    ...(statusCode === undefined ? {} : { status_code: statusCode }),
    ...(accepted === undefined ? {} : { accepted }),
    ...(rejected === undefined ? {} : { rejected }),
    elapsed_ms: elapsedMs,
    ...(reason === undefined ? {} : { reason }),
  }
}

/** The outputs that say what was sent; empty where it is unknown. */
export function eventOutputs(event: BuildEvent): Record<string, string> {
  const { status, duration_seconds: seconds, coverage_percent: percent } = event
  return {
    status,
    duration: seconds === undefined ? '' : plainDecimal(seconds),
    coverage: percent === undefined ? '' : plainDecimal(percent),
  }
}
