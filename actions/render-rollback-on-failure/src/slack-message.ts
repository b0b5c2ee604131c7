import { escapeSlack } from '@hardgate/markdown'
import { type Deploy, dashboardOf } from '@hardgate/render'
import { releaseOf } from './deploy-names.ts'
import { autoDeploy, nameOf } from './endings.ts'
import { type Ending, OUTCOMES, type Outcome } from './outcome.ts'
import { outputsOf } from './report.ts'
import { iconOf } from './summary.ts'
import type { World } from './world.ts'

export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string
  readonly blocks: readonly Block[]
}

type Text = { readonly type: 'plain_text' | 'mrkdwn'; readonly text: string; readonly verbatim?: true }
type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text?: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }

// Slack's limits
const MAX_HEADER = 150
const MAX_SECTION = 3000
const MAX_FIELD = 2000
const MAX_TEXT = 3000

/** No button: a click would ask the Slack app to acknowledge it. Everything foreign arrives as the text that it is. */
export function messageOf(world: World, ending: Ending): SlackMessage {
  const headline = `${iconOf(ending)} ${headlineOf(world, ending)}`
  const mention = OUTCOMES[ending.outcome].human === 'yes' ? world.inputs['slack-mention'] : ''
  const reason = `${mention === '' ? '' : `${mention} `}${escapeSlack(ending.reason, MAX_SECTION - mention.length - 1)}`
  const fields = fieldsOf(world, ending)
  const next = ending.next.map((line) => `• ${line}`).join('\n')
  return {
    text: escapeSlack(`${headline}. ${ending.next[0] ?? ''}`.trim(), MAX_TEXT),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: escapeSlack(headline, MAX_HEADER) } },
      { type: 'section', text: markup(reason) },
      ...(fields.length === 0 ? [] : [{ type: 'section', fields } as const]),
      ...(next === ''
        ? []
        : [{ type: 'section', text: markup(`*Next*\n${escapeSlack(next, MAX_SECTION - 10)}`) } as const]),
      ...contextOf(world),
    ],
  }
}

function headlineOf(world: World, { outcome }: Ending): string {
  const name = nameOf(world) || world.context.slug || 'hardgate'
  return `${name}${OUTCOMES[outcome].human === 'yes' ? ': HUMAN NEEDED' : (HEADLINES[outcome] ?? `: ${outcome}`)}`
}

const HEADLINES: Readonly<Partial<Record<Outcome, string>>> = {
  'rolled-back': ' rolled back',
  'rolled-back-unverified': ' rolled back, not verified',
  'already-rolled-back': ': rolled back before',
  'not-needed': ': no rollback needed',
  superseded: ': superseded, look at it',
  notified: ': ended without a rollback',
}

const markup = (text: string): Text => ({ type: 'mrkdwn', text, verbatim: true })

function fieldsOf(world: World, ending: Ending): readonly Text[] {
  const { story, inputs } = world
  const recovery = outputsOf(world, ending)['recovery-time'] ?? ''
  const serving = story.rollback === undefined ? story.live : story.target
  return [
    field('Failed', releaseLine(story.failed)),
    field(
      story.rollback === undefined || story.rollback.status === 'live' ? 'Serving' : 'Rolling back to',
      releaseLine(serving),
    ),
    field('Cause', inputs.cause.trim()),
    field('Recovery', recovery === '' ? '' : `${recovery} s`),
    field('Auto-deploy', autoDeploy(world)),
    field('Environment', inputs['github-environment']),
    field('Cancelled', story.cancelled.map(releaseOf).join(', ')),
    field('Run by', world.frame.env['GITHUB_ACTOR'] ?? ''),
  ].flat()
}

// a section with an empty text is refused
const field = (title: string, value: string): Text[] =>
  value === '' ? [] : [markup(`*${title}*\n${escapeSlack(value, MAX_FIELD - title.length - 4)}`)]

function releaseLine(deploy: Deploy | undefined): string {
  if (deploy === undefined) return ''
  const message = deploy.commit?.message.split('\n')[0] ?? ''
  return `${releaseOf(deploy)} ${deploy.id}${message === '' ? '' : `\n${message}`}`
}

function contextOf({ story, context }: World): readonly Block[] {
  const { failed, target, service, rollback } = story
  const compare =
    failed?.commit === undefined || target?.commit === undefined || context.slug === ''
      ? undefined
      : `${context.serverUrl}/${context.slug}/compare/${target.commit.id}...${failed.commit.id}`
  const shown = rollback ?? failed
  const page = service === undefined || shown === undefined ? undefined : dashboardOf(service, shown.id)
  const elements = [...link(context.runUrl, 'Run'), ...link(compare, 'Compare'), ...link(page, 'Render dashboard')]
  return elements.length === 0 ? [] : [{ type: 'context', elements }]
}

function link(url: string | undefined, text: string): Text[] {
  if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url)) return []
  // the bar and the angles would end the link early
  const safe = new URL(url).href.replaceAll(/[|<>]/g, encodeURIComponent).replaceAll('&', '&amp;')
  return safe.length > 2000 ? [] : [markup(`<${safe}|${text}>`)]
}
