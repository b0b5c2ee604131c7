import { IstanbulLocation } from './istanbul-location.ts'
import type { FileSink, ReportSink } from './report.ts'
import { hitsWithin, MOST_LINES, quoted } from './report-numbers.ts'
import { EMPTY_REPORT } from './v8-blocks.ts'

interface Statement {
  readonly line: number
  readonly key: string
}

interface Branch extends Statement {
  /** V8's providers write one location and the type `branch`. */
  readonly isBlock: boolean
}

/** One file of code: its maps and its counts come in any order, so it is put together when both are there. */
export class IstanbulFile {
  path: string
  /** Names of the objects that it has. */
  readonly maps = new Set<string>()
  isEmptyReport = false
  hasBlocks = false
  /** Of the statement or branch that is being read. */
  readonly own = new IstanbulLocation()
  readonly location = new IstanbulLocation()
  type = ''
  line = Number.NaN
  #locations: string[] = []
  #firstLine = Number.NaN
  readonly #statements = new Map<string, Statement>()
  readonly #hits = new Map<string, number>()
  readonly #branches = new Map<string, Branch>()
  readonly #counts = new Map<string, number[]>()
  #current: number[] = []

  constructor(path: string) {
    this.path = path
  }

  get hasBranches(): boolean {
    return this.#branches.size > 0
  }

  function(name: string): void {
    if (name === EMPTY_REPORT) this.isEmptyReport = true
  }

  hits(id: string, count: number): void {
    this.#hits.set(id, count)
  }

  beginCounts(id: string): void {
    this.#current = []
    this.#counts.set(id, this.#current)
  }

  count(count: number): void {
    this.#current.push(count)
  }

  beginEntry(): void {
    this.own.clear()
    this.location.clear()
    this.type = ''
    this.line = this.#firstLine = Number.NaN
    this.#locations = []
  }

  beginLocation(): void {
    this.#endLocation()
    this.#locations.push('')
    this.location.clear()
  }

  endStatement(id: string): void {
    this.#statements.set(id, { line: this.own.startLine, key: this.own.text() })
  }

  endBranch(id: string): void {
    this.#endLocation()
    const isBlock = this.type === 'branch' && this.#locations.length === 1
    const key = `${this.own.text()} ${this.type} ${shortened(this.#locations.join(' '))}`
    const lines = [this.own.startLine, this.line, this.#firstLine]
    const line = lines.find((candidate) => !Number.isNaN(candidate)) ?? Number.NaN
    this.#branches.set(id, { line, key, isBlock })
  }

  /** What is wrong with it, as the rest of a sentence; undefined: it was told. */
  tellTo(sink: ReportSink): string | undefined {
    const missing = ['statementMap', 's', 'branchMap', 'b'].find((map) => !this.maps.has(map))
    if (missing !== undefined) return `has no "${missing}": expected what Istanbul writes as coverage-final.json`
    const file = sink.file(this.path)
    return this.#tellStatements(file) ?? this.#tellBranches(file)
  }

  #endLocation(): void {
    if (this.#locations.length === 0) return
    this.#locations[this.#locations.length - 1] = this.location.text()
    if (this.#locations.length === 1) this.#firstLine = this.location.startLine
  }

  #tellStatements(file: FileSink): string | undefined {
    const told = new Map<string, number>()
    for (const [id, { line, key }] of this.#statements) {
      const hits = this.#hits.get(id)
      if (hits === undefined) return `has the statement ${quoted(id)} and no count of it in "s"`
      if (!isLine(line)) return `has a statement at line ${line}: expected one from 1 to ${MOST_LINES}`
      file.line(line, hitsWithin(hits))
      file.statement(numbered(told, key), 1, hitsWithin(hits))
    }
    return withoutPlace('"s" counts the statement', this.#hits, this.#statements)
  }

  #tellBranches(file: FileSink): string | undefined {
    const told = new Map<string, number>()
    for (const [id, branch] of this.#branches) {
      const counts = this.#counts.get(id)
      if (counts === undefined) return `has the branch ${quoted(id)} and no counts of it in "b"`
      if (!isLine(branch.line)) return `has a branch at line ${branch.line}: expected one from 1 to ${MOST_LINES}`
      this.#tellBranch(file, branch, numbered(told, branch.key), counts)
    }
    return withoutPlace('"b" counts the branch', this.#counts, this.#branches)
  }

  #tellBranch(file: FileSink, { line, isBlock }: Branch, key: string, counts: readonly number[]): void {
    if (isBlock) this.hasBlocks = true
    for (const [index, count] of counts.entries()) {
      if (isBlock) file.block(line, `${key} ${index}`, count > 0)
      else file.branch(line, 'istanbul', `${key} ${index}`, count > 0)
    }
  }
}

/** What stands twice in one file is two: code that was made from one place of a source. */
function numbered(told: Map<string, number>, key: string): string {
  const before = told.get(key) ?? 0
  told.set(key, before + 1)
  return before === 0 ? key : `${key} *${before + 1}`
}

function withoutPlace(
  what: string,
  counted: ReadonlyMap<string, unknown>,
  placed: ReadonlyMap<string, unknown>,
): string | undefined {
  if (counted.size === placed.size) return undefined
  const id = [...counted.keys()].find((candidate) => !placed.has(candidate))
  return id === undefined ? undefined : `is inconsistent: ${what} ${quoted(id)}, which has no place`
}

function isLine(line: number): boolean {
  return Number.isInteger(line) && line >= 1 && line <= MOST_LINES
}

const LONGEST_LIST = 200

/** A `switch` of a thousand cases is a key of each of them: a list that is long is told by its length and a hash. */
function shortened(list: string): string {
  return list.length <= LONGEST_LIST ? list : `${list.length}#${hash(list)}`
}

/** 64 bits, from two multiplicative hashes of 32. */
function hash(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
