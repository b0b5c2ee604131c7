import { type Check, type FixedLimit, type Measurement, percentileOf, type Threshold } from '@hardgate/gate'
import type { Group, MeasureOptions, PrintedPercentile, Run } from '@hardgate/load'
import { shownCount, shownMs, shownNumber } from './quantity.ts'
import { limitText, nameOf, shortened } from './sentences.ts'

/** What the record alone says of a metric, without chance. */
export type RecordBounds = (which: Pick<Measurement, 'metric' | 'scope'>) => Measurement | undefined

export interface Doubt {
  readonly threshold: Threshold
  readonly measurement: Measurement
  readonly check: Check
  readonly run: Run
  readonly options: MeasureOptions
  readonly record: RecordBounds
}

/** Why a limit lies within what is known, and what would decide it. */
export function doubtOf(doubt: Doubt): string {
  const { measurement, threshold, record } = doubt
  const { limit } = threshold
  const { scope, unboundedAbove } = measurement
  if (unboundedAbove !== undefined) return scope === undefined ? unboundedAbove : `${scope}: ${unboundedAbove}`
  const alone = record(measurement)
  if (limit.from !== 'value' || alone === undefined || !isBetween(limit, alone)) return byChance(doubt)
  return byRecord(doubt, alone)
}

const SCALE: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

const inMs = ({ value, unit }: FixedLimit): number => Number(value) * (SCALE[unit] ?? 1)

function isBetween(limit: FixedLimit, { value, low = value, high = value }: Measurement): boolean {
  const at = inMs(limit)
  return low < high && low <= at && at <= high
}

/** The sample is too small for so near a limit. */
function byChance({ check, threshold, options }: Doubt): string {
  const { limit, metric } = threshold
  const subject =
    `${nameOf(check, metric)} ${typeof check.measured === 'string' ? shortened(check.measured) : ''}`.trim()
  const against = limit.from === 'value' ? limitText(limit) : 'the limit'
  const sure = options.confidence === undefined ? '' : ` with ${options.confidence} % confidence`
  return `${subject} is too close to ${against} to be decided${sure}. Let the test run longer`
}

function byRecord(doubt: Doubt, alone: Measurement): string {
  const { run, measurement } = doubt
  const group = measurement.scope === undefined ? run.total : run.groups.get(measurement.scope)
  const percent = percentileOf(measurement.metric) ?? (measurement.metric === 'med' ? '50' : undefined)
  const name = toolName(run)
  if (run.fidelity === 'points' && percent !== undefined && group?.printed !== undefined)
    return byPoints(doubt, { group, percent: Number(percent), name })
  const failures = mixedFailures(group, doubt.options)
  if (failures > 0) return byMixedFailures(doubt, { alone, failures, name })
  if (run.fidelity === 'buckets') return byBucket(doubt, alone, name)
  const { low = alone.value, high = alone.value } = alone
  const advice = run.timeStepMs > 0 && percent === undefined ? 'Let it write milliseconds' : adviceFor(run)
  return `${name} knows ${nameOf(measurement, measurement.metric)} to lie between ${shownIn(measurement.unit, low)} and ${shownIn(measurement.unit, high)} only, so ${quotedLine(doubt)} cannot be decided. ${advice}`
}

const shownIn = (unit: string, value: number): string => (unit === 'ms' ? shownMs(value) : shownNumber(value))

function mixedFailures(group: Group | undefined, { failures = 'exclude' }: MeasureOptions): number {
  return failures === 'exclude' && group !== undefined && group.ok === undefined ? (group.failures ?? 0) : 0
}

interface Mixed {
  readonly alone: Measurement
  readonly failures: number
  readonly name: string
}

function byMixedFailures(doubt: Doubt, { alone, failures, name }: Mixed): string {
  const { measurement, run } = doubt
  const { low = alone.value, high = alone.value } = alone
  const count = `${shownCount(failures)} failed ${failures === 1 ? 'request' : 'requests'}`
  return `${name} does not tell the ${count} from the others, so ${nameOf(measurement, measurement.metric)} of the successful ones lies somewhere from ${shownNumber(low)} to ${shownMs(high)}, and ${quotedLine(doubt)} cannot be decided. ${adviceFor(run)}`
}

