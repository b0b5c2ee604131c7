import { type JsonHandler, JsonScanner, ScanError, type Scanner } from '@hardgate/scan'
import { CoveragePyMeta, type CoveragePyTotals } from './coverage-py-meta.ts'
import { JsonPlace } from './json-place.ts'
import type { FileSink, ReportSink } from './report.ts'
import { MOST_LINES, quoted } from './report-numbers.ts'

/** Reads the JSON of coverage.py, `meta.format` 3 or an older one that has the same keys. */
export function openCoveragePyJson(sink: ReportSink): Scanner {
  return new CoveragePyReader(sink)
}

type LineList = 'executed_lines' | 'missing_lines'
type BranchList = 'executed_branches' | 'missing_branches'
const LISTS: ReadonlySet<string> = new Set<LineList | BranchList>([
  'executed_lines',
  'missing_lines',
  'executed_branches',
  'missing_branches',
])

// depth 1: meta, files, totals; 2: their keys; 3: the keys of a file; 4: within a list; 5: within a pair
class CoveragePyReader implements Scanner, JsonHandler {
  readonly #sink: ReportSink
  readonly #json = new JsonScanner(this)
  readonly #place = new JsonPlace()
  readonly #meta = new CoveragePyMeta()
  readonly #totals: CoveragePyTotals = {}
  #hasFiles = false
  #file: FileSink | undefined
  readonly #lists = new Set<string>()
  /** The list that was begun last in the file that is being read; '' after any other key. */
  #list = ''
  #filesWithBranches = 0
  #filesWithoutBranches = 0
  readonly #pair: number[] = []

  constructor(sink: ReportSink) {
    this.#sink = sink
  }

  push(chunk: Uint8Array): void {
    this.#json.push(chunk)
  }

