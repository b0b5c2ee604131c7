import type { BuildEvent } from '../build-event.ts'
import { labelsOf } from '../labels.ts'
import { type Attribute, attributes, repositoryOf } from './otlp-wire.ts'

interface Point {
  readonly attributes: readonly Attribute[]
  readonly startTimeUnixNano?: string
  readonly timeUnixNano: string
}

export interface NumberPoint extends Point {
  readonly asDouble?: number
  readonly asInt?: string
}

export interface HistogramPoint extends Point {
  readonly count: string
  readonly sum: number
  readonly min: number
  readonly max: number
  readonly explicitBounds: readonly number[]
  /** One more than bounds. */
  readonly bucketCounts: readonly string[]
}

export interface Metric {
  readonly name: string
  readonly unit: string
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] }
  readonly sum?: Aggregate<NumberPoint> & { readonly isMonotonic: true }
  readonly histogram?: Aggregate<HistogramPoint>
}

export interface Aggregate<P> {
  /** 1: delta, 2: cumulative. */
  readonly aggregationTemporality: 1 | 2
  readonly dataPoints: readonly P[]
}

export function pointsIn({ gauge, sum, histogram }: Metric): number {
  return (gauge ?? sum ?? histogram)?.dataPoints.length ?? 0
}

/** By which a series is told from others: few values over the life of a repository, and what `labels` adds. */
export function pointAttributes(event: BuildEvent, added: Readonly<Record<string, string>>): Attribute[] {
  const { workflow, task, event: trigger, ref_class, status, runner_os } = labelsOf(event)
  const ofRun = event.type === 'ci.run.completed'
  return attributes({
    ...Object.fromEntries(Object.entries(added).map(([name, value]) => [nameOfLabel(name), value])),
    ...repositoryOf(event),
    'cicd.pipeline.name': workflow,
    'cicd.pipeline.task.name': task,
    [ofRun ? 'cicd.pipeline.result' : 'cicd.pipeline.task.run.result']: status,
    'ci.event': trigger,
    'ci.ref.class': ref_class,
    'ci.runner.os': runner_os,
  })
}

/** The id of a run on every point is something to ask for: each is a new series. */
const LABEL_NAMES: ReadonlyMap<string, string> = new Map([
  ['branch', 'vcs.ref.head.name'],
  ['actor', 'ci.actor'],
  ['build_id', 'ci.build.id'],
  ['run_id', 'cicd.pipeline.run.id'],
])

const nameOfLabel = (name: string): string => LABEL_NAMES.get(name) ?? `ci.attribute.${name}`
