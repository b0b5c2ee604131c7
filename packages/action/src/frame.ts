import type { Verdict } from '@hardgate/gate'
import type { Clock, Requester } from '@hardgate/http'

/** Where in the repository an annotation points. */
export interface Place {
  readonly file: string
  readonly line?: number
}

/** Every text that goes through here is made inert first: no workflow command, no control character survives. */
export interface Log {
  readonly info: (line: string) => void
  readonly notice: (line: string, place?: Place) => void
  readonly warning: (line: string, place?: Place) => void
  readonly error: (line: string, place?: Place) => void
}

/** The runner starts an action twice where its action.yml has a `post`. */
export type Stage = 'main' | 'post'

/** All that an action may touch of the world. A test hands in another one. */
export interface Frame {
  readonly stage: Stage
  readonly clock: Clock
  readonly request: Requester
  /** Aborted on SIGINT or SIGTERM, with that name as its reason. `run` then ends within 2 s and still reports. */
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  /** Registers a secret with its base64 and URL-encoded forms. Call it before the first line that might hold it. */
  readonly mask: (secret: string) => void
  /** undefined: there is no such file. Throws a UserError above `maxBytes`. */
  readonly readText: (path: string, limit: { readonly maxBytes: number }) => Promise<string | undefined>
  /** Written at once, so that a kill later cannot leave it empty. */
  readonly setOutput: (name: string, value: string) => void
  /** A value that the post stage gets back. Never a secret: state is a plain file. */
  readonly saveState: (name: string, value: string) => void
  readonly getState: (name: string) => string
}

/** How a run ended, for the frame to report. */
export interface Report {
  readonly verdict: Verdict
  /** Beside `verdict`, `reason` and `verdict-file`, which the frame sets. */
  readonly outputs?: Readonly<Record<string, string>>
  /** Markdown sections, the most important first; the last are left out where the summary would be too large. */
  readonly summary?: readonly string[]
}

/** How an action that is no gate ended: it judged nothing, so it has no verdict. It logs its own annotations. */
export interface Account {
  /** One line. */
  readonly reason: string
  /** Exit 1, unless the action never fails. */
  readonly isFailure?: boolean
  readonly outputs?: Readonly<Record<string, string>>
  readonly summary?: readonly string[]
}
