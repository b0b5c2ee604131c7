export { type Baseline, type BaselineFile, type BaselineSearch, findBaseline, type IgnoredRun } from './baseline.ts'
export { connectGitHub, type GitHub, type GitHubConnection } from './client.ts'
export { type CommentResult, type StickyComment, upsertComment } from './comments.ts'
export { type Comparison, compareCommits } from './comparison.ts'
export {
  createDeployment,
  type DeploymentState,
  type DeploymentStatus,
  type NewDeployment,
  newestDeployment,
  setDeploymentStatus,
} from './deployments.ts'
export { GitHubError, type GitHubErrorKind } from './errors.ts'
