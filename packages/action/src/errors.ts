/** A fault that the user can mend: one clear message, no stack, exit 1. */
export class UserError extends Error {}

/** All that is wrong with the inputs, one line each. */
export class InputErrors extends UserError {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Node's word for what the system refused, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
