export { CLASSES, classified, type FailureClass, type Health, outcomeOf, WORST_FIRST } from './classes.ts'
export { needsControl, withFailedControl } from './control.ts'
export { type Expectations, expectationTexts } from './expectations.ts'
export { type JsonExpectation, parseJsonExpectation } from './json-expectation.ts'
export { type CompilePath, loadJsonPath } from './json-path.ts'
export { judge } from './judge.ts'
export { ExpectationError, type ExpectationResult, type Judgement, type Release } from './judgement.ts'
export { isHtml } from './markers.ts'
export { compileProbeRules, healthOfProbes, judgeProbe, type ProbeRules, type ProbesHealth } from './probe-rules.ts'
export { decideRollback, parseRollbackOn, type RollbackDecision, type RollbackRule } from './rollback.ts'
export { colourOf, type Judged, type Subject, settleRound } from './round.ts'
export { type CheckHealth, healthOfRun, type JudgedRound, type RunHealth } from './run-health.ts'
export { parseStatusSet, type StatusSet } from './status-set.ts'
export {
  type BodyExpectation,
  type HeaderExpectation,
  parseBodyExpectation,
  parseHeaderExpectation,
} from './text-expectation.ts'
export { parseVersionSource, showVersion, type VersionSource } from './version.ts'
