import { readAttributes } from './attributes.ts'
import type { BuildEvent, GatePart, MetricPart } from './build-event.ts'
import { coverageOf } from './coverage.ts'
import { note } from './event-text.ts'
import { gatesOf } from './gates.ts'
import { readMetricLines } from './metric-lines.ts'
import type { Told } from './told.ts'
import type { VerdictsFound } from './verdict-files.ts'

const METRICS_MAX = 200
const GATES_MAX = 64

/** The values of an event that were measured in its job. */
export type MeasuredPart = Pick<BuildEvent, 'coverage_percent' | 'coverage' | 'gates' | 'metrics' | 'attributes'>

export interface Measured {
  readonly part: MeasuredPart
  /** All of them, also those that the event has no room for. */
  readonly gates: readonly GatePart[]
  readonly notes: readonly string[]
}

/** From the inputs and the verdict files. What is unknown is absent. */
export function measuredOf(told: Pick<Told, 'coverage' | 'metrics' | 'attributes'>, verdicts: VerdictsFound): Measured {
  const gates = gatesOf(verdicts.files)
  const coverage = coverageOf(told.coverage, gates.coverages)
  const lines = readMetricLines(told.metrics)
  const metrics = distinct([...lines.metrics, ...gates.metrics])
  const { attributes, notes } = readAttributes(told.attributes)
  return {
    part: {
      ...(coverage.percent === undefined ? {} : { coverage_percent: coverage.percent }),
      ...(coverage.coverage === undefined ? {} : { coverage: coverage.coverage }),
      ...(gates.gates.length === 0 ? {} : { gates: gates.gates.slice(0, GATES_MAX) }),
      ...(metrics.kept.length === 0 ? {} : { metrics: metrics.kept }),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    },
    gates: gates.gates,
    notes: [verdicts.notes, gates.notes, coverage.notes, lines.notes, metrics.notes, notes].flat(),
  }
}

/** One point a series: a second value of the same name, gate, scope and unit would overwrite the first somewhere. */
function distinct(metrics: readonly MetricPart[]): { kept: MetricPart[]; notes: string[] } {
  const series = new Map<string, MetricPart>()
  const notes: string[] = []
  for (const metric of metrics) {
    const key = JSON.stringify([metric.name, metric.gate, metric.scope, metric.unit])
    if (series.has(key)) notes.push(note('metric-twice', metric.name))
    else series.set(key, metric)
  }
  const kept = [...series.values()]
  if (kept.length > METRICS_MAX) notes.push(note('truncated', `metrics ${kept.length} to ${METRICS_MAX}`))
  return { kept: kept.slice(0, METRICS_MAX), notes }
}
