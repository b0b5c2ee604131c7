import type { Level } from './level.ts'
import type { Recorder } from './recorder.ts'
import { Refusal } from './refusal.ts'
import type { StageEnd } from './stage.ts'
import type { Ending } from './step-ending.ts'
import type { Step } from './step-file.ts'
import type { StepResult } from './types.ts'

export interface StepEnd extends StepResult {
  readonly exitCode: number | null
  readonly endedBy?: string
  readonly state: Readonly<Record<string, string>>
  /** The steps of a composite that have an id. */
  readonly steps: Readonly<Record<string, StepResult>>
  /** The condition could not be evaluated: in a composite, no later step runs. */
  readonly isBroken: boolean
}

/** The post stage of a step. It gets the level anew, with inputs as they are at the end of the job. */
export type Post = (level: Level, recorder: Recorder) => Promise<StepEnd>

/** Where a step leaves its post stage. */
export type AddPost = (post: Post) => void

/** What a step has at hand while it runs. */
export interface Run {
  readonly step: Step
  readonly env: Readonly<Record<string, string>>
  readonly recorder: Recorder
  readonly addPost: AddPost
  readonly ending: Ending
}

export const NOTHING = { exitCode: null, outputs: {}, state: {}, steps: {}, isBroken: false } as const
export const SKIPPED: StepEnd = { ...NOTHING, outcome: 'skipped', conclusion: 'skipped' }

export function stageEnd({ exitCode, endedBy, outputs, state, hasFailedCommand }: StageEnd): StepEnd {
  const outcome = exitCode === 0 && !hasFailedCommand ? 'success' : 'failure'
  return {
    ...NOTHING,
    exitCode,
    ...(endedBy === undefined ? {} : { endedBy }),
    outputs,
    state,
    outcome,
    conclusion: outcome,
  }
}

/** The real runner's answer to what goes wrong in a step. A refusal is this runner's own and ends the run. */
export function failed(error: unknown, recorder: Recorder): StepEnd {
  if (error instanceof Refusal) throw error
  recorder.issue({ level: 'error', message: error instanceof Error ? error.message : String(error) })
  return { ...NOTHING, outcome: 'failure', conclusion: 'failure' }
}
