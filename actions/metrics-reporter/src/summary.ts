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

export const HEADLINES: Readonly<Record<Result, string>> = {
  delivered: 'delivered',
  unconfirmed: 'sent, and nobody confirmed it',
  partial: 'taken in part',
  spooled: 'nothing sent, the event is kept',
  dropped: 'nothing sent, the event is lost',
  disabled: 'nothing sent',
  'dry-run': 'nothing sent (dry-run)',
}

function eventTable(event: BuildEvent): string {
  const { build_id, status, coverage_percent: percent, gates = [] } = event
  const found = gates.map(({ gate, outcome }) => `${escapeMarkdown(gate)} ${outcome}`).join(', ')
  const cells = [
    escapeMarkdown(build_id),
    status,
    lengthTold(event.duration_seconds),
    lengthTold(event.time.queued_seconds),
    percent === undefined ? 'unknown' : `${plainDecimal(percent)} %`,
    found,
  ]
  return table(['build', 'status', 'duration', 'queued', 'coverage', 'gates'], [cells])
}

/** `95.25 s`, or unknown. */
export const lengthTold = (seconds: number | undefined): string =>
  seconds === undefined ? 'unknown' : `${plainDecimal(seconds)} s`

/** How each endpoint took an event. */
export function endpointTable(sent: readonly Sent[]): string {
  const rows = sent.map((one) => {
    const { endpoint, result, attempts, accepted, rejected, spoolPath = '' } = one
    return [
      `${escapeMarkdown(endpoint.name)} (${escapeMarkdown(endpoint.shown)})`,
      result,
      String(attempts),
      answerTold(one),
      String(accepted ?? ''),
      String(rejected ?? ''),
      code(spoolPath),
    ]
  })
  return table(['endpoint', 'result', 'attempts', 'last answer', 'accepted', 'rejected', 'kept in'], rows)
}

function answerTold({ statusCode, reason, answer, remark }: Sent): string {
  const said = answer ?? remark
  const parts = [reason ?? (statusCode === undefined ? '' : String(statusCode)), said ?? '']
  return escapeMarkdown(parts.filter((part) => part !== '').join(': '))
}
