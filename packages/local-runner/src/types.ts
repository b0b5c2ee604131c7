export type Scalar = string | number | boolean

export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped'

export interface RunOptions {
  /** The environment of the job. A `GITHUB_…` or `RUNNER_…` variable in it changes that context as well. */
  readonly env?: Readonly<Record<string, string>>
  /**
   * Overrides of the `github` context: sha, repository, event_name, event (the payload), token, api_url …
   * api_url is a closed port unless it is given: nothing here calls GitHub by accident.
   */
  readonly github?: Readonly<Record<string, unknown>>
  readonly matrix?: Readonly<Record<string, unknown>>
  readonly strategy?: Readonly<Record<string, unknown>>
  /** Overrides of the `job` context, such as check_run_id. */
  readonly job?: Readonly<Record<string, unknown>>
  /** The `secrets` context of a job's steps. Each value is masked from the start. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Default: a fresh, empty folder. */
  readonly workspace?: string
  /** Default: a fresh folder. What this process made is removed when it exits. */
  readonly runnerTemp?: string
  /** The repository that `$/` and plain names mean. Default: the one that this file, or the working directory, is in. */
  readonly root?: string
  /** Folders that stand for remote repositories: `{ 'OWNER/hardgate': root }` runs `uses: OWNER/hardgate/actions/x@v1`. */
  readonly local?: Readonly<Record<string, string>>
  /** The Node that runs the actions. Default: the one that runs this process. */
  readonly node?: string
  /** How many times faster time passes in JavaScript actions, and in the waits of a cancellation. Default 1. */
  readonly timeScale?: number
  /** Each line of the log as it comes, masked. */
  readonly onLine?: (line: string) => void
  /** Asked with each line of the log; true cancels the job, as a person who presses the button. */
  readonly cancelWhen?: (line: string) => boolean
  /** Cancels the job when it is aborted. */
  readonly signal?: AbortSignal
  /** A guard in real milliseconds, 5 minutes by default. After it the running step is ended and fails. */
  readonly timeoutMs?: number
}

export interface LocalOptions extends RunOptions {
  /** The values as the action gets them: `${{ }}` in them is not evaluated. */
  readonly with?: Readonly<Record<string, Scalar>>
}

/** A step as a workflow file has it. `${{ }}` is evaluated in `with`, `env`, `run`, `if` and `continue-on-error`. */
export interface JobStep {
  readonly id?: string
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly shell?: string
  readonly 'working-directory'?: string
  readonly with?: Readonly<Record<string, Scalar>>
  readonly env?: Readonly<Record<string, Scalar>>
  readonly if?: string | boolean
  readonly 'continue-on-error'?: string | boolean
  readonly 'timeout-minutes'?: number
}

export interface JobOptions extends RunOptions {
  readonly steps: readonly JobStep[]
  /** Expressions over `steps`, as `jobs.<id>.outputs`. */
  readonly outputs?: Readonly<Record<string, string>>
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly title?: string
  /** Relative to the workspace where it lies inside. */
  readonly file?: string
  readonly line?: number
}

export interface StepResult {
  readonly outcome: Outcome
  readonly conclusion: Outcome
  readonly outputs: Readonly<Record<string, string>>
}

/** One entry of the job's page: a step, or the post stage of one. */
export interface StepRun extends StepResult {
  readonly id: string
  readonly name: string
  /** null where no process ended by itself: a composite, a skipped step, a process that a signal ended. */
  readonly exitCode: number | null
  /** The signal that ended the process. */
  readonly endedBy?: string
  readonly state: Readonly<Record<string, string>>
  /** What a person reads in the job summary; secrets are masked. */
  readonly summary: string
  /** At most ten of each level. */
  readonly annotations: readonly Annotation[]
  /** What a person reads in the log: masked, commands carried out, `Error: …` for an error. */
  readonly log: string
  /** stdout and stderr as the processes wrote them: for tests that look for leaks or for commands. */
  readonly rawOut: string
  /** The steps of a composite that have an id. */
  readonly steps: Readonly<Record<string, StepResult>>
}

interface After {
  /** What the steps wrote to GITHUB_ENV. */
  readonly env: Readonly<Record<string, string>>
  /** What the steps wrote to GITHUB_PATH, the newest first. */
  readonly path: readonly string[]
  /** Every masked value, in the order of registration. */
  readonly masks: readonly string[]
  /** The files directly in `$RUNNER_TEMP/hardgate`, sorted. */
  readonly verdictFiles: readonly string[]
  /** How many processes of steps left others running. Those are killed at the end of the job. */
  readonly orphans: number
  readonly workspace: string
  readonly runnerTemp: string
}

/** The action's own step, and what it left behind. */
export interface LocalRun extends StepRun, After {
  /** The post stages, which run after the step. */
  readonly posts: readonly StepRun[]
}

export interface JobRun extends After {
  readonly conclusion: 'success' | 'failure' | 'cancelled'
  /** The steps that have an id. */
  readonly steps: Readonly<Record<string, StepResult>>
  /** Every step in order, skipped ones too, then the post stages. */
  readonly runs: readonly StepRun[]
  readonly posts: readonly StepRun[]
  /** The job's outputs. One that holds a masked value is left out, as on GitHub. */
  readonly outputs: Readonly<Record<string, string>>
  /** The first 50. */
  readonly annotations: readonly Annotation[]
  readonly summary: string
  readonly log: string
  readonly rawOut: string
}
