import { oneLine } from '@hardgate/markdown'
import type { BuildEvent } from './build-event.ts'
import { plainDecimal } from './decimal.ts'
import type { EndpointResult, Sent } from './deliver.ts'
import { titleOf } from './labels.ts'

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

/** The output `report`. */
export function reportJson(sent: readonly Sent[]): string {
  return JSON.stringify(
    sent.map(({ endpoint, result, attempts, statusCode, accepted, rejected, elapsedMs, reason }) => ({
      endpoint: endpoint.name,
      kind: endpoint.kind,
      result,
      attempts,
      ...(statusCode === undefined ? {} : { status_code: statusCode }),
      ...(accepted === undefined ? {} : { accepted }),
      ...(rejected === undefined ? {} : { rejected }),
      elapsed_ms: elapsedMs,
      ...(reason === undefined ? {} : { reason }),
    })),
  )
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
