export { type Fidelity, FORMATS, type FormatName } from './format.ts'
export type { Bounds, Distribution, Group, Run, RunError, Signal, Source, TimeBin, Timeline } from './run.ts'
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
