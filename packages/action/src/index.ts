export { InputErrors, UserError } from './errors.ts'
export type { Account, Frame, Log, Place, Report, Stage } from './frame.ts'
export { type GitHubContext, githubContext } from './github-context.ts'
export { type Contract, defineInputs, type InputDefinition, type Rule, readInputs, type Values } from './inputs.ts'
export { nearest } from './nearest.ts'
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
export { duration, integer, percentage, printDuration } from './quantities.ts'
export { type Action, runAction } from './run-action.ts'
export { defineState, instant, type State } from './state.ts'
