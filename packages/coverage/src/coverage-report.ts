import type { FileCoverage } from './file-coverage.ts'
import { createFileCoverage } from './model-file.ts'
import type { CoverageReport, DeclaredTotals, FileSink, FormatName, ReportedFile, ReportSink } from './report.ts'

/** What one reader writes into, and what came of it. `finish` may be called once all is told. */
export function createReport(format: FormatName): ReportSink & { finish(): CoverageReport } {
  return new ReportBuilder(format)
}

class ReportBuilder implements ReportSink {
  readonly #format: FormatName
  readonly #files: ReportedFile[] = []
  readonly #byModule = new Map<string | undefined, Map<string, FileCoverage>>()
  readonly #sources = new Set<string>()
  readonly #notes = new Set<string>()
  #writtenAtMs: number | undefined
  #branches: CoverageReport['branches'] = 'none'
  #declared: DeclaredTotals = {}
  #explainedMismatch: string | undefined

  constructor(format: FormatName) {
    this.#format = format
  }

  file(path: string, module?: string): FileSink {
    let ofModule = this.#byModule.get(module)
    if (ofModule === undefined) {
      ofModule = new Map()
      this.#byModule.set(module, ofModule)
    }
    const known = ofModule.get(path)
    if (known !== undefined) return known
    const coverage = createFileCoverage()
    ofModule.set(path, coverage)
    this.#files.push({ path, ...(module === undefined ? {} : { module }), coverage })
    return coverage
  }

  source(folder: string): void {
    this.#sources.add(folder)
  }

  writtenAt(milliseconds: number): void {
    this.#writtenAtMs = Math.max(milliseconds, this.#writtenAtMs ?? milliseconds)
  }

  branches(state: 'collected' | 'totals-only'): void {
    if (this.#branches !== 'collected') this.#branches = state
  }

  declare(totals: DeclaredTotals): void {
    this.#declared = totals
  }

  explainMismatch(why: string): void {
    this.#explainedMismatch = why
  }

  note(text: string): void {
    this.#notes.add(text)
  }

  finish(): CoverageReport {
    return {
      format: this.#format,
      files: this.#files,
      sources: [...this.#sources],
      ...(this.#writtenAtMs === undefined ? {} : { writtenAtMs: this.#writtenAtMs }),
      branches: this.#branches,
      declared: this.#declared,
      ...(this.#explainedMismatch === undefined ? {} : { explainedMismatch: this.#explainedMismatch }),
      notes: [...this.#notes],
    }
  }
}
