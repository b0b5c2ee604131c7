import type { DelimitedFields } from '@hardgate/scan'
import { columnOf, type HeadedHandler, HeadedRecords, neededColumn, withoutReturn } from './headed-records.ts'
import { isTotal, type LocustRow, printedRow } from './locust-printed.ts'
import { countOf, latencyOf } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

const TYPE = ['type', 'method']
const REQUESTS = ['request count', '# requests']
const FAILURES = ['failure count', '# failures']
const PERCENTILE = /^([0-9]+(?:\.[0-9]+)?)%$/
const NOT_THERE = 'N/A'

/** `PREFIX_stats.csv`, the summary that `locust --csv` writes. */
export const locustStats: LoadReader = {
  format: 'locust-stats',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffColumns(head, [TYPE, ['name'], REQUESTS, FAILURES, ['max response time']]),
  open: (sink) => new HeadedRecords(new StatsRows(sink)),
}

interface Named {
  readonly method: string
  readonly name: string
  readonly row: LocustRow
}

// The first seven columns that are asked for; percentiles follow.
const COLUMNS = ['Type', 'Name', 'Request Count', 'Failure Count', 'Average', 'Min', 'Max Response Time'] as const
const FIRST_PERCENTILE = COLUMNS.length

class StatsRows implements HeadedHandler {
  readonly #sink: LoadSink
  #percentiles: readonly number[] = []
  /** The row before is told when the next one comes: the last one may be the total. */
  #last: Named | undefined
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    sink.facts({ tool: 'locust', isClosedLoop: true })
  }

  header(names: readonly string[]): readonly (number | undefined)[] {
    const columns = names.flatMap((name, column) => {
      const percentile = Number(PERCENTILE.exec(name)?.[1])
      return percentile > 0 && percentile <= 100 ? [{ percentile, column }] : []
    })
    this.#percentiles = columns.map(({ percentile }) => percentile)
    return [
      neededColumn(names, ...TYPE),
      neededColumn(names, 'name'),
      neededColumn(names, ...REQUESTS),
      neededColumn(names, ...FAILURES),
      columnOf(names, 'average response time'),
      columnOf(names, 'min response time'),
      neededColumn(names, 'max response time'),
      ...columns.map(({ column }) => column),
    ]
  }

  record(fields: DelimitedFields): void {
    this.#tellEndpoint()
    this.#last = { method: fields.text(0) ?? '', name: fields.text(1) ?? '', row: this.#row(fields) }
  }

  cut(why: string): void {
    this.#isCut = true
    this.#sink.partial(why)
  }

  end(): void {
    const last = this.#last
    if (last === undefined && !this.#isCut) {
      throw new LoadProblem('no-samples', 'it has a header and no rows: nothing was measured')
    }
    if (last === undefined || !isTotal(last.method, last.name)) {
      this.#tellEndpoint()
      if (!this.#isCut) this.#sink.partial('its last row, of all requests together, is missing')
      return
    }
    if (last.row.requests === 0) {
      const text = `it has a header and the row ${last.name} with 0 requests ("${NOT_THERE}"): nothing was measured`
      throw new LoadProblem('no-samples', text)
    }
    this.#sink.printed(undefined, printedRow(last.row))
  }

  #tellEndpoint(): void {
    if (this.#last === undefined) return
    const { method, name, row } = this.#last
    this.#sink.printed(this.#sink.label(name, method), printedRow(row))
  }

  #row(fields: DelimitedFields): LocustRow {
    const requests = countOf(textOf(fields, 2), placeOf(fields, COLUMNS[2]))
    return {
      requests,
      failures: countOf(textOf(fields, 3), placeOf(fields, COLUMNS[3])),
      averageMs: this.#latency(fields, 4),
      minMs: this.#latency(fields, 5),
      maxMs: this.#latency(fields, 6),
      percentiles: this.#percentiles.flatMap((percentile, i) => {
        const valueMs = this.#latency(fields, FIRST_PERCENTILE + i, `${percentile}%`)
        return valueMs === undefined ? [] : [{ percentile, valueMs }]
      }),
    }
  }

  #latency(fields: DelimitedFields, column: number, name = COLUMNS[column] ?? ''): number | undefined {
    const text = textOf(fields, column)
    return text === NOT_THERE || (text === undefined && column < FIRST_PERCENTILE)
      ? undefined
      : latencyOf(text, placeOf(fields, name))
  }
}

function textOf(fields: DelimitedFields, column: number): string | undefined {
  return withoutReturn(fields.text(column))
}

function placeOf(fields: DelimitedFields, column: string): string {
  return `record ${fields.number}: "${column}"`
}
