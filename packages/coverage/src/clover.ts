import { ScanError, type XmlTag } from '@hardgate/scan'
import {
  branchPair,
  type CloverCondition,
  type CloverLines,
  type CloverMetrics,
  senseOfConditions,
  senseOfStatements,
} from './clover-file.ts'
import type { DeclaredTotals, FileSink, ReportSink } from './report.ts'
import type { ElementRule } from './xml-elements.ts'
import { counted, noteWithoutNumber } from './xml-notes.ts'
import { countOf, hitsOf, instantOf, lineNumber, MOST_BRANCHES, NO_NUMBER } from './xml-numbers.ts'
import { type XmlReader, xmlReader } from './xml-reader.ts'
import { areV8Blocks, V8Files } from './xml-v8.ts'

/**
 * Clover XML in all its dialects. They share names and not meanings, and the `clover` attribute does not tell them
 * apart: the numbers of each file do. A `testproject` is no source.
 */
export function openClover(sink: ReportSink): XmlReader {
  return xmlReader('coverage', new CloverRules(sink).coverage)
}

class CloverRules {
  readonly #sink: ReportSink
  // of the file that is open
  #file: FileSink | undefined
  #offset = 0
  #metrics: CloverMetrics = {}
  #lines: CloverLines = noLines()
  #missedWithoutNumber = 0
  // of the whole report
  readonly #v8 = new V8Files()
  #declared: CloverMetrics = {}
  #haveElements = false
  #hasConditions = false
  #branchTotals = 0
  #unfit = 0
  #unlisted = 0
  #declaredFiles = 0
  #allWithoutNumber = 0

  constructor(sink: ReportSink) {
    this.#sink = sink
  }

  get coverage(): ElementRule {
    const file: ElementRule = {
      label: 'name',
      open: (tag) => this.#openFile(tag),
      close: () => this.#closeFile(),
      elements: {
        line: { open: (tag) => this.#openLine(tag) },
        metrics: {
          open: (tag) => {
            this.#metrics = metricsOf(tag)
          },
        },
      },
    }
    return {
      open: (tag) => this.#tellTime(tag, 'generated'),
      close: () => this.#closeReport(),
      elements: {
        project: {
          open: (tag) => this.#tellTime(tag, 'timestamp'),
          elements: {
            file,
            package: { label: 'name', elements: { file } },
            metrics: {
              open: (tag) => {
                this.#declared = metricsOf(tag)
              },
            },
          },
        },
      },
    }
  }

  #tellTime(tag: XmlTag, attribute: string): void {
    const writtenAt = instantOf(tag, attribute)
    if (writtenAt !== undefined) this.#sink.writtenAt(writtenAt)
  }

