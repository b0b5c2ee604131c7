import { type DocumentHandler, DocumentReader } from './document-reader.ts'
import { EmbeddedJson } from './embedded-json.ts'
import { ITEM, isObject, type JsonObject, type JsonValue, textAt } from './json-picker.ts'
import { isTotal, type LocustRow, printedRow } from './locust-printed.ts'
import { utcMs } from './locust-time.ts'
import { countOf, latencyOf, numberOf, refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { asciiOf } from './sniff-text.ts'

const MARKER = 'window.templateArgs'
const PERCENTILE = /^(?:response_time_percentile_)?(0\.[0-9]+|1\.0|1)$/
/** One every five seconds. */
const MOST_POINTS = 1_000_000

/** The report of `locust --html`, of versions that put their numbers into it as one JSON object (2.23 and later). */
export const locustHtml: LoadReader = {
  format: 'locust-html',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: sniffLocustHtml,
  open: (sink) => new EmbeddedJson(MARKER, new DocumentReader(new TemplateArgs(sink))),
}

/** In later versions the object comes behind a script that is longer than what is sniffed. */
function sniffLocustHtml(head: Uint8Array): number {
  const text = asciiOf(head)
  if (!/^\s*<(?:!doctype\s+html|html)/i.test(text)) return 0
  if (text.includes(`${MARKER} = {`)) return 1
  return text.includes('<title>Locust</title>') ? 0.9 : 0
}

interface Row {
  /** undefined: the row of all requests. */
  readonly label: number | undefined
  readonly name: string
  readonly row: LocustRow
}

interface Percentiles {
  readonly name: string
  readonly percentiles: LocustRow['percentiles']
}

class TemplateArgs implements DocumentHandler {
  readonly picks = [
    { path: ['requests_statistics', ITEM], take: (value: JsonValue) => this.#statistics(value) },
    { path: ['response_time_statistics', ITEM], take: (value: JsonValue) => this.#responseTimes(value) },
    { path: ['history', ITEM], take: (value: JsonValue) => this.#moment(value) },
    { path: ['failures_statistics', ITEM], take: (value: JsonValue) => this.#failure(value) },
    { path: ['exceptions_statistics', ITEM], take: (value: JsonValue) => this.#exception(value) },
    { path: ['start_time'], take: (value: JsonValue) => this.#times.set('start', value) },
    { path: ['end_time'], take: (value: JsonValue) => this.#times.set('end', value) },
  ]
  readonly #sink: LoadSink
  readonly #rows: Row[] = []
  /** It is told when the next one comes: the last one is the total. */
  #last: { readonly name: string; readonly method: string; readonly row: LocustRow } | undefined
  /** In the order of the rows. */
  readonly #percentiles: Percentiles[] = []
  readonly #times = new Map<string, JsonValue>()
  readonly #users: { readonly time: string; readonly count: number }[] = []

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    this.#endLast()
    if (this.#rows.length === 0 && why === undefined) {
      throw new LoadProblem('no-samples', `its ${MARKER} has no requests_statistics: nothing was measured`)
    }
    for (const [i, row] of this.#rows.entries()) this.#tell(row, this.#percentiles[i])
    this.#tellTimes()
  }

  #tell({ label, name, row }: Row, more: Percentiles | undefined): void {
    if (label === undefined && row.requests === 0) {
      throw new LoadProblem('no-samples', 'its row of all requests has 0 of them: nothing was measured')
    }
    const all = new Map(row.percentiles.map((printed) => [printed.percentile, printed]))
    if (more?.name === name) for (const printed of more.percentiles) all.set(printed.percentile, printed)
    const percentiles = [...all.values()].sort((a, b) => a.percentile - b.percentile)
    this.#sink.printed(label, { ...printedRow({ ...row, percentiles }), within: extremesOf(row) })
  }

  #tellTimes(): void {
    const start = timeText(this.#times.get('start'))
    const startMs = utcMs(start)
    const endMs = utcMs(timeText(this.#times.get('end')))
    this.#sink.facts({
      tool: 'locust',
      isClosedLoop: true,
      ...(Number.isNaN(startMs) ? {} : { startMs }),
      ...(Number.isNaN(endMs) ? {} : { endMs }),
    })
    for (const { time, count } of this.#users) this.#sink.users(utcMs(time, startMs), count)
  }

  #endLast(): void {
    if (this.#last === undefined) return
    const { name, method, row } = this.#last
    this.#last = undefined
    if (isTotal(method, name)) this.#rows.push({ label: undefined, name, row })
    else {
      this.#rows.push({ label: this.#sink.label(name, method), name, row })
      this.#sink.partial('the row of all requests together is missing')
    }
  }

  #statistics(value: JsonValue): void {
    const place = `requests_statistics, entry ${this.#rows.length + (this.#last === undefined ? 1 : 2)}`
    const entry = isObject(value) ? value : refuse(value, place, 'an object with the statistics of one name')
    if (this.#last !== undefined) {
      const { name, method, row } = this.#last
      this.#rows.push({ label: this.#sink.label(name, method), name, row })
    }
    const latency = (key: string): number => latencyOf(entry.get(key), `${place}: "${key}"`)
    this.#last = {
      name: nameOf(entry),
      method: unescaped(textAt(entry, 'method') ?? ''),
      row: {
        requests: countOf(entry.get('num_requests'), `${place}: "num_requests"`),
        failures: countOf(entry.get('num_failures'), `${place}: "num_failures"`),
        averageMs: latency('avg_response_time'),
        minMs: latency('min_response_time'),
        maxMs: latency('max_response_time'),
        percentiles: percentilesOf(entry, place),
      },
    }
  }

  #responseTimes(value: JsonValue): void {
    const place = `response_time_statistics, entry ${this.#percentiles.length + 1}`
    const entry = isObject(value) ? value : refuse(value, place, 'an object with percentiles of one name')
    // A page has as many of them as rows; sorted keys bring the rows first.
    this.#percentiles.push({ name: nameOf(entry), percentiles: percentilesOf(entry, place) })
  }

  #moment(value: JsonValue): void {
    if (!isObject(value) || this.#users.length === MOST_POINTS) return
    const users = value.get('user_count')
    // First a number, later a pair of time and number.
    const count = numberOf(Array.isArray(users) ? users[1] : users)
    if (count >= 0) this.#users.push({ time: textAt(value, 'time') ?? '', count })
  }

  #failure(value: JsonValue): void {
    if (!isObject(value)) return
    const count = countOf(value.get('occurrences'), 'failures_statistics: "occurrences"')
    const label = this.#sink.label(nameOf(value), unescaped(textAt(value, 'method') ?? ''))
    this.#sink.error(unescaped(textAt(value, 'error') ?? ''), count, label)
  }

  #exception(value: JsonValue): void {
    if (!isObject(value)) return
    const count = countOf(value.get('count'), 'exceptions_statistics: "count"')
    this.#sink.error(unescaped(textAt(value, 'msg') ?? ''), count)
  }
}

function percentilesOf(entry: JsonObject, place: string): LocustRow['percentiles'] {
  return [...entry].flatMap(([key, value]) => {
    const share = PERCENTILE.exec(key)?.[1]
    // 0.57 * 100 is a little less than 57.
    const percentile = Number((Number(share) * 100).toPrecision(12))
    return share === undefined ? [] : [{ percentile, valueMs: latencyOf(value, `${place}: "${key}"`) }]
  })
}

/** A page has them in whole milliseconds; its average is not rounded. */
function extremesOf({ minMs = 0, maxMs = 0 }: LocustRow): NonNullable<PrintedGroup['within']> {
  return { minMs: [Math.max(0, minMs - 0.5), minMs + 0.5], maxMs: [Math.max(0, maxMs - 0.5), maxMs + 0.5] }
}

function nameOf(entry: JsonObject): string {
  return unescaped(textAt(entry, 'name') ?? '')
}

function timeText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
}

/** Up to 2.31 and some later ones Locust escapes names for HTML before it writes them as JSON. */
function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#34|#39|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
}
