import { percentilesOf, timeIn } from './json-parts.ts'
import type { JsonObject } from './json-picker.ts'
import { type PrintedTime, printedSummary, widened } from './printed-time.ts'
import { countOf, quoted } from './reported-number.ts'
import type { PrintedGroup } from './sink.ts'

const MILLISECONDS = 0
/** Values are rounded to one decimal. */
const HALF_UNIT = 0.05
/** Of Artillery's DDSketch. */
const SKETCH_ERROR = 0.01
const PERCENTILE = /^p([0-9]{2}(?:_[0-9]+)?)$/

/** One summary of Artillery. `p999` is 99.9 %; `median` is `p50` by another name. */
export function artilleryTimes(summary: JsonObject, name: string): Omit<PrintedGroup, 'includesFailures'> {
  const place = quoted(name)
  const time = (key: string): number | undefined => timeIn(summary.get(key), MILLISECONDS, `${place}: "${key}"`)
  const [min, max] = [time('min'), time('max')]
  const bounds = (ms: number): PrintedTime => {
    const { lowMs, highMs } = widened(rounded(ms), SKETCH_ERROR)
    // the sketch knows the shortest and the longest exactly
    return {
      valueMs: ms,
      lowMs: Math.min(ms, Math.max(lowMs, min === undefined ? 0 : rounded(min).lowMs)),
      highMs: Math.max(ms, Math.min(highMs, max === undefined ? highMs : rounded(max).highMs)),
    }
  }
  const renamed: JsonObject = new Map([...summary].map(([key, value]) => [key.replace(/^p(99)(9+)$/, 'p$1_$2'), value]))
  const percentiles = percentilesOf(renamed, { key: PERCENTILE, power: MILLISECONDS, place, bounds })
  return {
    counted: countOf(summary.get('count'), `${place}: "count"`),
    percentiles: max === undefined ? percentiles : [...percentiles, { percentile: 100, ...rounded(max) }],
    ...printedSummary({ average: optional(time('mean')), min: optional(min), max: optional(max) }),
  }
}

function rounded(ms: number): PrintedTime {
  return { valueMs: ms, lowMs: Math.max(0, ms - HALF_UNIT), highMs: ms + HALF_UNIT }
}

function optional(ms: number | undefined): PrintedTime | undefined {
  return ms === undefined ? undefined : rounded(ms)
}
