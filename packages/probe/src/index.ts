export { type HttpTarget, type HttpWorld, observeHttp, probeHeaders } from './http.ts'
export { inParallel } from './pool.ts'
export {
  type Colour,
  type JudgedRound,
  MAX_CONNECTIONS,
  type Round,
  type RoundKind,
  type RoundsPlan,
  type RunEnd,
  runRounds,
  type Timeline,
} from './rounds.ts'
export { longestRun, type Schedule } from './schedule.ts'
