import type { DelimitedFields } from '@hardgate/scan'
import { columnOf, type HeadedHandler, HeadedRecords, neededColumn, withoutReturn } from './headed-records.ts'
import { countOf } from './reported-number.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

/** `PREFIX_failures.csv`: the errors of requests by count. */
export const locustFailures: LoadReader = {
  format: 'locust-failures',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffColumns(head, [['method', 'type'], ['name'], ['error'], ['occurrences']]),
  open: (sink) => new HeadedRecords(new Failures(sink)),
}

class Failures implements HeadedHandler {
  readonly #sink: LoadSink

  constructor(sink: LoadSink) {
    this.#sink = sink
    sink.facts({ tool: 'locust' })
  }

  header(names: readonly string[]): readonly (number | undefined)[] {
    return [
      columnOf(names, 'method', 'type'),
      neededColumn(names, 'name'),
      neededColumn(names, 'error'),
      neededColumn(names, 'occurrences'),
    ]
  }

  record(fields: DelimitedFields): void {
    const count = countOf(withoutReturn(fields.text(3)), `record ${fields.number}: "Occurrences"`)
    const label = this.#sink.label(fields.text(1) ?? '', fields.text(0) ?? '')
    this.#sink.error(fields.text(2) ?? '', count, label)
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {}
}
