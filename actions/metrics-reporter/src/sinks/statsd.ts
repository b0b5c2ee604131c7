import type { BuildEvent, MetricPart } from '../build-event.ts'
import { plainDecimal, scaledDecimal } from '../decimal.ts'
import type { Endpoint, Sink } from './sink.ts'
import { coveragesOf, firstThatFits, gaugeLines } from './statsd-samples.ts'
import { deliverLines, linesPayload } from './statsd-wire.ts'

/** Counters, timers and gauges under a name with dots: `ci.OWNER.REPOSITORY.WORKFLOW.TASK.duration:95250|ms`. */
export const statsd: Sink = {
  encode: (event, endpoint, { isLate }) => [linesPayload(endpoint, linesOf(event, endpoint, isLate))],
  deliver: deliverLines,
}

/** `_` is no task's own segment, so the run's names are no job's. */
const RUN = '_run'
/** Characters of a segment; the second, where the whole would not fit a datagram. */
const SEGMENT_LENGTHS = [200, 60]

interface Sample {
  readonly path: readonly string[]
  readonly value: number | string
  readonly type: 'ms' | 'c' | 'g'
  /** Tells apart what has the same path. */
  readonly unit?: string
}

function linesOf(event: BuildEvent, { options }: Endpoint, isLate: boolean): string[] {
  const { prefix = 'ci' } = options
  const used = new Set<string>()
  // a gauge has no time, so one of the past would be taken for the present
  const samples = samplesOf(event).filter(({ type }) => !(isLate && type === 'g'))
  return samples.map((sample) => {
    const unique = uniquePath(sample, used)
    return firstThatFits(SEGMENT_LENGTHS, (max) => lineOf([prefix, ...stemOf(event, max), ...cut(unique, max)], sample))
  })
}

function lineOf(path: readonly string[], { value, type }: Sample): string {
  const name = path.join('.')
  return type === 'g' ? gaugeLines(name, Number(value)) : `${name}:${value}|${type}`
}

function stemOf({ run, vcs, ...event }: BuildEvent, max: number): string[] {
  const last = event.type === 'ci.job.completed' ? segment(event.job.task) : RUN
  return cut([...vcs.repository.split('/').map(segment), segment(run.workflow), last], max)
}

const cut = (path: readonly string[], max: number): string[] => path.map((one) => one.slice(0, max))

/** Letters, digits, `_` and `-` stay, each run of others is one `_`. */
function segment(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '') || '_'
}

function samplesOf(event: BuildEvent): Sample[] {
  const { duration_seconds: seconds, time, status, gates = [], metrics = [], soft_failures: soft } = event
  return [
    ...timer('duration', seconds),
    ...timer('queue', time.queued_seconds),
    { path: ['status', status], value: '1', type: 'c' },
    ...gates.map(({ gate, outcome }): Sample => ({ path: ['gate', segment(gate), outcome], value: '1', type: 'c' })),
    ...coveragesOf(event).map(({ kind, ratio }): Sample => ({ path: ['coverage', kind], value: ratio, type: 'g' })),
    ...metrics.map(measurement),
    ...(soft === undefined ? [] : [{ path: ['soft_failures'], value: soft.count, type: 'g' } as const]),
  ]
}

function timer(name: string, seconds: number | undefined): Sample[] {
  if (seconds === undefined) return []
  const value = scaledDecimal(String(seconds), { places: 3 }) ?? plainDecimal(seconds)
  return [{ path: [name], value, type: 'ms' }]
}

function measurement({ name, gate, scope, unit, value }: MetricPart): Sample {
  const parts = [gate, name, scope].filter((part) => part !== undefined)
  return { path: ['measurement', ...parts.map(segment)], value, type: 'g', unit: segment(unit) }
}

/** Two values under one name would be one: the second has its unit behind it, or a number. */
function uniquePath({ path, unit }: Sample, used: Set<string>): readonly string[] {
  const withUnit = unit === undefined ? [] : [[...path, unit]]
  const free = [path, ...withUnit].find((one) => !used.has(one.join('.'))) ?? numbered(path, used)
  used.add(free.join('.'))
  return free
}

function numbered(path: readonly string[], used: ReadonlySet<string>): string[] {
  for (let number = 2; ; number += 1) {
    const one = [...path, String(number)]
    if (!used.has(one.join('.'))) return one
  }
}
