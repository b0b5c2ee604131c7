export { apiUrlProblem, isDeployId, isServiceId } from './api-url.ts'
export { causeOf, failureCause } from './cause.ts'
export {
  type AutoDeployPatch,
  type DeployList,
  type EventOptions,
  type ListOptions,
  type NewDeploy,
  type RenderClient,
  renderClient,
} from './client.ts'
export { RenderError, type RenderErrorKind } from './errors.ts'
export { byNewest, commitsMatch, digestOf, identityOf, imagesMatch, shortCommit } from './identity.ts'
export type { Deploy, Service, ServiceEvent } from './model.ts'
export {
  type RollbackRequest,
  rollBack,
  type Started,
  startByHook,
  startDeploy,
  type Watching,
} from './start.ts'
export { isCancellable, isFailed, isKnownStatus, isServed, isTerminal, isUnderWay, type KnownStatus } from './status.ts'
export type { RenderConnection, RequestRecord } from './transport.ts'
export { dashboardOf, POLL_MS, type Step, spanOf, type Waited, type WaitPlan, waitForDeploy } from './wait.ts'
