import { type JsonHandler, JsonScanner, ScanError, type Scanner } from '@hardgate/scan'
import { IstanbulFile } from './istanbul-file.ts'
import { JsonPlace } from './json-place.ts'
import type { ReportSink } from './report.ts'
import { quoted } from './report-numbers.ts'
import { noteV8 } from './v8-blocks.ts'

/** Reads `coverage-final.json` and the files of `.nyc_output`, one file of code after the other. */
export function openIstanbul(sink: ReportSink): Scanner {
  return new IstanbulReader(sink)
}

// depth 1: paths; 2: statementMap and its like; 3: their ids; 4: a statement, a branch or its counts;
// 5: start and end of a statement, loc, locations; 6: start and end of loc; 7: start and end of one of the locations
class IstanbulReader implements Scanner, JsonHandler {
  readonly #sink: ReportSink
  readonly #json = new JsonScanner(this)
  readonly #place = new JsonPlace()
  #file = new IstanbulFile('')
  #hasBranches = false
  #v8Files = 0
  #emptyReports = 0

  constructor(sink: ReportSink) {
    this.#sink = sink
  }

  push(chunk: Uint8Array): void {
    this.#json.push(chunk)
  }

  end(): void {
    this.#json.end()
    if (this.#hasBranches) this.#sink.branches('collected')
    noteV8(this.#sink, { files: this.#v8Files, emptyReports: this.#emptyReports })
  }

  beginObject(): void {
    const { depth } = this.#place
    if (depth === 3 && this.#place.keyAt(2) === 'b') throw this.#wrong('an object', 'a list of counts')
    if (depth === 4) this.#refuseCount('an object')
    this.#place.begin(false)
    if (depth === 1) this.#file = new IstanbulFile(this.#place.keyAt(1))
    else if (depth === 2) this.#file.maps.add(this.#place.keyAt(2))
    else if (depth === 3) this.#file.beginEntry()
    else if (depth === 5 && this.#isIn('locations')) this.#file.beginLocation()
  }

  endObject(): void {
    const { depth } = this.#place
    if (depth === 4) this.#endEntry()
    if (depth === 2) this.#endFile()
    this.#place.end()
  }

  beginArray(): void {
    const { depth } = this.#place
    if (depth < 2) throw this.#wrong('a list', 'an object with a path for every key')
    if (depth === 2 && isMap(this.#place.keyAt(2))) throw this.#wrong('a list', 'an object')
    if (depth === 3 && this.#place.keyAt(2) === 'b') this.#file.beginCounts(this.#place.keyAt(3))
    if (depth === 4) this.#refuseCount('a list')
    this.#place.begin(true)
  }

  endArray(): void {
    this.#place.end()
  }

  key(name: string): void {
    this.#place.key = name
  }

  string(value: string): void {
    this.#refuseCount(quoted(value))
    const { depth } = this.#place
    if (depth === 2 && this.#place.keyAt(2) === 'path') this.#file.path = value
    else if (depth === 4 && this.#place.keyAt(2) === 'branchMap' && this.#place.keyAt(4) === 'type')
      this.#file.type = value
    else if (depth === 4 && this.#place.keyAt(2) === 'fnMap' && this.#place.keyAt(4) === 'name')
      this.#file.function(value)
  }

  number(value: number, raw: () => string): void {
    const { depth } = this.#place
    const map = this.#place.keyAt(2)
    if (depth === 3 && map === 's') this.#file.hits(this.#place.keyAt(3), this.#count(value, raw))
    else if (depth === 4 && map === 'b') this.#file.count(this.#count(value, raw))
    else if (depth === 4 && map === 'branchMap' && this.#place.keyAt(4) === 'line') this.#file.line = value
    else if (depth === 5 && map === 'statementMap')
      this.#file.own.set(this.#place.keyAt(4), this.#place.keyAt(5), value)
    else if (depth === 6 && this.#isIn('loc')) this.#file.own.set(this.#place.keyAt(5), this.#place.keyAt(6), value)
    else if (depth === 7 && this.#isIn('locations')) {
      this.#file.location.set(this.#place.keyAt(6), this.#place.keyAt(7), value)
    } else this.#refuseValue(raw())
  }

  literal(value: true | false | null): void {
    this.#refuseCount(String(value))
  }

  #isIn(key: 'loc' | 'locations'): boolean {
    return this.#place.keyAt(2) === 'branchMap' && this.#place.keyAt(4) === key
  }

  #endEntry(): void {
    const map = this.#place.keyAt(2)
    if (map === 'statementMap') this.#file.endStatement(this.#place.keyAt(3))
    else if (map === 'branchMap') this.#file.endBranch(this.#place.keyAt(3))
  }

  #endFile(): void {
    const problem = this.#file.tellTo(this.#sink)
    if (problem !== undefined) throw new ScanError(`${quoted(this.#place.keyAt(1))} ${problem}`, this.#json.offset)
    if (this.#file.hasBranches) this.#hasBranches = true
    if (this.#file.hasBlocks) this.#v8Files++
    if (this.#file.isEmptyReport) this.#emptyReports++
  }

  #count(value: number, raw: () => string): number {
    if (Number.isInteger(value) && value >= 0) return value
    throw this.#wrong(raw(), 'a whole number')
  }

  /** Anything but a number where a count has to be, or anything but an object where a file or a map has to be. */
  #refuseCount(found: string): void {
    const { depth } = this.#place
    const map = this.#place.keyAt(2)
    if ((depth === 3 && map === 's') || (depth === 4 && map === 'b')) throw this.#wrong(found, 'a whole number')
    this.#refuseValue(found)
  }

  #refuseValue(found: string): void {
    const { depth } = this.#place
    if (depth < 2) throw this.#wrong(found, 'an object with a path for every key')
    const map = this.#place.keyAt(2)
    if ((depth === 2 && isMap(map)) || (depth === 3 && isMap(map) && map !== 's')) throw this.#wrong(found, 'an object')
  }

  #wrong(found: string, expected: string): ScanError {
    return new ScanError(`${this.#place.text()} is ${found}: expected ${expected}`, this.#json.offset)
  }
}

function isMap(key: string): boolean {
  return key === 'statementMap' || key === 'branchMap' || key === 's' || key === 'b'
}
