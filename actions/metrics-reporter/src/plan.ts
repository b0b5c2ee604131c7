import type { Keeping } from './keeping.ts'
import type { StepMode } from './mode.ts'
import type { Endpoint } from './sinks/sink.ts'
import type { Start } from './times.ts'
import type { Told } from './told.ts'

/** All that a report is made of. */
export interface Plan {
  readonly told: Told
  /** `job`: of this job. `gather`: of the run, from its last job. */
  readonly mode: 'job' | 'gather'
  readonly start: Start
  readonly jobTimeoutMs: number
  readonly endpoints: readonly Endpoint[]
  /** Names of endpoints that another reporter of this job has. */
  readonly taken: readonly string[]
  readonly keeping: Keeping
  /** Empty: GitHub is asked nothing. */
  readonly githubToken: string
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly attempts: number
  readonly isDryRun: boolean
  readonly isStrict: boolean
}

/** The same of a step in any mode, as its inputs tell it. */
export interface StepPlan extends Omit<Plan, 'mode' | 'start' | 'taken'> {
  readonly mode: StepMode
}
