import { isObject, type JsonObject, type JsonValue, textAt } from './json-picker.ts'
import { countOf, latencyOf, numberOf, refuse } from './reported-number.ts'
import type { PrintedPercentile } from './sink.ts'

/** One metric of a summary of k6, or a part of it: `http_req_duration{name:/a}`. */
export interface K6Metric {
  /** Without the tags. */
  readonly name: string
  /** `name:/a`; '' for the whole metric. */
  readonly tags: string
  readonly values: JsonObject
  readonly thresholds: readonly { readonly expression: string; readonly isFailed: boolean }[]
  /** For a message. */
  readonly place: string
}

/** Of a trend: latencies in milliseconds. */
export interface K6Trend {
  readonly percentiles: readonly PrintedPercentile[]
  readonly averageMs: number | undefined
  readonly minMs: number | undefined
  readonly maxMs: number | undefined
  readonly count: number | undefined
  /** k6 prints 0 for everything where it has no sample, and then takes its thresholds for met. */
  readonly isEmpty: boolean
}

/** `p(95)`; `p95` in the machine-readable summary of k6 1.8.1 and 2.1.0 (run). */
const PERCENTILE = /^p(?:\(([0-9]+(?:\.[0-9]+)?)\)|([0-9]+(?:\.[0-9]+)?))$/

/** From any of the three shapes: values beside the thresholds (legacy), or in an object of their own. */
export function metricFrom(fullName: string, metric: JsonValue): K6Metric {
  const place = `the metric ${fullName}`
  const object = isObject(metric) ? metric : refuse(metric, place, 'an object')
  const brace = fullName.indexOf('{')
  const own = object.get('values')
  return {
    name: brace < 0 ? fullName : fullName.slice(0, brace),
    tags: brace < 0 ? '' : fullName.slice(brace + 1, fullName.endsWith('}') ? -1 : undefined),
    values: isObject(own) ? own : object,
    thresholds: thresholdsOf(object.get('thresholds')),
    place,
  }
}

/** The name of a metric in a list of them. */
export function listedMetric(metric: JsonValue): K6Metric {
  const name = isObject(metric) ? textAt(metric, 'name') : undefined
  return metricFrom(name ?? refuse(undefined, 'the name of a metric', 'a text'), metric)
}

/** `{"p(95)<500": true}` of the legacy summary says that it FAILED; elsewhere it is `{"p(95)<500": {"ok": true}}`. */
function thresholdsOf(thresholds: JsonValue | undefined): K6Metric['thresholds'] {
  if (!isObject(thresholds)) return []
  return [...thresholds].map(([expression, result]) => {
    return { expression, isFailed: isObject(result) ? result.get('ok') !== true : result !== false }
  })
}

export function trendOf({ values, place }: K6Metric): K6Trend {
  const at = (key: string): number | undefined =>
    values.has(key) ? latencyOf(values.get(key), `${place}: "${key}"`) : undefined
  const percentiles = [...values.keys()].flatMap((key) => {
    const percentile = percentileOf(key)
    const valueMs = percentile === undefined ? undefined : at(key)
    return percentile === undefined || valueMs === undefined
      ? []
      : [{ percentile, valueMs, lowMs: valueMs, highMs: valueMs }]
  })
  const [averageMs, minMs, maxMs] = [at('avg'), at('min'), at('max')]
  const count = values.has('count') ? countOf(values.get('count'), `${place}: "count"`) : undefined
  const all = [averageMs, minMs, maxMs, ...percentiles.map(({ valueMs }) => valueMs)]
  const isEmpty = count === 0 || all.every((value) => value === undefined || value === 0)
  return {
    percentiles: percentiles.sort((a, b) => a.percentile - b.percentile),
    averageMs,
    minMs,
    maxMs,
    count,
    isEmpty,
  }
}

function percentileOf(key: string): number | undefined {
  if (key === 'med') return 50
  if (key === 'max') return 100
  const [, inBrackets, bare] = PERCENTILE.exec(key) ?? []
  const percentile = Number(inBrackets ?? bare)
  return percentile > 0 && percentile <= 100 ? percentile : undefined
}

/**
 * How often a rate was true, and how often in all: `passes` and `fails`, or `matches` and `total`. Of `http_req_failed`
 * the true ones are the requests that failed. undefined where only the share is there.
 */
export function rateOf({ values, place }: K6Metric): { readonly trues: number; readonly total: number } | undefined {
  const at = (key: string): number => countOf(values.get(key), `${place}: "${key}"`)
  if (values.has('passes') && values.has('fails')) return { trues: at('passes'), total: at('passes') + at('fails') }
  return values.has('matches') && values.has('total') ? { trues: at('matches'), total: at('total') } : undefined
}

export function counterOf({ values, place }: K6Metric): number {
  return countOf(values.get('count'), `${place}: "count"`)
}

/** A number that is only shown, or helps to find another one: undefined where it is not there. */
export function valueAt({ values }: K6Metric, key: string): number | undefined {
  const value = numberOf(values.get(key))
  return Number.isFinite(value) && value >= 0 ? value : undefined
}
