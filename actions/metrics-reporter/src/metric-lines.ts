import type { MetricPart } from './build-event.ts'
import { note } from './event-text.ts'
import { normalUnit, normalValue } from './units.ts'

export const METRIC_NAME = /^[A-Za-z_][A-Za-z0-9_.]{0,99}$/
export const METRIC_UNIT = /^[A-Za-z0-9%/{}._-]{1,32}$/

/** What the input `metrics` says, and a note for each line that cannot be read: its step was skipped or failed. */
export function readMetricLines(text: string): { metrics: readonly MetricPart[]; notes: readonly string[] } {
  const metrics: MetricPart[] = []
  const notes: string[] = []
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line === '') continue
    const metric = readMetricLine(line)
    if (metric === undefined) notes.push(note('metric-unreadable', line.split('=')[0]?.trim()))
    else metrics.push(metric)
  }
  return { metrics, notes }
}

function readMetricLine(line: string): MetricPart | undefined {
  const [, name = '', number = '', given = ''] =
    /^([^\s=]+)\s*=\s*([^\s%A-Za-z]+(?:[eE][+-]?\d+)?)\s*(\S*)$/.exec(line) ?? []
  const value = normalValue(number, given)
  const unit = normalUnit(given)
  if (value === undefined || !METRIC_NAME.test(name) || !METRIC_UNIT.test(unit)) return undefined
  return { name, value, unit }
}
