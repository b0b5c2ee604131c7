import { ScanError, type XmlTag } from '@hardgate/scan'
import { branchesOf, ConditionCount, type ToldBranches, tellBranches } from './cobertura-branches.ts'
import type { DeclaredTotals, FileSink, ReportSink } from './report.ts'
import type { ElementRule } from './xml-elements.ts'
import { counted, noteWithoutNumber } from './xml-notes.ts'
import { declaredCount, hitsOf, instantOf, lineNumber, NO_NUMBER } from './xml-numbers.ts'
import { type XmlReader, xmlReader } from './xml-reader.ts'

const LONGEST_SOURCE = 65_536

/**
 * Cobertura XML (coverage-04.dtd). What counts is `class > lines > line`, and a line of a method where its number is
 * absent there. Files are told apart by `filename`: several classes of one file are a union.
 */
export function openCobertura(sink: ReportSink): XmlReader {
  return xmlReader('coverage', new CoberturaRules(sink).coverage)
}

interface MethodLine {
  readonly number: number
  readonly hits: number
  readonly branches: ToldBranches | undefined
}

class CoberturaRules {
  readonly #sink: ReportSink
  #file: FileSink | undefined
  /** Numbers of the class's own lines; those of its methods, which usually come before. */
  #numbers: number[] = []
  #methodLines: MethodLine[] = []
  #isIstanbulMethod = false
  #missedWithoutNumber = 0
  // of the line that is open
  #number = NO_NUMBER
  #hits = 0
  #branches: ToldBranches | undefined
  #conditions: ConditionCount | undefined
  // of the whole report
  #declared: DeclaredTotals = {}
  #hasCountedBranches = false
  #uncounted = 0
  #negative = 0
  #allWithoutNumber = 0

  constructor(sink: ReportSink) {
    this.#sink = sink
  }

