import type { DelimitedFields } from '@hardgate/scan'
import { columnOf, type HeadedHandler, HeadedRecords, neededColumn } from './headed-records.ts'
import { METRIC, metricOf, NOT_WANTED, TAGS } from './k6-fields.ts'
import { K6Run } from './k6-run.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

/** What `k6 run --out csv=FILE` writes. The tags that have a column are those of the option `systemTags`. */
export const k6Csv: LoadReader = {
  format: 'k6-csv',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => sniffColumns(head, [['metric_name'], ['timestamp'], ['metric_value']]),
  open: (sink) => new HeadedRecords(new PointRecords(sink)),
}

class PointRecords implements HeadedHandler {
  readonly #run: K6Run

  constructor(sink: LoadSink) {
    this.#run = new K6Run(sink, 'record')
  }

  /** In the order of the numbers that the fields have. */
  header(names: readonly string[]): readonly (number | undefined)[] {
    return [
      neededColumn(names, 'metric_name'),
      neededColumn(names, 'timestamp'),
      neededColumn(names, 'metric_value'),
      ...TAGS.map((tag) => columnOf(names, tag)),
    ]
  }

  record(fields: DelimitedFields): void {
    const metric = metricOf(fields.bytes, fields.start(METRIC), fields.end(METRIC))
    if (metric !== NOT_WANTED) this.#run.point(metric, fields)
  }

  cut(why: string): void {
    this.#run.cut(why)
  }

  end(): void {
    this.#run.end()
  }
}
