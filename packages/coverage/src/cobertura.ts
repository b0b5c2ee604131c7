import { ScanError, type XmlTag } from '@hardgate/scan'
import { branchesOf, ConditionCount, type ToldBranches } from './cobertura-branches.ts'
import { CoberturaClass } from './cobertura-class.ts'
import type { DeclaredTotals, ReportSink } from './report.ts'
import { EMPTY_REPORT } from './v8-blocks.ts'
import type { ElementRule } from './xml-elements.ts'
import { counted, noteWithoutNumber } from './xml-notes.ts'
import { declaredCount, hitsOf, instantOf, lineNumber, NO_NUMBER } from './xml-numbers.ts'
import { type XmlReader, xmlReader } from './xml-reader.ts'
import { V8Files } from './xml-v8.ts'

const LONGEST_SOURCE = 65_536

/**
 * Cobertura XML (coverage-04.dtd). What counts is `class > lines > line`, and a line of a method where its number is
 * absent there. Files are told apart by `filename`: several classes of one file are a union.
 */
export function openCobertura(sink: ReportSink): XmlReader {
  return xmlReader('coverage', new CoberturaRules(sink).coverage)
}

class CoberturaRules {
  readonly #sink: ReportSink
  #isIstanbulMethod = false
  // of the line that is open
  #number = NO_NUMBER
  #hits = 0
  #branches: ToldBranches | undefined
  #conditions: ConditionCount | undefined
  // of the whole report
  readonly #v8 = new V8Files()
  readonly #class = new CoberturaClass(this.#v8)
  #declared: DeclaredTotals = {}
  #uncounted = 0

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
      close: () => this.#class.close(),
      elements: {
        lines: { elements: { line: own } },
        methods: {
          elements: {
            method: {
              open: (tag) => this.#openMethod(tag),
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
    this.#class.open(this.#sink.file(path))
  }

  /**
   * Istanbul puts the calls of a function there, and in its `<lines>` the line of the declaration, which is no statement
   * and not among `lines-valid`.
   */
  #openMethod(tag: XmlTag): void {
    this.#isIstanbulMethod = tag.text('hits') !== undefined
    if (this.#isIstanbulMethod) this.#class.setIstanbul()
    if (tag.text('name') === EMPTY_REPORT) this.#v8.addEmptyReport()
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
    this.#class.addOwn(this.#number, this.#hits, this.#finishBranches())
  }

  #keepMethodLine(): void {
    if (this.#isIstanbulMethod) return
    this.#class.addOfMethod({ number: this.#number, hits: this.#hits, branches: this.#finishBranches() })
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

  #closeReport(): void {
    const { hasCountedBranches, linesBelowZero, linesWithoutNumber } = this.#class
    if (hasCountedBranches) this.#sink.branches('collected')
    else if ((this.#declared.branchesTotal ?? 0) > 0) this.#sink.branches('totals-only')
    if (this.#uncounted > 0) {
      this.#sink.note(
        `${counted(this.#uncounted, 'line')} with branch="true" and not a word on how many branches: they are left out`,
      )
    }
    if (linesBelowZero > 0) {
      this.#sink.note(`${counted(linesBelowZero, 'line')} with fewer than 0 branches taken: read as 0`)
    }
    noteWithoutNumber(this.#sink, linesWithoutNumber)
    this.#v8.note(this.#sink)
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
