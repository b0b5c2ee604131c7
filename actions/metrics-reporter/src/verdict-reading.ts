import type { GatePart } from './build-event.ts'
import { eventText } from './event-text.ts'
import { membersOf, numberAt, parsedJson, textAt, valueAt } from './json-path.ts'

/** What is taken from a verdict file. Any code of the job can write one: it is data, and every field is checked. */
export interface ReadVerdict {
  readonly gate: string
  readonly outcome: GatePart['outcome']
  readonly reason?: string
  readonly measurements: readonly ReadMeasurement[]
  /** The lines of the threshold language that were judged. */
  readonly thresholds: readonly string[]
}

export interface ReadMeasurement {
  readonly metric: string
  readonly scope: string
  readonly value: number
  readonly unit: string
  readonly low?: number
  readonly high?: number
  readonly samples?: number
}

const OUTCOMES = ['pass', 'fail', 'inconclusive', 'no-data'] as const

/** A text says why the file is no verdict that can be read. */
export function readVerdict(json: string): ReadVerdict | string {
  const parsed = parsedJson(json)
  if (parsed === undefined) return 'no JSON, or cut off'
  const verdict = parsed.value
  if (membersOf(verdict) === undefined) return 'no verdict'
  if (valueAt(verdict, 'schemaVersion') !== 1) return 'unknown schemaVersion'
  const gate = eventText(textAt(verdict, 'gate') ?? '')
  const outcome = OUTCOMES.find((one) => one === valueAt(verdict, 'outcome'))
  if (gate === '' || outcome === undefined) return 'no gate or outcome'
  const [reason] = listAt(verdict, 'reasons')
  return {
    gate,
    outcome,
    ...(typeof reason === 'string' ? { reason } : {}),
    measurements: listAt(verdict, 'measurements').flatMap(readMeasurement),
    thresholds: listAt(verdict, 'checks').flatMap((check) => textAt(check, 'threshold') ?? []),
  }
}

function readMeasurement(json: unknown): ReadMeasurement[] {
  const metric = textAt(json, 'metric')
  const value = numberAt(json, 'value')
  const unit = valueAt(json, 'unit')
  const scope = valueAt(json, 'scope') ?? ''
  if (metric === undefined || value === undefined || typeof unit !== 'string' || typeof scope !== 'string') return []
  const numbers = (['low', 'high', 'samples'] as const).map((key) => [key, numberAt(json, key)] as const)
  return [{ metric, scope, value, unit, ...Object.fromEntries(numbers.filter(([, number]) => number !== undefined)) }]
}

function listAt(json: unknown, key: string): readonly unknown[] {
  const list = valueAt(json, key)
  return Array.isArray(list) ? list : []
}
