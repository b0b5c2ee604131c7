export { CLASSES, classified, type FailureClass, type Health, outcomeOf, WORST_FIRST } from './classes.ts'
export { ExpectationError, type ExpectationResult, type Judgement, type Release } from './judgement.ts'
export {
  compileProbeRules,
  healthOfProbes,
  judgeProbe,
  type ProbeRules,
  type ProbesHealth,
} from './probe-rules.ts'
