export type { FileCoverage, WrittenBranch } from './file-coverage.ts'
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
