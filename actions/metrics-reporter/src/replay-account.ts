import type { Account, Frame } from '@hardgate/action'
import { escapeMarkdown, heading, table } from '@hardgate/markdown'
import type { EndpointResult } from './deliver.ts'
import type { Source } from './replay-source.ts'
import { type Line, lineTold, type Tally } from './replay-tally.ts'

export interface Replay {
  readonly source: Source
  readonly tally: Tally
  /** Why it ended before all was seen; undefined: it did not. */
  readonly stop: string | undefined
  readonly shortened: readonly string[]
  readonly isStrict: boolean
}

/** Lists by name what was not sent, gives one warning where something is left, and sums it up. */
export function replayAccount(replay: Replay, { log }: Frame): Account {
  const { source, tally, stop, shortened, isStrict } = replay
  for (const note of source.notes) log.info(`metrics: ${note}`)
  const lists = listsOf(tally, shortened)
  for (const [what, names] of lists) for (const line of rows(names)) log.info(`metrics: ${what}: ${line}`)
  const lines = tally.lines()
  const result = resultOf(lines, stop)
  const outcome = lines.map(lineTold).join('; ')
  const ended = stop === undefined ? '' : `. It ended early: ${stop}`
  const reason = `metrics: replay of ${tally.events()} events from ${source.place} -> ${outcome}${ended}`
  const troubles = lines.filter(({ counts }) => counts.left + counts.partial > 0).map(troubleTold)
  const all = [...troubles, ...(stop === undefined ? [] : [`The replay ended early: ${stop}. What is left stays.`])]
  if (all.length > 0) log.warning(`metrics-reporter: ${all.join('\n')}`)
  return {
    reason,
    isFailure: isStrict && (result === 'spooled' || result === 'partial'),
    outputs: { result, report: reportOf(lines) },
    summary: summaryOf(reason, lines, lists, source.notes),
  }
}

function resultOf(lines: readonly Line[], stop: string | undefined): EndpointResult {
  const has = (sort: keyof Line['counts']): boolean => lines.some(({ counts }) => counts[sort] > 0)
  if (stop !== undefined || has('left')) return 'spooled'
  if (has('partial')) return 'partial'
  return has('unconfirmed') ? 'unconfirmed' : 'delivered'
}

function troubleTold({ endpoint, counts, reason }: Line): string {
  const left = counts.left + counts.partial
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return `${endpoint.name} (${endpoint.shown}) did not take ${left} of ${total} kept events: ${reason}.`
}

type Lists = readonly (readonly [string, readonly string[]])[]

const listsOf = ({ named }: Tally, shortened: readonly string[]): Lists =>
  [
    ['left', named.get('left') ?? []] as const,
    ['taken in part, and not sent again', named.get('partial') ?? []] as const,
    ['expired: refused as too old', named.get('expired') ?? []] as const,
    ['superseded: a newer one is there', named.get('superseded') ?? []] as const,
    ['sent without what has no time of its own', shortened] as const,
  ].filter(([, names]) => names.length > 0)

const PER_LINE = 10

function rows(names: readonly string[]): string[] {
  const count = Math.ceil(names.length / PER_LINE)
  return Array.from({ length: count }, (_, at) => names.slice(at * PER_LINE, (at + 1) * PER_LINE).join(', '))
}

function reportOf(lines: readonly Line[]): string {
  return JSON.stringify(
    lines.map((line) => {
      const { delivered, unconfirmed, left, partial, expired, superseded } = line.counts
      return {
        endpoint: line.endpoint.name,
        kind: line.endpoint.kind,
        result: resultOf([line], undefined),
        attempts: line.requests,
        accepted: delivered + unconfirmed,
        rejected: left + partial + expired + superseded,
        ...(line.reason === '' ? {} : { reason: line.reason }),
      }
    }),
  )
}

const NAMES_MAX = 50

function summaryOf(reason: string, lines: readonly Line[], lists: Lists, notes: readonly string[]): string[] {
  const rest = lines.map(({ endpoint, counts, reason: why }) => [
    `${escapeMarkdown(endpoint.name)} (${escapeMarkdown(endpoint.shown)})`,
    String(counts.delivered + counts.unconfirmed),
    String(counts.left),
    String(counts.partial + counts.expired + counts.superseded),
    escapeMarkdown(why),
  ])
  const isAll = lists.length === 0 && notes.length === 0
  if (isAll) return [escapeMarkdown(reason)]
  const items = [...lists.map(([what, names]) => `${what}: ${shortList(names)}`), ...notes.slice(0, NAMES_MAX)]
  return [
    heading(3, 'Metrics: replay'),
    table(['endpoint', 'sent', 'left', 'set aside', 'last reason'], rest),
    items.map((one) => `- ${escapeMarkdown(one)}`).join('\n'),
  ]
}

const shortList = (names: readonly string[]): string =>
  names.length <= NAMES_MAX
    ? names.join(', ')
    : `${names.slice(0, NAMES_MAX).join(', ')} and ${names.length - NAMES_MAX} more`
