import type { FailureClass, Health } from './classes.ts'

/** A line that a person wrote is malformed. */
export class ExpectationError extends Error {
  /** The line, or what of it is wrong. */
  readonly part: string
  /** What is wrong and what would be right, to be read behind the part. */
  readonly problem: string

  constructor(part: string, problem: string) {
    super(`${JSON.stringify(part)} ${problem}`)
    this.part = part
    this.problem = problem
  }
}

/** How one expectation fared on one answer. */
export interface ExpectationResult {
  /** As a person would write it, such as `$.status == "ok"` or `status 200-299`. */
  readonly expectation: string
  /** `not-judged`: something before it failed. */
  readonly outcome: 'pass' | 'fail' | 'not-judged'
  /** For display: shortened, secrets replaced. Absent: there was nothing to measure. */
  readonly measured?: string
  readonly explanation: string
}

/** What an answer said of its release, against the one that is expected. */
export type Release = 'not-asked' | 'missing' | 'expected' | 'other'

/** What one sample says of the service, taken by itself. */
export interface Judgement {
  readonly health: Health
  /** Absent where the health has no classes. */
  readonly failureClass?: FailureClass
  /** One line about what failed first; empty when healthy. */
  readonly reason: string
  /** The answer came from a cache: it is no evidence of anything. */
  readonly isVoid: boolean
  /** The server, or at least something at its address, was reached. */
  readonly hasAnswered: boolean
  /** The release that the answer named, whether one was expected or not. */
  readonly version?: string
  readonly release: Release
  /** In the order in which they were judged. */
  readonly results: readonly ExpectationResult[]
  /** Components that the health document calls bad, such as `components.redis "down"`. */
  readonly failingParts: readonly string[]
}
