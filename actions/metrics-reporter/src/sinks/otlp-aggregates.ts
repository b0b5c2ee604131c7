import type { BuildEvent, RunEvent } from '../build-event.ts'
import { type Aggregate, type HistogramPoint, type Metric, pointAttributes } from './otlp-points.ts'
import { type Attribute, attributes, errorType, momentsOf, nanoseconds, repositoryOf } from './otlp-wire.ts'

/** Upper ends of the buckets, in seconds: a second to six hours. */
const BOUNDS = [1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600]

/** What adds up over events: a count of jobs, a histogram of runs. */
export function aggregates(
  event: BuildEvent,
  labels: Readonly<Record<string, string>>,
  temporality: 'delta' | 'cumulative',
): Metric[] {
  const aggregationTemporality = temporality === 'delta' ? 1 : 2
  const times = timesOf(event)
  if (event.type === 'ci.run.completed') {
    const dataPoints = phasesOf(event).map((phase) => histogramPoint(phase, times))
    const histogram: Aggregate<HistogramPoint> = { aggregationTemporality, dataPoints }
    return dataPoints.length === 0 ? [] : [{ name: 'cicd.pipeline.run.duration', unit: 's', histogram }]
  }
  const dataPoints = [{ attributes: pointAttributes(event, labels), ...times, asInt: '1' }]
  return [{ name: 'ci.job.completed', unit: '{job}', sum: { aggregationTemporality, isMonotonic: true, dataPoints } }]
}

interface Times {
  readonly startTimeUnixNano?: string
  readonly timeUnixNano: string
}

function timesOf(event: BuildEvent): Times {
  const { startMs, endMs } = momentsOf(event)
  const timeUnixNano = nanoseconds(endMs)
  return startMs === undefined ? { timeUnixNano } : { startTimeUnixNano: nanoseconds(startMs), timeUnixNano }
}

interface Phase {
  readonly attributes: readonly Attribute[]
  readonly seconds: number
}

/** The conventions split a run where its first job starts; where that is unknown, so are the lengths of both parts. */
function phasesOf(event: RunEvent): Phase[] {
  const { duration_seconds: whole, time, run, status } = event
  const { queued_seconds: pending } = time
  if (pending === undefined) return []
  const phase = (seconds: number, own: Readonly<Record<string, string | undefined>>): Phase => ({
    seconds,
    // Prometheus makes labels of a point's attributes alone: without the repository two pipelines "CI" would be one
    attributes: attributes({ ...repositoryOf(event), 'cicd.pipeline.name': run.workflow, ...own }),
  })
  const phases = [phase(pending, { 'cicd.pipeline.run.state': 'pending' })]
  if (whole === undefined || whole < pending) return phases
  // in whole milliseconds: 143.6 - 8.1 is 135.5 and not 135.5 and a bit
  const executing = (Math.round(whole * 1000) - Math.round(pending * 1000)) / 1000
  const result = { 'cicd.pipeline.result': status, 'error.type': errorType(event) }
  return [...phases, phase(executing, { 'cicd.pipeline.run.state': 'executing', ...result })]
}

/** A histogram of one. */
function histogramPoint({ attributes: own, seconds }: Phase, times: Times): HistogramPoint {
  // a bound belongs to the bucket below it
  const bucket = BOUNDS.findIndex((bound) => seconds <= bound)
  const place = bucket === -1 ? BOUNDS.length : bucket
  return {
    attributes: own,
    ...times,
    count: '1',
    sum: seconds,
    min: seconds,
    max: seconds,
    explicitBounds: BOUNDS,
    bucketCounts: Array.from({ length: BOUNDS.length + 1 }, (_, index) => (index === place ? '1' : '0')),
  }
}
