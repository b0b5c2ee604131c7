/** Turns an input's text into its value, or throws an `InputProblem`. An absent or empty input never reaches it. */
export interface Parser<T> {
  readonly parse: (raw: string) => T
  /** The value where the input is empty and action.yml gives no default. */
  readonly whenEmpty: T
  /** Registered with the runner, with its base64 and URL-encoded forms, before anything else happens. */
  readonly isSecret?: true
}

/** What is wrong with a value and what would be right; the frame adds the input's name and the value. */
export class InputProblem extends Error {}

export function text(): Parser<string> {
  return { parse: (raw) => raw, whenEmpty: '' }
}

/** Masked first; never printed in a message. */
export function secret(): Parser<string> {
  return { parse: (raw) => raw.trim(), whenEmpty: '', isSecret: true }
}
