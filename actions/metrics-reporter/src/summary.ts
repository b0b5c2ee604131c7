import { code, details, escapeMarkdown, fence, heading, table } from '@hardgate/markdown'
import type { BuildEvent } from './build-event.ts'
import { plainDecimal } from './decimal.ts'
import type { Sent } from './deliver.ts'
import type { Result } from './outcome.ts'

export interface Told {
  readonly event: BuildEvent
  readonly json: string
  readonly result: Result
  readonly reason: string
  readonly sent: readonly Sent[]
}

/** One line when all is delivered, tables otherwise; and what was left out of the event. */
export function summaryOf({ event, json, result, reason, sent }: Told): string[] {
  const notes = event.notes === undefined ? [] : [event.notes.map((one) => `- ${escapeMarkdown(one)}`).join('\n')]
  if (result === 'delivered' || result === 'unconfirmed') return [escapeMarkdown(reason), ...notes]
  return [
    heading(3, headlineOf(result, sent)),
    eventTable(event),
    ...(sent.length === 0 ? [] : [endpointTable(sent)]),
    ...notes,
    details('The event', fence(JSON.stringify(JSON.parse(json), undefined, 2), 'json')),
  ]
}

function headlineOf(result: Result, sent: readonly Sent[]): string {
  if (sent.length === 0) return `Metrics: ${HEADLINES[result]}`
  const delivered = sent.filter((one) => one.result === 'delivered').length
  return `Metrics: delivered to ${delivered} of ${sent.length} ${sent.length === 1 ? 'endpoint' : 'endpoints'}`
}

const HEADLINES: Readonly<Record<Result, string>> = {
  delivered: 'delivered',
  unconfirmed: 'sent, and nobody confirmed it',
  partial: 'taken in part',
  spooled: 'nothing sent, the event is kept',
  dropped: 'nothing sent, the event is lost',
  disabled: 'nothing sent',
  'dry-run': 'nothing sent (dry-run)',
}

function eventTable({
  build_id,
  status,
  duration_seconds: seconds,
  coverage_percent: percent,
  gates = [],
}: BuildEvent): string {
  const found = gates.map(({ gate, outcome }) => `${escapeMarkdown(gate)} ${outcome}`).join(', ')
  const cells = [
    escapeMarkdown(build_id),
    status,
    seconds === undefined ? 'unknown' : `${plainDecimal(seconds)} s`,
    percent === undefined ? 'unknown' : `${plainDecimal(percent)} %`,
    found,
  ]
  return table(['build', 'status', 'duration', 'coverage', 'gates'], [cells])
}

function endpointTable(sent: readonly Sent[]): string {
  const rows = sent.map(({ endpoint, result, attempts, statusCode, reason = '', answer, spoolPath = '' }) => {
    const told =
      reason === '' ? String(statusCode ?? '') : escapeMarkdown(answer === undefined ? reason : `${reason}: ${answer}`)
    return [
      `${escapeMarkdown(endpoint.name)} (${escapeMarkdown(endpoint.shown)})`,
      result,
      String(attempts),
      told,
      code(spoolPath),
    ]
  })
  return table(['endpoint', 'result', 'attempts', 'last answer', 'kept in'], rows)
}
