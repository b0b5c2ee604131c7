export { type Clock, systemClock } from './clock.ts'
export { type Dialled, type DialPlan, dial } from './dial.ts'
export type {
  Answer,
  Certificate,
  Exchange,
  Failure,
  FailureKind,
  Observed,
  Phases,
  Reached,
  Requester,
  RequestPlan,
  Trouble,
  UnfollowedWhy,
} from './exchange.ts'
export { hideAll } from './hide.ts'
export { chooseProxy, type ProxyChoice } from './proxy.ts'
export { isSensitiveName, redactText, redactUrl } from './redact.ts'
export { request } from './request.ts'
export {
  type Attempt,
  isRetryableRead,
  isRetryableWrite,
  nextWait,
  type Retried,
  type RetryEnd,
  type RetryPolicy,
  type RetryWorld,
  withRetry,
} from './retry.ts'
export { retryAfterMs } from './retry-after.ts'
export { secretForms, secretsInUrl } from './secrets.ts'
export { caProblem } from './secure.ts'
