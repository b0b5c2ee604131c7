export { UserError } from './errors.ts'
export type { Frame, Log, Place, Report } from './frame.ts'
export { InputProblem, type Parser, secret, text } from './parsers.ts'
