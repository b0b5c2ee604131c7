export { type Clock, systemClock } from './clock.ts'
export type {
  Answer,
  Certificate,
  Exchange,
  Failure,
  FailureKind,
  Phases,
  Reached,
  Requester,
  RequestPlan,
} from './exchange.ts'
