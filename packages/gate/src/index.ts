export { designEffect, type Slice } from './design-effect.ts'
export { formatDuration, formatDurationShort, parseDuration } from './duration.ts'
export { compare, cutTo, type Exact, exact, fraction, minus, over, times } from './exact.ts'
export { type Case, checkThresholds, judge } from './judge.ts'
export type { Amount, BaselineLimit, FixedLimit, Limit, MetricKind } from './limit.ts'
export { type Metrics, percentileOf } from './metric-name.ts'
export { nearestName } from './nearest.ts'
export { fewestForPass, type OrderInterval, type OrderQuestion, orderInterval } from './order-interval.ts'
export { fewestForValue, type Percent, rankOf } from './percentile.ts'
export { normalQuantile, studentQuantile } from './quantiles.ts'
export { type ParsedVerdict, parseVerdict } from './read-verdict.ts'
export { baselineOfRuns, FEWEST_RUNS, type NextRun, type RunsBaseline } from './runs-baseline.ts'
export { earlierValues } from './runs-limit.ts'
export { parseBoolean, parseNumber, parsePercent } from './scalar.ts'
export { checkSchema, schemaChecker } from './schema.ts'
export type { Schema } from './schema-rule.ts'
export { isInScope } from './scope.ts'
export { formatShare } from './share.ts'
export {
  type Operator,
  type ParsedThresholds,
  parseThresholds,
  sugarLine,
  type Threshold,
  type ThresholdProblem,
} from './thresholds.ts'
export {
  type Check,
  type Json,
  type Measurement,
  noData,
  type Outcome,
  type Ratio,
  type Verdict,
  type VerdictParts,
  verdictOf,
} from './verdict.ts'
export { verdictSchema } from './verdict-schema.ts'
