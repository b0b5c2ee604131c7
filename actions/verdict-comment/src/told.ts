import type { Account, Log } from '@hardgate/action'
import type { CommentResult } from '@hardgate/github'
import { escapeMarkdown, heading, oneLine, table } from '@hardgate/markdown'
import type { GateComment } from './gate-comments.ts'

/** How it went, for log, outputs and summary. */
export interface Told {
  readonly reason: string
  readonly number?: number
  /** What was left out; foreign text. */
  readonly notes?: readonly string[]
  readonly results?: readonly (readonly [GateComment, CommentResult])[]
}

export function posted(log: Log, told: Told): Account {
  return account(log, 'posted', told)
}

/** Nothing is wrong with this workflow: the pull request has moved on, or its run left nothing. Never red. */
export function skipped(log: Log, told: Told): Account {
  log.notice(told.reason)
  return account(log, 'skipped', told)
}

/** A missing permission, or GitHub did not answer: whoever keeps the workflow has to see it. */
export function failed(log: Log, told: Told): Account {
  log.error(told.reason)
  return account(log, 'failed', told)
}

// one file may have as many faults as there is room for in it
const LONGEST_NOTE = 300

function account(log: Log, result: 'posted' | 'skipped' | 'failed', told: Told): Account {
  const { reason, number } = told
  const notes = (told.notes ?? []).map((note) => oneLine(note, LONGEST_NOTE))
  for (const note of notes) log.warning(note)
  return {
    reason,
    isFailure: result === 'failed',
    outputs: { result, 'pull-request': number === undefined ? '' : String(number) },
    summary: summaryOf(result, { ...told, notes }),
  }
}

function summaryOf(result: string, { reason, notes = [], results = [] }: Told): string[] {
  const rows = results.map(([{ gate }, comment]) => [
    escapeMarkdown(gate),
    'url' in comment && /^https:\/\/[\w./#-]+$/.test(comment.url) ? `[${comment.kind}](${comment.url})` : comment.kind,
  ])
  return [
    `${heading(3, `verdict-comment: ${result}`)}\n\n${escapeMarkdown(reason)}`,
    ...(rows.length === 0 ? [] : [table(['gate', 'comment'], rows)]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n')]),
  ]
}