  #openFile(tag: XmlTag): void {
    const path = tag.text('path') ?? tag.text('name')
    if (path === undefined) throw new ScanError('<file> has neither path nor name', tag.offset)
    this.#file = this.#sink.file(path)
    this.#offset = tag.offset
    this.#metrics = {}
    this.#lines = noLines()
    this.#missedWithoutNumber = 0
  }

  #openLine(tag: XmlTag): void {
    const line = lineNumber(tag, 'num')
    const type = tag.text('type')
    if (type === 'cond') this.#keepCondition(tag, line)
    else if (type === 'method') keepLargest(this.#lines.methods, line, hitsOf(tag, 'count'))
    else {
      this.#lines.statementElements++
      this.#keepMeasured(line, hitsOf(tag, 'count'))
    }
  }

  #keepCondition(tag: XmlTag, line: number): void {
    const whenTrue = hitsOf(tag, 'truecount')
    const whenFalse = hitsOf(tag, 'falsecount')
    const hasCount = tag.digits('count') !== undefined
    this.#keepMeasured(line, hasCount ? hitsOf(tag, 'count') : Math.max(whenTrue, whenFalse))
    if (line !== NO_NUMBER) this.#lines.conditions.push({ line, whenTrue, whenFalse, hasCount })
  }

  #keepMeasured(line: number, hits: number): void {
    if (line === NO_NUMBER) this.#missedWithoutNumber++
    else keepLargest(this.#lines.measured, line, hits)
  }

  #closeFile(): void {
    const file = this.#file
    this.#file = undefined
    if (file === undefined) return
    for (const [line, hits] of this.#lines.measured) file.line(line, hits)
    if (this.#missedWithoutNumber > 0) file.missedWithoutNumber(this.#missedWithoutNumber)
    this.#allWithoutNumber += this.#missedWithoutNumber
    this.#tellConditions(file)
    const declared = { ...this.#linesByMetrics(file), ...this.#branchesByMetrics() }
    if (Object.keys(declared).length > 0) file.declare(declared)
  }

  #tellConditions(file: FileSink): void {
    const { conditions } = this.#lines
    if (conditions.length === 0) return
    this.#hasConditions = true
    const reading = senseOfConditions(conditions, this.#metrics)
    if (reading === undefined) {
      this.#unfit++
      tellUnknown(file, conditions, this.#metrics.conditionals ?? 0)
      return
    }
    this.#unlisted += reading.unlisted
    const branches = conditions.map((condition) => ({ line: condition.line, ...branchPair(condition, reading.sense) }))
    for (const { line, total } of branches) if (total > MOST_BRANCHES) throw this.#tooMany(line, total)
    if (reading.sense === 'taken-and-missed' && areV8Blocks(this.#lines.measured.keys(), branches))
      this.#v8.tell(file, branches)
    else for (const { line, taken, total } of branches) file.countedBranches(line, taken, total)
  }

  #tooMany(line: number, total: number): ScanError {
    return new ScanError(`${total} branches on line ${line}: expected at most ${MOST_BRANCHES}`, this.#offset)
  }

  /** Method lines are lines of the measurement only where some of them are statements. */
  #linesByMetrics(file: FileSink): DeclaredTotals {
    const sense = senseOfStatements(this.#lines, this.#metrics)
    if (sense === 'elements') this.#haveElements = true
    const { statements, coveredStatements } = this.#metrics
    if (sense !== 'some-methods' || statements === undefined || coveredStatements === undefined) return {}
    this.#declaredFiles++
    for (const [line, hits] of this.#lines.methods) {
      if (line === NO_NUMBER) continue
      if (!this.#lines.measured.has(line)) file.notInPatch(line)
      file.line(line, hits)
    }
    return { linesTotal: statements, linesCovered: Math.min(coveredStatements, statements) }
  }

  #branchesByMetrics(): DeclaredTotals {
    const { conditionals = 0, coveredConditionals = 0 } = this.#metrics
    if (this.#lines.conditions.length > 0 || conditionals === 0) return {}
    this.#branchTotals += conditionals
    return { branchesTotal: conditionals, branchesCovered: Math.min(coveredConditionals, conditionals) }
  }

  #closeReport(): void {
    this.#sink.declare(declaredTotals(this.#declared, this.#haveElements))
    if (this.#hasConditions) this.#sink.branches('collected')
    else if (this.#branchTotals > 0) this.#sink.branches('totals-only')
    this.#tellNotes()
  }

  #tellNotes(): void {
    if (this.#declaredFiles > 0) {
      this.#sink.note(
        `${counted(this.#declaredFiles, 'file')} with method lines of which some are statements, and the report does not ` +
          'say which: the totals are those of <metrics>. PHPUnit: use --coverage-cobertura',
      )
    }
    if (this.#unfit > 0) {
      this.#sink.note(
        `${counted(this.#unfit, 'file')} in which no known dialect of Clover gives the conditionals of <metrics>: how many ` +
          'branches were taken is not known',
      )
    }
    if (this.#unlisted > 0) {
      this.#sink.note(
        `${counted(this.#unlisted, 'branch', 'branches')} on lines that the report does not list, such as default values of ` +
          "parameters: left out. Istanbul's JSON and LCOV have them",
      )
    }
    noteWithoutNumber(this.#sink, this.#allWithoutNumber)
    this.#v8.note(this.#sink)
  }
}

function noLines(): CloverLines {
  return { measured: new Map(), methods: new Map(), conditions: [], statementElements: 0 }
}

function keepLargest(lines: Map<number, number>, line: number, hits: number): void {
  lines.set(line, Math.max(hits, lines.get(line) ?? 0))
}

/** As many as any sense allows, so that the bounds hold whatever the truth is. */
function tellUnknown(file: FileSink, conditions: readonly CloverCondition[], conditionals: number): void {
  let rest = conditionals
  for (const [index, { line, whenTrue, whenFalse }] of conditions.entries()) {
    const possible = Math.max(2, whenTrue + whenFalse)
    const total = index === conditions.length - 1 ? Math.max(possible, rest) : possible
    rest -= total
    file.unknownBranches(line, Math.min(total, MOST_BRANCHES))
  }
}

function metricsOf(tag: XmlTag): CloverMetrics {
  const optional = (attribute: string): number | undefined =>
    tag.digits(attribute) === undefined ? undefined : countOf(tag, attribute)
  const statements = optional('statements')
  const coveredStatements = optional('coveredstatements')
  const conditionals = optional('conditionals')
  const coveredConditionals = optional('coveredconditionals')
  return {
    ...(statements === undefined ? {} : { statements }),
    ...(coveredStatements === undefined ? {} : { coveredStatements }),
    ...(conditionals === undefined ? {} : { conditionals }),
    ...(coveredConditionals === undefined ? {} : { coveredConditionals }),
  }
}

/** Statements that are no lines say nothing about lines. */
function declaredTotals(metrics: CloverMetrics, haveElements: boolean): DeclaredTotals {
  const { statements, coveredStatements, conditionals, coveredConditionals } = metrics
  return {
    ...(haveElements || statements === undefined ? {} : { linesTotal: statements }),
    ...(haveElements || coveredStatements === undefined ? {} : { linesCovered: coveredStatements }),
    ...(conditionals === undefined ? {} : { branchesTotal: conditionals }),
    ...(coveredConditionals === undefined ? {} : { branchesCovered: coveredConditionals }),
  }
}
