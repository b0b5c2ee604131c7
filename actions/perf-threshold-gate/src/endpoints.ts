import { assess, type Group, type Run } from '@hardgate/load'
import type { Block, Inline, Table } from './page.ts'
import { shownCount, shownMs, shownShare } from './quantity.ts'

export interface Endpoint {
  readonly label: string
  readonly group: Group
  /** Milliseconds; undefined: not in the record. */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
}

const SHOWN = ['p50', 'p95', 'p99'] as const

/** Every label by its p95, the slowest first; without one last. */
export function endpointsOf(run: Run, failures: 'exclude' | 'include'): Endpoint[] {
  const wanted = SHOWN.map((metric) => ({ metric, scope: '**' }))
  const { measurements } = assess(run, wanted, { failures, confidence: undefined })
  const values = new Map<string, Map<string, number>>()
  for (const { metric, scope, value } of measurements) {
    if (scope === undefined) continue
    const own = values.get(scope) ?? new Map<string, number>()
    values.set(scope, own.set(metric, value))
  }
  const endpoints = [...run.groups].map(([label, group]): Endpoint => {
    const [p50, p95, p99] = SHOWN.map((metric) => values.get(label)?.get(metric))
    return { label, group, p50, p95, p99 }
  })
  return endpoints.toSorted((a, b) => (b.p95 ?? -1) - (a.p95 ?? -1))
}

const SLOWEST = 10
// a thousand of the longest labels still leave room for the rest of a summary
const MOST_FOLDED = 500

/** `all` with the slowest first. */
export function endpointBlocks(run: Run, all: readonly Endpoint[]): Block[] {
  if (all.length === 0) return []
  const slowest = all.slice(0, SLOWEST)
  const others = all.slice(SLOWEST, SLOWEST + MOST_FOLDED)
  const left = all.length - slowest.length - others.length
  const blocks: Block[] = [
    { kind: 'heading', text: all.length > SLOWEST ? 'Slowest endpoints' : 'Endpoints' },
    { kind: 'table', ...tableOf(slowest, run) },
  ]
  if (others.length === 0) return blocks
  const rest: Block[] = [{ kind: 'table', ...tableOf(others, run) }]
  if (left > 0) rest.push({ kind: 'text', parts: [`and ${shownCount(left)} more`] })
  return [...blocks, { kind: 'fold', title: `${shownCount(others.length + left)} other endpoints`, blocks: rest }]
}

function tableOf(endpoints: readonly Endpoint[], run: Run): Table {
  return {
    headers: ['endpoint', 'requests', 'share', 'p50', 'p95', 'p99', 'errors'],
    align: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    rows: endpoints.map(({ label, group, p50, p95, p99 }): Inline[] => [
      { code: group.isNested ? `${nameOf(label)} (in no total)` : nameOf(label) },
      shownCount(group.requests),
      group.isNested ? '–' : shareOf(group, run),
      latency(p50),
      latency(p95),
      latency(p99),
      errorsOf(group),
    ]),
  }
}

/** An endpoint may be called nothing at all. */
const nameOf = (label: string): string => (label.trim() === '' ? '""' : label)

const latency = (ms: number | undefined): string => (ms === undefined ? '–' : shownMs(ms))

export function shareOf({ requests }: Group, { total }: Run): string {
  return requests > total.requests ? '–' : shownShare({ numerator: requests, denominator: total.requests })
}

function errorsOf({ failures, requests }: Group): string {
  if (failures === undefined) return '–'
  return failures === 0
    ? '0'
    : `${shownCount(failures)} (${shownShare({ numerator: failures, denominator: requests })})`
}
