export { createReport } from './coverage-report.ts'
export { type DiffReader, diffReader } from './diff.ts'
export { type DiffChange, type DiffFile, type DiffHunk, DiffProblem } from './diff-file.ts'
export { addedLines, addedRanges, type LineRange, type LineTrace, mapLines } from './diff-lines.ts'
export type { FileCoverage, WrittenBranch } from './file-coverage.ts'
export { goModuleName } from './map-go.ts'
export { mapPaths, type PathMapper } from './map-paths.ts'
export {
  type Disk,
  type GoModule,
  type PathMapPlan,
  type PathMapping,
  type PathRule,
  type ReportPaths,
  type RepositoryFile,
} from './map-plan.ts'
export { parsePathRules } from './map-rules.ts'
export {
  compareShares,
  type FileShare,
  fileMeasurementsOf,
  measurementsOf,
  patchMeasurementsOf,
  sumOf,
  totalsByFile,
  totalsOf,
} from './measure.ts'
export { type Coverage, type CoveragePart, differingTotals, type LinesOfFile, mergeCoverage } from './merge-coverage.ts'
export { createFileCoverage } from './model-file.ts'
export { readReport } from './read-report.ts'
export {
  type BranchKind,
  type CoverageReport,
  type DeclaredTotals,
  type FileSink,
  FORMATS,
  type FormatName,
  type ReportedFile,
  ReportProblem,
  type ReportProblemCode,
  type ReportSink,
} from './report.ts'
export type { BranchCount, Count, Totals } from './totals.ts'
export { type CoberturaOptions, unwritableInXml, writeCobertura } from './write-cobertura.ts'
export { unwritableInLcov, writeLcov } from './write-lcov.ts'
