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
