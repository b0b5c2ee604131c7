import type { BuildEvent, MetricPart, Status } from '../build-event.ts'
import { plainDecimal } from '../decimal.ts'
import { eventText } from '../event-text.ts'
import { labelsOf, titleOf } from '../labels.ts'
import type { Endpoint, Sink } from './sink.ts'
import { coveragesOf, firstThatFits, gaugeLines } from './statsd-samples.ts'
import { deliverLines, linesPayload } from './statsd-wire.ts'

/** Distributions, counters and gauges with tags, one event and one service check. */
export const dogstatsd: Sink = {
  encode: (event, endpoint, { labels, isLate }) => [linesPayload(endpoint, linesOf(event, endpoint, labels, isLate))],
  deliver: deliverLines,
}

/** How much of foreign text a line has, less and less, until it fits a datagram. */
interface Level {
  /** Characters of each text. */
  readonly max: number
  /** Labels beside the few that every point has, and the link to the job. */
  readonly isWhole: boolean
}

const LEVELS: readonly Level[] = [
  { max: 200, isWhole: true },
  { max: 200, isWhole: false },
  { max: 60, isWhole: false },
  { max: 20, isWhole: false },
]

type Labels = Readonly<Record<string, string | undefined>>
type Write = (level: Level, tags: string) => string

const OUTCOMES = ['pass', 'fail', 'inconclusive', 'no-data'] as const

function linesOf(event: BuildEvent, { options }: Endpoint, labels: Labels, isLate: boolean): string[] {
  const { prefix = 'ci' } = options
  const what = `${prefix}.${event.type === 'ci.job.completed' ? 'job' : 'run'}`
  const line = (write: Write, own: Labels = {}): string =>
    firstThatFits(LEVELS, (level) => write(level, tagsOf(event, level, labels, own)))
  const counted = (name: string, value: number | undefined, type: 'c' | 'd'): string[] =>
    value === undefined ? [] : [line((_level, tags) => `${name}:${plainDecimal(value)}|${type}${tags}`)]
  const gauge = (name: string, value: number, own: Labels = {}): string =>
    line((_level, tags) => gaugeLines(name, value, tags), own)
  const past = [
    ...counted(`${what}.duration`, event.duration_seconds, 'd'),
    ...counted(`${what}.queue.duration`, event.time.queued_seconds, 'd'),
    ...counted(`${what}.completed`, 1, 'c'),
    line((level, tags) => eventLine(event, level, tags)),
  ]
  // a gauge has no time, so one of the past would be taken for the present; a service check is the state of now
  if (isLate) return past
  const { gates = [], metrics = [], soft_failures: soft } = event
  return [
    ...past,
    ...coveragesOf(event).map(({ kind, ratio }) => gauge(`${prefix}.coverage`, ratio, { kind })),
    ...metrics.map((metric) => gauge(`${prefix}.measurement.${metric.name}`, metric.value, tagsOfMetric(metric))),
    // all four: what is not set to 0 keeps its 1 from an earlier job
    ...gates.flatMap(({ gate, outcome }) =>
      OUTCOMES.map((one) => gauge(`${prefix}.gate.outcome`, one === outcome ? 1 : 0, { gate, outcome: one })),
    ),
    ...(soft === undefined ? [] : [gauge(`${prefix}.soft_failures`, soft.count)]),
    line((_level, tags) => checkLine(what, event, tags)),
  ]
}

const tagsOfMetric = ({ gate, scope, unit }: MetricPart): Labels => ({ gate, scope, unit })

/** `|#name:value,…`; the value of a tag ends at a comma, and a tag without a value says nothing. */
function tagsOf(event: BuildEvent, { max, isWhole }: Level, labels: Labels, own: Labels): string {
  const all: Labels = { ...(isWhole ? labels : {}), ...labelsOf(event), ...own }
  const tags = Object.entries(all).flatMap(([name, value = '']) => {
    const text = eventText(value, max).replace(/[,|#]+/g, '_')
    return text === '' ? [] : [`${name}:${text}`]
  })
  return `|#${tags.join(',')}`
}

const ALERTS: Readonly<Record<Status, { readonly type: string; readonly check: 0 | 1 | 2 | 3 }>> = {
  success: { type: 'success', check: 0 },
  failure: { type: 'error', check: 2 },
  error: { type: 'error', check: 2 },
  timeout: { type: 'error', check: 2 },
  cancellation: { type: 'warning', check: 1 },
  skip: { type: 'info', check: 3 },
}

/** Both lengths are bytes of UTF-8; a line end in the text is the two characters `\n`. */
function eventLine(event: BuildEvent, { max, isWhole }: Level, tags: string): string {
  const { status, vcs, build_id: build } = event
  const title = `${eventText(`${vcs.repository} ${titleOf(event)}`, 2 * max)}: ${status}`
  const link = isWhole ? urlOf(event) : undefined
  const text = `build ${eventText(build, max)}${link === undefined ? '' : `\\n${link}`}`
  const lengths = `${Buffer.byteLength(title)},${Buffer.byteLength(text)}`
  return `_e{${lengths}}:${title}|${text}|d:${secondsOf(event)}|k:${event.event_id}|t:${ALERTS[status].type}${tags}`
}

/** The message comes last: it would take what follows as its own. */
function checkLine(name: string, event: BuildEvent, tags: string): string {
  const { status } = event
  return `_sc|${name}|${ALERTS[status].check}|d:${secondsOf(event)}${tags}|m:${status}`
}

const urlOf = (event: BuildEvent): string | undefined =>
  (event.type === 'ci.job.completed' ? event.job.url : undefined) ?? event.run.url

const secondsOf = ({ time }: BuildEvent): number => Math.floor(Date.parse(time.completed_at) / 1000)
