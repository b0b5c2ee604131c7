export { baseBranch, isOnDefault, isPushToDefault } from './branches.ts'
export { InputErrors, UserError } from './errors.ts'
export { type BaselineSource, baselineSource, type GlobOptions, globs } from './file-parsers.ts'
export { type Found, type FoundReport, findReports, globMatcher, type Search } from './find-reports.ts'
export type { Account, Frame, Log, Place, Report, Stage } from './frame.ts'
export { type ConnectionWorld, gitHubConnection } from './github-connection.ts'
export { type GitHubContext, githubContext } from './github-context.ts'
export {
  type Contract,
  defineInputs,
  type InputDefinition,
  type Renamed,
  type Rule,
  rawInputs,
  type Values,
} from './inputs.ts'
export {
  type AsyncParser,
  boolean,
  choice,
  type Env,
  fromEnvironment,
  InputProblem,
  lines,
  linesOf,
  optional,
  type Parser,
  required,
  secret,
  text,
  url,
} from './parsers.ts'
export { type CommentWorld, postComment } from './post-comment.ts'
export { duration, integer, percentage, printDuration } from './quantities.ts'
export { readInputs } from './read-inputs.ts'
export { type Action, runAction } from './run-action.ts'
export { defineState, instant, type State } from './state.ts'
export { type SugarParser, sugar, type ThresholdsParser, thresholds } from './thresholds.ts'
