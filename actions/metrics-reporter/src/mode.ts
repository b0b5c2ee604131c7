/** What a step reports: this job, the run that it is the last job of, a run that is over, or what was kept. */
export type StepMode = 'job' | 'gather' | 'run' | 'replay'

/** Never guesses `run`: a deploy that a `workflow_run` started must report itself. */
export function modeOf(mode: string, needs: string): StepMode {
  if (mode === 'job' || mode === 'gather' || mode === 'run' || mode === 'replay') return mode
  return needs.trim() === '' ? 'job' : 'gather'
}

/** Is it told at the end of the job, by the job itself? */
export function isOfThisJob<P extends { readonly mode: StepMode }>(
  plan: P,
): plan is P & { readonly mode: 'job' | 'gather' } {
  return plan.mode === 'job' || plan.mode === 'gather'
}
