import { ScanError, type XmlTag } from '@hardgate/scan'
import { type DeclaredTotals, type FileSink, ReportProblem, type ReportSink } from './report.ts'
import type { ElementRule } from './xml-elements.ts'
import { counted } from './xml-notes.ts'
import { countOf, declaredCount, instantOf, lineNumber, MOST_BRANCHES, NO_NUMBER, wrong } from './xml-numbers.ts'
import { type XmlReader, xmlReader } from './xml-reader.ts'

/**
 * JaCoCo XML (report.dtd 1.1), also as Kover writes it. What counts is `sourcefile > line`; the report's own LINE and
 * BRANCH counters are its declared totals, and every other counter repeats them.
 */
export function openJacoco(sink: ReportSink): XmlReader {
  return xmlReader('report', new JacocoRules(sink).report)
}

class JacocoRules {
  readonly #sink: ReportSink
  #reportName: string | undefined
  readonly #groups: string[] = []
  #package = ''
  #file: FileSink | undefined
  #declared: DeclaredTotals = {}
  #saysBranches = false
  #withoutSource = 0

  constructor(sink: ReportSink) {
    this.#sink = sink
  }

  get report(): ElementRule {
    const elements = { package: this.#packageRule() }
    const group: { elements: Record<string, ElementRule> } & ElementRule = {
      label: 'name',
      open: (tag) => {
        this.#groups.push(tag.text('name') ?? '')
      },
      close: () => {
        this.#groups.pop()
      },
      elements: { ...elements },
    }
    group.elements['group'] = group
    return {
      open: (tag) => {
        this.#reportName = tag.text('name')
      },
      close: () => this.#closeReport(),
      elements: {
        ...elements,
        group,
        sessioninfo: { open: (tag) => this.#openSession(tag) },
        counter: { open: (tag) => this.#openCounter(tag) },
      },
    }
  }

  #packageRule(): ElementRule {
    return {
      label: 'name',
      open: (tag) => {
        this.#package = tag.text('name') ?? ''
      },
      elements: {
        class: {
          open: (tag) => {
            if (tag.text('sourcefilename') === undefined) this.#withoutSource++
          },
        },
        sourcefile: {
          label: 'name',
          open: (tag) => this.#openFile(tag),
          elements: { line: { open: (tag) => this.#openLine(tag) } },
        },
      },
    }
  }

  #openSession(tag: XmlTag): void {
    const dump = instantOf(tag, 'dump')
    if (dump !== undefined) this.#sink.writtenAt(dump)
  }

  #openCounter(tag: XmlTag): void {
    const missed = declaredCount(tag, 'missed')
    const covered = declaredCount(tag, 'covered')
    if (missed === undefined || covered === undefined) return
    const total = missed + covered
    const type = tag.text('type')
    if (type === 'LINE') this.#declared = { ...this.#declared, linesTotal: total, linesCovered: covered }
    if (type === 'BRANCH') this.#declared = { ...this.#declared, branchesTotal: total, branchesCovered: covered }
  }

  #openFile(tag: XmlTag): void {
    const name = tag.text('name')
    if (name === undefined) throw new ScanError('<sourcefile> has no name', tag.offset)
    const path = this.#package === '' ? name : `${this.#package}/${name}`
    const module = this.#groups.length > 0 ? this.#groups.join('/') : this.#reportName
    this.#file = module === undefined || module === '' ? this.#sink.file(path) : this.#sink.file(path, module)
  }

  #openLine(tag: XmlTag): void {
    const number = lineNumber(tag, 'nr')
    if (number === NO_NUMBER) throw wrong(tag, 'nr', 'a line number from 1')
    if (tag.digits('ci') === undefined) throw withoutInstructions(tag)
    // `ci` counts instructions, not runs
    this.#file?.line(number, countOf(tag, 'ci') > 0 ? 1 : 0)
    if (tag.digits('mb') === undefined && tag.digits('cb') === undefined) return
    this.#saysBranches = true
    const taken = countOf(tag, 'cb')
    const total = countOf(tag, 'mb') + taken
    if (total === 0) return
    if (total > MOST_BRANCHES) throw wrong(tag, 'mb', `at most ${MOST_BRANCHES} branches a line`)
    this.#file?.countedBranches(number, taken, total)
  }

  #closeReport(): void {
    if (Object.keys(this.#declared).length > 0) this.#sink.declare(this.#declared)
    if (this.#saysBranches) this.#sink.branches('collected')
    if (this.#withoutSource > 0) {
      this.#sink.note(
        `${counted(this.#withoutSource, 'class', 'classes')} compiled without debug information: their lines are in no number`,
      )
    }
  }
}

// The DTD allows it, and gcovr 8 writes every line so, also those that are excluded: neither covered nor missed.
function withoutInstructions(tag: XmlTag): ReportProblem {
  const message =
    'this is JaCoCo XML whose lines have no ci, so it does not say which are covered. gcovr --jacoco writes such: use ' +
    'gcovr --cobertura'
  return new ReportProblem('unknown-format', message, tag.offset)
}
