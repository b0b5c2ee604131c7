import { rankOf, type Threshold } from '@hardgate/gate'
import { type Run, type Window, windowsOf } from '@hardgate/load'
import { type ChartLine, MERMAID_POINTS } from '@hardgate/markdown'
import type { Judgement } from './judge.ts'
import type { Block } from './page.ts'
import { shownSpan } from './quantity.ts'
import { limitText } from './sentences.ts'

interface Told {
  readonly judgements: readonly Judgement[]
  readonly plan: { readonly windowMs: number }
}

/** The 95th percentile of each window beside its limit; requests and users. Nothing where the record has no times. */
export function chartBlocks(run: Run, { judgements, plan }: Told): Block[] {
  const { timeline } = run.total
  if (timeline === undefined) return []
  const windows = windowsOf(timeline, plan.windowMs)
  const joined = Math.ceil(windows.length / MERMAID_POINTS)
  const points = joinedBy(joined, windows, run)
  if (points.length < 2) return []
  const texts = points.map(({ startMs }) => shownSpan(startMs - timeline.startMs))
  const of = `of each ${joined > 1 ? `${joined} windows of ` : ''}${shownSpan(plan.windowMs)}`
  const limit = p95Limit(judgements.map(({ threshold }) => threshold))
  const lines: ChartLine[] = [{ name: 'p95', values: points.map(({ p95 }) => p95) }]
  if (limit !== undefined) lines.push({ name: `limit ${limit.text}`, values: points.map(() => limit.ms) })
  const load: ChartLine[] = [{ name: 'requests/s', values: points.map(({ rps }) => rps) }]
  if (run.users.length > 0) load.push({ name: 'users', values: points.map(({ users }) => users) })
  return [
    {
      kind: 'chart',
      chart: { title: `${joined > 1 ? 'Highest p95' : 'p95'} ${of}`, unit: 'ms', points: texts, lines },
    },
    {
      kind: 'chart',
      chart: { title: `Load ${of}`, unit: load.map(({ name }) => name).join(', '), points: texts, lines: load },
    },
  ]
}

export interface TimePoint {
  readonly startMs: number
  readonly requests: number
  readonly failures: number
  readonly p95: number | undefined
  readonly rps: number
  readonly users: number | undefined
}

/** So many windows become one point. Of percentiles the highest is shown: a peak must not be averaged away. */
export function joinedBy(joined: number, windows: readonly Window[], run: Pick<Run, 'users'>): TimePoint[] {
  return Array.from({ length: Math.ceil(windows.length / joined) }, (_, at) =>
    pointOf(windows.slice(at * joined, (at + 1) * joined), run),
  )
}

function pointOf(windows: readonly Window[], { users }: Pick<Run, 'users'>): TimePoint {
  const startMs = windows[0]?.startMs ?? 0
  const endMs = windows.at(-1)?.endMs ?? startMs
  const sum = (count: (one: Window) => number): number => windows.reduce((total, one) => total + count(one), 0)
  const requests = sum((one) => one.requests)
  const highest = Math.max(...windows.map(({ latencies }) => p95Of(latencies) ?? Number.NEGATIVE_INFINITY))
  return {
    startMs,
    requests,
    failures: sum((one) => one.failures),
    p95: Number.isFinite(highest) ? highest : undefined,
    rps: endMs > startMs ? requests / ((endMs - startMs) / 1000) : 0,
    users: usersIn(users, startMs, endMs),
  }
}

const p95Of = (latencies: Window['latencies']): number | undefined =>
  latencies.count === 0 ? undefined : latencies.at(rankOf(95, latencies.count)).value

/** The most within that time; what was told last before holds on. */
function usersIn(users: Run['users'], startMs: number, endMs: number): number | undefined {
  const within = users.filter(({ atMs }) => atMs >= startMs && atMs < endMs)
  const before = users.findLast(({ atMs }) => atMs < startMs)
  const counts = (within.length > 0 ? within : before === undefined ? [] : [before]).map(({ count }) => count)
  return counts.length === 0 ? undefined : Math.max(...counts)
}

const SCALE: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The strictest upper limit of the whole run's p95. */
function p95Limit(thresholds: readonly Threshold[]): { readonly ms: number; readonly text: string } | undefined {
  const limits = thresholds.flatMap(({ metric, scope, operator, limit, severity }) => {
    const isMeant = metric === 'p95' && scope === undefined && operator.startsWith('<') && severity === 'gate'
    if (!isMeant || limit.from !== 'value') return []
    return [{ ms: Number(limit.value) * (SCALE[limit.unit] ?? 1), text: limitText(limit) }]
  })
  return limits.toSorted((a, b) => a.ms - b.ms)[0]
}
