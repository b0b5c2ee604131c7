export { type Fidelity, FORMATS, type FormatName } from './format.ts'
export { HEAD_BYTES, READERS, type Sniffed, sniffFormat } from './readers.ts'
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
