import type { Signal } from './cancellation.ts'
import { InputErrors, UserError } from './errors.ts'
import type { Account, Report } from './frame.ts'

/** How a run ended: with a report, by a fault that the user can mend, by a bug, or cut short. There is no other way. */
export type Ending =
  | { readonly kind: 'report'; readonly report: Report | Account }
  | { readonly kind: 'input-errors'; readonly problems: readonly string[]; readonly account?: Account | undefined }
  | { readonly kind: 'user-fault'; readonly messages: readonly string[] }
  | { readonly kind: 'bug'; readonly errors: readonly unknown[] }
  | { readonly kind: 'cancelled'; readonly by: Signal; readonly meanwhile?: unknown }

/** What an error means. Several at once are the user's fault only if each of them is. */
export function endingOf(error: unknown): Ending {
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
  if (error instanceof InputErrors) return { kind: 'input-errors', problems: error.problems }
  const faults = all.filter((one) => one instanceof UserError)
  if (faults.length === all.length && all.length > 0)
    return { kind: 'user-fault', messages: faults.map((one) => one.message) }
  return { kind: 'bug', errors: all.length > 0 ? all : [error] }
}