  end(): void {
    this.#json.end()
    if (!this.#meta.isThere) throw this.#problem('the document has no "meta": expected the JSON of coverage.py')
    if (!this.#hasFiles) throw this.#problem('the document has no "files": expected the JSON of coverage.py')
    this.#meta.tell(this.#sink, this.#totals, this.#branchLists())
  }

  beginObject(): void {
    this.#begin(false)
    const { depth } = this.#place
    const section = this.#place.keyAt(1)
    if (depth === 2 && section === 'meta') this.#meta.isThere = true
    if (depth === 2 && section === 'files') this.#hasFiles = true
    if (depth === 3 && section === 'files') {
      this.#file = this.#sink.file(this.#place.keyAt(2))
      this.#lists.clear()
      this.#list = ''
    }
  }

  endObject(): void {
    if (this.#place.depth === 3 && this.#place.keyAt(1) === 'files') this.#endFile()
    this.#place.end()
  }

  beginArray(): void {
    this.#begin(true)
    this.#pair.length = 0
    if (this.#place.depth === 4 && this.#isInList()) this.#lists.add(this.#list)
  }

  endArray(): void {
    if (this.#place.depth === 5 && this.#isInList()) this.#branch()
    this.#place.end()
  }

  key(name: string): void {
    this.#place.key = name
    if (this.#place.depth === 3) this.#list = this.#place.keyAt(1) === 'files' && LISTS.has(name) ? name : ''
  }

  string(value: string): void {
    this.#refuseInList(quoted(value))
    if (this.#place.depth === 2 && this.#place.keyAt(1) === 'meta') this.#meta.text(this.#place.keyAt(2), value)
    else this.#refuseTotal(quoted(value))
  }

  number(value: number, raw: () => string): void {
    const { depth } = this.#place
    if (depth === 4 && this.#isInList()) this.#line(value, raw)
    else if (depth === 5 && this.#isInList()) this.#pair.push(this.#arcEnd(value, raw))
    else if (depth === 2 && this.#place.keyAt(1) === 'totals') this.#total(this.#place.keyAt(2), value, raw)
    else if (depth === 2 && this.#place.keyAt(1) === 'meta') this.#meta.number(this.#place.keyAt(2), value)
    else this.#refuseInList(raw())
  }

  literal(value: true | false | null): void {
    this.#refuseInList(String(value))
    if (this.#place.depth === 2 && this.#place.keyAt(1) === 'meta') this.#meta.flag(this.#place.keyAt(2), value)
    else this.#refuseTotal(String(value))
  }

  #begin(isArray: boolean): void {
    const { depth } = this.#place
    const section = this.#place.keyAt(1)
    const isFile = section === 'files' && (depth === 1 || depth === 2)
    if (isArray && (depth === 0 || isFile)) throw this.#problem(`${this.#place.text()} is a list: expected an object`)
    if (this.#isInList() && (!isArray || depth > 4 || (depth === 4 && !this.#list.endsWith('branches')))) {
      throw this.#problem(
        `${this.#place.text()} holds ${isArray ? 'a list' : 'an object'}: expected ${this.#expected()}`,
      )
    }
    this.#place.begin(isArray)
  }

  /** From the value of `executed_lines` and its like inwards. */
  #isInList(): boolean {
    return this.#list !== '' && this.#place.depth >= 3
  }

  #line(value: number, raw: () => string): void {
    if (this.#list.endsWith('branches')) this.#refuseInList(raw())
    if (!isLine(value)) throw this.#problem(`${this.#place.text()} holds ${raw()}: expected ${this.#expected()}`)
    this.#file?.line(value, this.#list === 'executed_lines' ? 1 : 0)
  }

  /** Below zero: a way out of the code that starts there. */
  #arcEnd(value: number, raw: () => string): number {
    if (Number.isInteger(value) && Math.abs(value) <= MOST_LINES) return value
    throw this.#problem(`${this.#place.text()} holds ${raw()}: expected ${this.#expected()}`)
  }

  #branch(): void {
    const [from, to] = this.#pair
    if (this.#pair.length !== 2 || from === undefined || to === undefined || !isLine(from)) {
      throw this.#problem(`${this.#place.text()} holds [${this.#pair.join(', ')}]: expected ${this.#expected()}`)
    }
    this.#file?.branch(from, 'arc', `${from},${to}`, this.#list === 'executed_branches')
    this.#pair.length = 0
  }

  #endFile(): void {
    this.#list = ''
    for (const list of ['executed_lines', 'missing_lines'] satisfies LineList[]) {
      if (!this.#lists.has(list)) throw this.#problem(`${this.#place.keyAt(2)} has no "${list}"`)
    }
    const branchLists = Number(this.#lists.has('executed_branches')) + Number(this.#lists.has('missing_branches'))
    if (branchLists === 1) throw this.#problem(`${this.#place.keyAt(2)} has only one of the lists of branches`)
    if (branchLists === 2) this.#filesWithBranches++
    else this.#filesWithoutBranches++
  }

  #branchLists(): 'all' | 'some' | 'none' {
    if (this.#filesWithoutBranches === 0) return 'all'
    return this.#filesWithBranches === 0 ? 'none' : 'some'
  }

  #total(name: string, value: number, raw: () => string): void {
    if (!isTotal(name)) return
    if (!Number.isSafeInteger(value) || value < 0) this.#refuseTotal(raw())
    this.#totals[name] = value
  }

  #refuseTotal(found: string): void {
    const isThere = this.#place.depth === 2 && this.#place.keyAt(1) === 'totals' && isTotal(this.#place.keyAt(2))
    if (isThere) throw this.#problem(`${this.#place.text()} is ${found}: expected a whole number`)
  }

  #refuseInList(found: string): void {
    const isFile = this.#place.depth === 2 && this.#place.keyAt(1) === 'files'
    if (isFile) throw this.#problem(`${this.#place.text()} is ${found}: expected an object`)
    if (this.#isInList()) throw this.#problem(`${this.#place.text()} holds ${found}: expected ${this.#expected()}`)
  }

  #expected(): string {
    if (this.#list.endsWith('branches')) return 'pairs of line numbers'
    return `a list of line numbers from 1 to ${MOST_LINES}`
  }

  #problem(message: string): ScanError {
    return new ScanError(message, this.#json.offset)
  }
}

function isTotal(name: string): name is keyof CoveragePyTotals {
  return name === 'num_statements' || name === 'covered_lines' || name === 'num_branches' || name === 'covered_branches'
}

function isLine(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MOST_LINES
}
