import type { Scope, StatusFunctions } from './expressions.ts'
import type { Fields } from './fields.ts'
import type { Session } from './session.ts'
import type { StepResult } from './types.ts'

type Status = 'success' | 'failure' | 'cancelled'

/** What the steps of one job, or of one composite, have in common. */
export interface Level {
  readonly kind: 'job' | 'composite'
  readonly session: Session
  /** The repository of the file that holds the steps. */
  readonly root: string
  readonly github: Fields
  readonly inputs: Readonly<Record<string, string>>
  /** The `steps` context, filled as the steps end. */
  readonly steps: Record<string, StepResult>
  /** What the enclosing steps set with `env`; it wins over the job's and over GITHUB_ENV. */
  readonly overrides: Readonly<Record<string, string>>
  /** How the steps of this level have gone so far. */
  readonly status: () => Status
  readonly depth: number
}

/** The contexts of a step's keys. A composite knows neither secrets nor needs nor vars (actions/runner action_yaml.json). */
export function scopeOf(level: Level, env: Readonly<Record<string, string>>): Scope {
  const { session, github, inputs, steps } = level
  const { matrix = {}, strategy = {}, job = {}, secrets = {} } = session.options
  const values = {
    github,
    inputs,
    strategy,
    matrix,
    steps,
    job: { check_run_id: '1', ...job, status: session.status },
    runner: session.contexts.runner,
    env,
  }
  return { values: level.kind === 'job' ? { ...values, secrets, needs: {}, vars: {} } : values }
}

/** The same with success() and so on, for `if`. A job's `if` sees no secrets. */
export function conditionScope(level: Level, env: Readonly<Record<string, string>>, status = level.status): Scope {
  const { secrets: _, ...values } = scopeOf(level, env).values
  return { values, status: statusFunctions(status, level.session) }
}

function statusFunctions(status: () => Status, session: Session): StatusFunctions {
  const isCancelled = (): boolean => session.status === 'cancelled'
  return {
    success: () => !isCancelled() && status() === 'success',
    failure: () => !isCancelled() && status() === 'failure',
    cancelled: isCancelled,
  }
}
