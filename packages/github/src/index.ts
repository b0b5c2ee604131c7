export { type CheckAnnotation, listAnnotations } from './annotations.ts'
export {
  type Artifact,
  type ArtifactPage,
  deleteArtifact,
  downloadArtifact,
  listArtifacts,
  listArtifactsByPrefix,
  type NamedArtifact,
} from './artifacts.ts'
export { type RunAttempt, readAttempt } from './attempts.ts'
export { type Baseline, type BaselineWanted, findBaseline } from './baseline.ts'
export type { BaselineSearch, IgnoredRun } from './baseline-choice.ts'
export { type BaselineRun, type Baselines, type BaselinesWanted, findBaselines } from './baselines.ts'
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
export { instantOf, type Job, type JobStep, listJobs, readJob } from './jobs.ts'
export { openPullsFrom, type Pull, readPull } from './pulls.ts'
export { type ResultsService, resultsServiceOf } from './results-service.ts'
export { type ExtractedFile, unzipInto } from './unzip.ts'
export { type NewArtifact, type UploadedArtifact, type UploadWorld, uploadArtifact } from './upload-artifact.ts'
export { type NewZipFile, writeZip } from './write-zip.ts'
export { readZip, type ZipFile } from './zip.ts'
export { ZipError, type ZipLimits } from './zip-limits.ts'
