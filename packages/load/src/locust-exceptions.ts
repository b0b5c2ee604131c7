import type { DelimitedFields } from '@hardgate/scan'
import { type HeadedHandler, HeadedRecords, neededColumn } from './headed-records.ts'
import { countOf } from './reported-number.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

/** `PREFIX_exceptions.csv`: what the test itself threw, which is no failed request. */
export const locustExceptions: LoadReader = {
  format: 'locust-exceptions',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffColumns(head, [['count'], ['message'], ['traceback']]),
  open: (sink) => new HeadedRecords(new Exceptions(sink)),
}

class Exceptions implements HeadedHandler {
  readonly #sink: LoadSink

  constructor(sink: LoadSink) {
    this.#sink = sink
    sink.facts({ tool: 'locust' })
  }

  header(names: readonly string[]): readonly number[] {
    return [neededColumn(names, 'count'), neededColumn(names, 'message')]
  }

  record(fields: DelimitedFields): void {
    const count = countOf(fields.text(0), `record ${fields.number}: "Count"`)
    this.#sink.error(fields.text(1) ?? '', count)
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {}
}
