import { code, details, escapeMarkdown, fence, heading, table } from '@hardgate/markdown'
import { titleOf } from './labels.ts'
import type { Result } from './outcome.ts'
import { isLeft, type Outcome } from './settle.ts'
import { endpointTable, HEADLINES, lengthTold } from './summary.ts'

export interface RunTold {
  /** The run first, then its jobs. */
  readonly outcomes: readonly Outcome[]
  readonly result: Result
  readonly reason: string
  /** The event of the run. */
  readonly json: string
}

const ROWS_MAX = 100

/** The run and its jobs, what they measured, and who took them. */
export function runSummary({ outcomes, result, reason, json }: RunTold): string[] {
  const [run] = outcomes
  const notes = run?.event.notes ?? []
  const list = notes.length === 0 ? [] : [notes.map((one) => `- ${escapeMarkdown(one)}`).join('\n')]
  if (run !== undefined && outcomes.length === 1 && isFine(result)) return [escapeMarkdown(reason), ...list]
  const left = outcomes.flatMap(({ sent }) => sent.filter(isLeft))
  return [
    heading(3, headlineOf(outcomes, result)),
    eventsTable(outcomes),
    ...(left.length === 0 ? [] : [endpointTable(left.slice(0, ROWS_MAX))]),
    ...list,
    details('The event of the run', fence(JSON.stringify(JSON.parse(json), undefined, 2), 'json')),
  ]
}

const isFine = (result: Result): boolean => result === 'delivered' || result === 'unconfirmed'

function headlineOf(outcomes: readonly Outcome[], result: Result): string {
  if (outcomes.every(({ sent }) => sent.length === 0)) return `Metrics of a run: ${HEADLINES[result]}`
  const whole = outcomes.filter(({ sent }) => !sent.some(isLeft)).length
  return `Metrics of a run: ${whole} of ${outcomes.length} ${outcomes.length === 1 ? 'event' : 'events'} sent everywhere`
}

function eventsTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes
    .slice(0, ROWS_MAX)
    .map(({ event, sent }) => [
      escapeMarkdown(titleOf(event)),
      event.status,
      lengthTold(event.duration_seconds),
      lengthTold(event.time.queued_seconds),
      code(event.event_id),
      sent.map(({ endpoint, result }) => `${escapeMarkdown(endpoint.name)} ${result}`).join(', '),
    ])
  const more = outcomes.length > ROWS_MAX ? `\n\n+ ${outcomes.length - ROWS_MAX} more` : ''
  return table(['of', 'status', 'duration', 'queued', 'event', 'sent'], rows) + more
}
