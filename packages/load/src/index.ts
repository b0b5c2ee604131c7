export { type Fidelity, FORMATS, type FormatName } from './format.ts'
export {
  type Assessment,
  assess,
  type MeasureOptions,
  measure,
  type Wanted,
} from './measure.ts'
export { type ReadPlan, readRuns } from './read-runs.ts'
export { HEAD_BYTES, READERS, type Sniffed, sniffFormat } from './readers.ts'
export type { ReportFile } from './report-file.ts'
export type { Bounds, Distribution, Group, Run, RunError, Signal, Source, TimeBin, Timeline } from './run.ts'
export { createRun, type RunBuilder, type RunOptions } from './run-builder.ts'
export {
  LoadProblem,
  type LoadProblemCode,
  type LoadReader,
  type LoadSink,
  type PrintedGroup,
  type PrintedPercentile,
  type ReadOptions,
  type RunFacts,
  type SignalKind,
} from './sink.ts'
export { neededFor } from './wanted.ts'
export { type Window, windowsOf } from './windows.ts'
