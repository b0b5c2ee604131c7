import type { DelimitedFields } from '@hardgate/scan'
import { type BareHandler, BareRecords } from './bare-records.ts'
import { countField } from './field-numbers.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'

const HEADER = ['starttime', 'seconds', 'ctime', 'dtime', 'ttime', 'wait']
const SECONDS = { place: 1, name: '"seconds"' }
const TOTAL_TIME = { place: 4, name: '"ttime"' }

/** `ab -g`: every request, sorted by the time it took, with its start in whole seconds. It does not tell failures. */
export const abGnuplot: LoadReader = {
  format: 'ab-gnuplot',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => (asciiOf(head).startsWith(HEADER.join('\t')) ? 1 : 0),
  open: (sink) => new BareRecords(new AbRequests(sink), '\t'),
}

class AbRequests implements BareHandler {
  readonly #sink: LoadSink
  readonly #label: number
  #rows = 0
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#label = sink.label('')
    sink.facts({ tool: 'ab', isClosedLoop: true, clock: 'seconds', mixesFailures: true })
  }

  record(fields: DelimitedFields): void {
    if (fields.number === 1) {
      this.#header(fields)
      return
    }
    this.#sink.sample(this.#label, countField(fields, SECONDS) * 1000, countField(fields, TOTAL_TIME), false)
    this.#rows += 1
  }

  cut(why: string): void {
    this.#isCut = true
    this.#sink.partial(`${why}, and the rows are sorted: the slowest requests are missing`)
  }

  end(): void {
    if (this.#rows === 0 && !this.#isCut) {
      throw new LoadProblem('no-samples', 'it has a header and no rows: nothing was measured')
    }
    this.#sink.counts(this.#label, this.#rows, undefined)
  }

  #header(fields: DelimitedFields): void {
    const names = Array.from({ length: fields.count }, (_, i) => fields.text(i))
    if (HEADER.some((name, i) => names[i] !== name)) {
      throw new LoadProblem('unreadable-report', `its header is not "${HEADER.join(' ')}", as ab writes it`)
    }
  }
}
