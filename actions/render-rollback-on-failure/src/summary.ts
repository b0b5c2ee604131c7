import { code, details, escapeMarkdown, heading, table } from '@hardgate/markdown'
import { releaseOf } from './deploy-names.ts'
import { nameOf } from './endings.ts'
import { type Ending, OUTCOMES } from './outcome.ts'
import type { World } from './world.ts'

const MOST_ROWS = 50

/** Markdown sections, the most important first. */
export function summaryOf(world: World, ending: Ending): string[] {
  const { story } = world
  return [
    `${heading(3, `${iconOf(ending)} ${nameOf(world)}: ${ending.outcome}`)}\n\n${escapeMarkdown(ending.reason)}`,
    listed('Next', ending.next),
    listed('Also', story.notes),
    timeline(world),
    candidates(world),
  ].filter((section) => section !== '')
}

export function iconOf({ outcome }: Ending): string {
  const { human, standing } = OUTCOMES[outcome]
  if (human === 'yes') return '🚨'
  if (human === 'look') return '⚠️'
  return standing === 'done' ? 'ℹ️' : '✅'
}

function listed(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `**${title}**\n\n${lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')}`
}

function timeline({ story }: World): string {
  if (story.timeline.length === 0) return ''
  const shown = story.timeline.slice(0, MOST_ROWS)
  const rows = shown.map(({ at, what, result }) => [
    at.toISOString().slice(11, 19),
    escapeMarkdown(what),
    escapeMarkdown(result),
  ])
  const rest = story.timeline.length - shown.length
  return `${table(['UTC', 'what', 'result'], rows)}${rest > 0 ? `\n\n${rest} more in the verdict file.` : ''}`
}

function candidates({ story }: World): string {
  if (story.considered.length === 0) return ''
  const shown = story.considered.slice(0, MOST_ROWS)
  const rows = shown.map(({ deploy, isCandidate, why }) => [
    code(deploy.id),
    code(releaseOf(deploy)),
    escapeMarkdown(deploy.commit?.message.split('\n')[0] ?? ''),
    escapeMarkdown(deploy.createdAt),
    `${deploy.id === story.target?.id ? '**restored**: ' : isCandidate ? 'candidate: ' : ''}${escapeMarkdown(why)}`,
  ])
  const rest = story.considered.length - shown.length
  const body = `${table(['deploy', 'release', 'message', 'created', 'why'], rows)}${rest > 0 ? `\n\nand ${rest} older` : ''}`
  return details(`${story.considered.length} deploys before the failed one`, body)
}
