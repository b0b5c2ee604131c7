import type { Outcome } from '@hardgate/gate'
import { code, escapeMarkdown, heading, table } from '@hardgate/markdown'
import { dashboardOf, type Service, spanOf, type Waited } from '@hardgate/render'
import { adviceFor } from './advice.ts'
import type { Ending } from './judge.ts'

export interface Story {
  readonly outcome: Outcome
  readonly reason: string
  /** Absent where it could not be read. */
  readonly service?: Service
  readonly ending: Ending
}

const HEADLINES: Readonly<Record<Outcome, string>> = {
  pass: '✅ deployed',
  fail: '❌ not deployed',
  inconclusive: '❔ cannot tell',
  'no-data': '❌ nothing judged',
}

/** Headline and reason, what to do, the deploy, its way there. */
export function summaryOf({ outcome, reason, service, ending }: Story): string[] {
  const name = service?.name || 'render-deploy'
  const head = `${heading(3, `${name}: ${HEADLINES[outcome]}`)}\n\n${escapeMarkdown(reason)}`
  const advice = adviceFor(ending).map((line) => `- ${line}`)
  const next = advice.length === 0 ? [] : [`**Next**\n\n${advice.join('\n')}`]
  if (ending.kind !== 'watched') return [head, ...next]
  return [head, ...next, deployTable(ending, service), timeline(ending.waited)]
}

function deployTable({ waited, cause }: Ending & { kind: 'watched' }, service: Service | undefined): string {
  const { id, commit, image, trigger, status } = waited.deploy
  const page = service === undefined ? undefined : dashboardOf(service, id)
  const [subject = ''] = (commit?.message ?? '').split('\n')
  const rows = [
    ['Deploy', page === undefined || !/^https:\/\/[\w./-]+$/.test(page) ? code(id) : `[${code(id)}](${page})`],
    ['Status', code(status)],
    ['Cause', escapeMarkdown(cause ?? '')],
    ['Commit', commit === undefined ? '' : `${code(commit.id)} ${escapeMarkdown(subject)}`],
    ['Image', image === undefined ? '' : code(image.ref)],
    ['Started by', code(trigger)],
  ]
  return table(
    ['', ''],
    rows.filter(([, value]) => value !== ''),
  )
}

function timeline({ steps, inStatusMs }: Waited): string {
  const rows = steps.map(({ status, at }, index) => {
    const next = steps[index + 1]
    const ms = next === undefined ? inStatusMs : next.at.getTime() - at.getTime()
    const isEnd = next === undefined && inStatusMs === 0
    return [at.toISOString().slice(11, 19), code(status === '' ? 'no status' : status), isEnd ? '' : spanOf(ms)]
  })
  return table(['seen at (UTC)', 'status', 'for'], rows, ['left', 'left', 'right'])
}
