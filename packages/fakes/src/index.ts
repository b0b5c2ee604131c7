export { type FakeClock, fakeClock } from './clock.ts'
export { type FakeFrame, type FakeWorld, fakeFrame, type LogLine } from './frame.ts'
export {
  type FakeComparison,
  type FakeDeployment,
  type FakeGitHub,
  type FakeGitHubOptions,
  fakeGitHub,
} from './github.ts'
export type { FakeArtifact, FakeRun } from './github-artifacts.ts'
export { type FakeComment, type FakePull, type FakeUser, WORKFLOW_BOT } from './github-conversation.ts'
export type { FakeAnnotation, FakeAttempt, FakeJob, FakeStep } from './github-jobs.ts'
export type { GitHubFault, GitHubRequest } from './github-wire.ts'
export { type Listening, listen } from './listen.ts'
export {
  type FakeRender,
  type FakeRenderOptions,
  fakeRender,
  type RenderRequest,
} from './render.ts'
export type { DeployPlan, DeployScript, EventPlan, RenderFault, ServicePlan, Stage } from './render-plan.ts'
export type { RenderDeployJson } from './render-world.ts'
export { type FakeResults, type FakeResultsOptions, fakeResults, type UploadedFile } from './results-service.ts'
export { type FakeService, fakeService, type Release } from './service.ts'
export {
  type FakeSlack,
  type FakeSlackOptions,
  fakeSlack,
  type SlackAnswer,
  type SlackPayload,
  type SlackRequest,
} from './slack.ts'
export { slackProblems } from './slack-limits.ts'
export {
  type FakeWebhook,
  type FakeWebhookOptions,
  fakeWebhook,
  type WebhookAnswer,
  type WebhookRequest,
} from './webhook.ts'
export { type ZipLies, type ZipPart, zip64Field, zipOf } from './zip.ts'
