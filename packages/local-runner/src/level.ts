import { evaluateText, type Scope, type StatusFunctions } from './expressions.ts'
import type { Fields } from './fields.ts'
import type { Session } from './session.ts'
import type { Step } from './step-file.ts'
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
  /** Aborted when the time of all these steps is over. */
  readonly deadline: AbortSignal
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

/** The `env` context of a step: the job's, over it the enclosing steps', over it its own. */
export function stepEnvironment(level: Level, step: Step): Record<string, string> {
  const env = { ...Object.fromEntries(level.session.env), ...level.overrides }
  const scope = scopeOf(level, env)
  const own = Object.entries(step.env).map(([name, text]) => [name, evaluateText(text, scope)])
  return { ...env, ...Object.fromEntries(own) }
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