/** `Locust's JSON counts everything from 495 to 505 ms as 500, so "p95 < 500ms" cannot be decided.` */
function byBucket(doubt: Doubt, { value, low = value, high = value }: Measurement, name: string): string {
  const { metric, line } = doubt.threshold
  const [from, to] = [edgeText(low), edgeText(high)]
  const written = (operator: string, edge: string): string =>
    `"${line.replace(/\S+ ?[<>]=? ?\S+( warn)?$/, `${metric} ${operator} ${edge}ms$1`)}"`
  // an edge that belongs to the bucket is met by it, one that does not is not
  const below = written(from === String(low) ? '<' : '<=', from)
  const above = written(to === String(high) ? '<=' : '<', to)
  return `${name} counts everything from ${from} to ${to} ms as ${edgeText(value)}, so ${quotedLine(doubt)} cannot be decided. ${adviceFor(doubt.run)}, or put the limit on an edge: ${below} or ${above}`
}

/** An open edge is the next number inwards: it is shown as the edge itself. */
const edgeText = (edge: number): string => String(Number(edge.toPrecision(9)))

interface Points {
  readonly group: Group
  readonly percent: number
  readonly name: string
}

function byPoints(doubt: Doubt, { group, percent, name }: Points): string {
  const { threshold, run } = doubt
  const { limit, line, metric, operator } = threshold
  const points = group.printed?.percentiles.toSorted((a, b) => a.percentile - b.percentile) ?? []
  const found = points.find((one) => one.percentile === percent)
  const at = limit.from === 'value' ? limitText(limit) : 'the limit'
  if (found !== undefined) {
    return `${name} prints p${percent} as ${shownMs(found.valueMs)}, which stands for ${edgeText(found.lowMs)} to ${edgeText(found.highMs)} ms, so ${quotedLine(doubt)} cannot be decided. ${adviceFor(run)}`
  }
  const below = points.findLast((one) => one.percentile < percent)
  const above = points.find((one) => one.percentile > percent)
  const printed = [below, above].flatMap((one) => (one === undefined ? [] : [pointText(one)]))
  const other = below === undefined ? '' : `"${line.replace(metricIn(line, metric), `p${below.percentile}`)}"`
  const advice = WITH_PERCENTILE[run.tool]
  const use =
    other === '' || !operator.startsWith('<')
      ? adviceFor(run)
      : `${advice === undefined ? 'Use' : `${advice}; or use`} ${other}`
  return `${name} prints ${printed.join(' and ')} but no p${percent}, and ${at} lies between. ${use}`
}

const pointText = ({ percentile, valueMs }: PrintedPercentile): string => `p${percentile} (${shownMs(valueMs)})`

/** As the line writes it: `p95` or `p(95)`, behind the scope. */
function metricIn(line: string, metric: string): string {
  const written = /(\S+) ?[<>]=? ?\S+(?: warn)?$/.exec(line)?.[1]
  return written ?? metric
}

const WITH_PERCENTILE: Readonly<Record<string, string>> = { wrk: 'wrk2 prints it' }

const quotedLine = ({ threshold }: Doubt): string => `"${threshold.line}"`

const TOOLS: Readonly<Record<string, string>> = {
  locust: "Locust's JSON",
  'locust-html': "Locust's HTML report",
  'locust-stats': "Locust's CSV",
  'k6-summary': "k6's summary",
  'jmeter-statistics': "JMeter's dashboard",
  'gatling-stats': "Gatling's statistics",
  artillery: 'Artillery',
  'vegeta-report': "vegeta's report",
  'oha-json': "oha's JSON",
  'hey-text': "hey's text",
  'h2load-text': "h2load's text",
}

const toolName = ({ format, tool }: Run): string => TOOLS[format] ?? TOOLS[tool] ?? tool

/** The record of the same tool that holds every request. */
const RAW: Readonly<Record<string, string>> = {
  locust: 'Write a request log (CsvRequestLogger, Locust 2.44 or later; load-test does it by itself)',
  k6: 'Write the points (k6 run --out json=points.json.gz)',
  jmeter: 'Give the JTL itself',
  gatling: 'Give simulation.log itself',
  artillery: 'Move the limit, or use a tool that writes every request',
  vegeta: 'Give the attack itself (vegeta encode)',
  hey: "Write hey's CSV (hey -o csv) beside it",
  oha: "Write oha's CSV",
  ghz: 'Write the JSON with all details (ghz -O json)',
  ab: 'Write a gnuplot log (ab -g)',
  h2load: 'Write a log (h2load --log-file)',
}

const adviceFor = ({ tool }: Run): string => RAW[tool] ?? 'Move the limit, or use a tool that writes every request'
