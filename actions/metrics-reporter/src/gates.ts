import { isInScope } from '@hardgate/gate'
import type { CoverageValues, GatePart, MetricPart } from './build-event.ts'
import { COVERAGE_KINDS, shareOf } from './coverage.ts'
import { eventText, LONG_MAX, note, TEXT_MAX } from './event-text.ts'
import { METRIC_NAME, METRIC_UNIT } from './metric-lines.ts'
import { normalUnit, normalValue } from './units.ts'
import type { ReadMeasurement, ReadVerdict } from './verdict-reading.ts'

const METRICS_MAX = 100
const THRESHOLDS_MAX = 100

export interface VerdictFile {
  /** Base name. */
  readonly file: string
  readonly verdict: ReadVerdict
}

export interface GatesFound {
  readonly gates: readonly GatePart[]
  readonly metrics: readonly MetricPart[]
  /** Of each verdict that measured the lines of the whole. */
  readonly coverages: readonly CoverageValues[]
  readonly notes: readonly string[]
}

/** What the gates of the job found: an entry each, and what they measured of the whole or judged. */
export function gatesOf(files: readonly VerdictFile[]): GatesFound {
  const found = files.map((one) => {
    const label = labelOf(one, files)
    return { gate: gatePart(one, label), ...metricsOf(one.verdict, label), coverage: coverageIn(one.verdict) }
  })
  return {
    gates: found.map(({ gate }) => gate),
    metrics: found.flatMap(({ metrics }) => metrics),
    coverages: found.flatMap(({ coverage }) => coverage ?? []),
    notes: found.flatMap(({ notes }) => notes),
  }
}

function labelOf({ file, verdict }: VerdictFile, files: readonly VerdictFile[]): string {
  const isAlone = files.filter((other) => other.verdict.gate === verdict.gate).length === 1
  return isAlone ? verdict.gate : eventText(`${verdict.gate}:${file}`)
}

function gatePart({ file, verdict }: VerdictFile, gate: string): GatePart {
  const reason = eventText(verdict.reason ?? '', LONG_MAX)
  return { gate, outcome: verdict.outcome, ...(reason === '' ? {} : { reason }), file: eventText(file) }
}

function metricsOf(verdict: ReadVerdict, gate: string): { metrics: MetricPart[]; notes: string[] } {
  const isJudged = judgedBy(verdict.thresholds)
  const wanted = verdict.measurements.filter((one) => isWhole(one) || isJudged(one))
  const metrics = wanted.flatMap((one) => metricPart(one, gate) ?? [])
  const notes = []
  if (metrics.length < wanted.length) notes.push(note('metrics-unfit', `${wanted.length - metrics.length} of ${gate}`))
  if (metrics.length > METRICS_MAX)
    notes.push(note('truncated', `metrics of ${gate} ${metrics.length} to ${METRICS_MAX}`))
  return { metrics: metrics.slice(0, METRICS_MAX), notes }
}

/** undefined: the event has no place for such a name, unit or number. */
function metricPart(
  { metric, scope, value, unit, low, high, samples }: ReadMeasurement,
  gate: string,
): MetricPart | undefined {
  const moved = (number: number): number | undefined => normalValue(String(number), unit)
  const normal = {
    value: moved(value),
    low: low === undefined ? undefined : moved(low),
    high: high === undefined ? undefined : moved(high),
  }
  if (normal.value === undefined || !METRIC_NAME.test(metric) || !METRIC_UNIT.test(normalUnit(unit))) return undefined
  const part = isWhole({ scope }) ? '' : eventText(scope)
  return {
    name: metric,
    value: normal.value,
    unit: normalUnit(unit),
    gate,
    ...(part === '' ? {} : { scope: part }),
    ...(normal.low === undefined ? {} : { low: normal.low }),
    ...(normal.high === undefined ? {} : { high: normal.high }),
    ...(samples !== undefined && Number.isSafeInteger(samples) && samples >= 0 ? { samples } : {}),
  }
}

/** undefined: this verdict says nothing about the lines of the whole, or has no data behind what it says. */
function coverageIn({ outcome, measurements }: ReadVerdict): CoverageValues | undefined {
  if (outcome === 'no-data') return undefined
  const values = COVERAGE_KINDS.flatMap((kind) => {
    const [one, ...more] = measurements.filter(
      ({ metric, scope }) => isWhole({ scope }) && metric.replace('.', '_') === kind,
    )
    const unit = one === undefined ? undefined : unitOfShare(one.unit)
    const share =
      one === undefined || unit === undefined || more.length > 0 ? undefined : shareOf(String(one.value), unit)
    return share === undefined ? [] : [[kind, share] as const]
  })
  const coverage: CoverageValues = Object.fromEntries(values)
  return coverage.lines === undefined ? undefined : coverage
}

function unitOfShare(unit: string): '%' | '1' | undefined {
  if (unit === '%') return '%'
  return unit === '' || unit === '1' ? '1' : undefined
}

const isWhole = ({ scope }: { readonly scope: string }): boolean => scope === '' || scope === '*'

/** A threshold line reads `scope: metric operator limit`; the scope ends at the last colon that lets it. */
const SCOPED_LINE = /^(.{1,300}): ([A-Za-z_][\w.]*(?:\([\d.]*\)[\w.]*)?) ?[<>=!]/

function judgedBy(thresholds: readonly string[]): (one: ReadMeasurement) => boolean {
  const scoped = thresholds.slice(0, THRESHOLDS_MAX).flatMap((line) => {
    const [, scope, metric] = SCOPED_LINE.exec(line) ?? []
    return scope === undefined || metric === undefined ? [] : [{ scope, metric: metric.replace(/^p\((.*?)\)/, 'p$1') }]
  })
  return ({ metric, scope }) =>
    scoped.some(
      (one) => one.metric === metric && (one.scope === scope || isInScope(one.scope, scope.slice(0, TEXT_MAX))),
    )
}