  get coverage(): ElementRule {
    return {
      open: (tag) => this.#openReport(tag),
      close: () => this.#closeReport(),
      elements: {
        sources: { elements: { source: this.#sourceRule() } },
        packages: {
          elements: { package: { label: 'name', elements: { classes: { elements: { class: this.#classRule() } } } } },
        },
      },
    }
  }

  #sourceRule(): ElementRule {
    let folder = ''
    let offset = 0
    return {
      open: (tag) => {
        folder = ''
        offset = tag.offset
      },
      text: (read) => {
        folder += read()
        if (folder.length > LONGEST_SOURCE) throw new ScanError('a <source> longer than any path', offset)
      },
      // coverage.py writes an empty one for relative paths
      close: () => {
        if (folder.trim() !== '') this.#sink.source(folder.trim())
      },
    }
  }

  #classRule(): ElementRule {
    const conditions: ElementRule = { elements: { condition: { open: (tag) => this.#conditions?.add(tag) } } }
    const own = this.#lineRule(() => this.#tellOwnLine(), conditions)
    const ofMethod = this.#lineRule(() => this.#keepMethodLine(), conditions)
    return {
      label: 'name',
      open: (tag) => this.#openClass(tag),
      close: () => this.#closeClass(),
      elements: {
        lines: { elements: { line: own } },
        methods: {
          elements: {
            method: {
              // Istanbul puts the calls of a function there, and in its <lines> the line of the declaration, which is
              // no statement and not among `lines-valid`.
              open: (tag) => {
                this.#isIstanbulMethod = tag.text('hits') !== undefined
              },
              elements: { lines: { elements: { line: ofMethod } } },
            },
          },
        },
      },
    }
  }

  #lineRule(close: () => void, conditions: ElementRule): ElementRule {
    return { open: (tag) => this.#openLine(tag), close, elements: { conditions } }
  }

  #openReport(tag: XmlTag): void {
    this.#declared = declaredTotals(tag)
    if (Object.keys(this.#declared).length > 0) this.#sink.declare(this.#declared)
    const writtenAt = instantOf(tag, 'timestamp')
    if (writtenAt !== undefined) this.#sink.writtenAt(writtenAt)
  }

  #openClass(tag: XmlTag): void {
    const path = tag.text('filename')
    if (path === undefined) throw new ScanError('<class> has no filename', tag.offset)
    this.#file = this.#sink.file(path)
  }

  #openLine(tag: XmlTag): void {
    this.#number = lineNumber(tag, 'number')
    this.#hits = hitsOf(tag, 'hits')
    this.#conditions = undefined
    const told = branchesOf(tag)
    if (told === 'uncounted') {
      this.#branches = undefined
      this.#conditions = new ConditionCount()
    } else this.#branches = told
  }

  #tellOwnLine(): void {
    const branches = this.#finishBranches()
    if (this.#number === NO_NUMBER) {
      this.#missedWithoutNumber++
      return
    }
    this.#numbers.push(this.#number)
    this.#tellLine(this.#number, this.#hits, branches)
  }

  #keepMethodLine(): void {
    if (this.#isIstanbulMethod) return
    this.#methodLines.push({ number: this.#number, hits: this.#hits, branches: this.#finishBranches() })
  }

  /** grcov gives no sum on the line, but one condition for each branch. */
  #finishBranches(): ToldBranches | undefined {
    const conditions = this.#conditions
    if (conditions === undefined) return this.#branches
    this.#conditions = undefined
    const told = conditions.told()
    if (told === undefined) this.#uncounted++
    return told
  }

  #tellLine(number: number, hits: number, branches: ToldBranches | undefined): void {
    const file = this.#file
    if (file === undefined) return
    file.line(number, hits)
    if (branches === undefined) return
    tellBranches(file, number, branches)
    if (branches.isNegative) this.#negative++
    if (branches.saysBranch || branches.total > 0) this.#hasCountedBranches = true
  }

  #closeClass(): void {
    if (this.#methodLines.length > 0) this.#tellMethodLines()
    if (this.#missedWithoutNumber > 0) {
      this.#file?.missedWithoutNumber(this.#missedWithoutNumber)
      this.#allWithoutNumber += this.#missedWithoutNumber
    }
    this.#missedWithoutNumber = 0
    this.#numbers.length = 0
    this.#methodLines.length = 0
    this.#file = undefined
  }

  #tellMethodLines(): void {
    const own = new Set(this.#numbers)
    const hasOwnWithoutNumber = this.#missedWithoutNumber > 0
    for (const { number, hits, branches } of this.#methodLines) {
      if (number === NO_NUMBER) {
        if (!hasOwnWithoutNumber) this.#missedWithoutNumber++
      } else if (!own.has(number)) this.#tellLine(number, hits, branches)
    }
  }

  #closeReport(): void {
    if (this.#hasCountedBranches) this.#sink.branches('collected')
    else if ((this.#declared.branchesTotal ?? 0) > 0) this.#sink.branches('totals-only')
    if (this.#uncounted > 0) {
      this.#sink.note(
        `${counted(this.#uncounted, 'line')} with branch="true" and not a word on how many branches: they are left out`,
      )
    }
    if (this.#negative > 0) {
      this.#sink.note(`${counted(this.#negative, 'line')} with fewer than 0 branches taken: read as 0`)
    }
    noteWithoutNumber(this.#sink, this.#allWithoutNumber)
  }
}

function declaredTotals(tag: XmlTag): DeclaredTotals {
  const linesTotal = declaredCount(tag, 'lines-valid')
  const linesCovered = declaredCount(tag, 'lines-covered')
  const branchesTotal = declaredCount(tag, 'branches-valid')
  const branchesCovered = declaredCount(tag, 'branches-covered')
  return {
    ...(linesTotal === undefined ? {} : { linesTotal }),
    ...(linesCovered === undefined ? {} : { linesCovered }),
    ...(branchesTotal === undefined ? {} : { branchesTotal }),
    ...(branchesCovered === undefined ? {} : { branchesCovered }),
  }
}
