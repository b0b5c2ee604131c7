import type { Account, Frame } from '@hardgate/action'
import { gitHubFor } from './github-reads.ts'
import { addedLabels } from './labels.ts'
import type { StepPlan } from './plan.ts'
import { replay } from './replay.ts'

// What few steps do, in one chunk: in one each they would hold much of the same code twice.

export { gatherSubject } from './gather.ts'
export { reportRun } from './run-mode.ts'

const READ_MS = 10_000

/** Sends what was kept: in the folder that was given, else in the artifacts of the repository. */
export async function replayKept(plan: StepPlan, owner: string, frame: Frame): Promise<Account> {
  const { folder, isBrief } = plan.keeping
  // what was sent at the last moment is still deleted
  const until = frame.clock.monotonic() + plan.deadlineMs + READ_MS
  const reads = { token: plan.githubToken, limitMs: READ_MS, until: () => until, isPatient: true }
  const isFolder = folder !== undefined && !isBrief
  const from = isFolder ? { folder } : { github: await gitHubFor(reads, frame), owner }
  return replay({ ...plan, from, labelsFor: (event) => addedLabels(plan.told.labels, event).labels }, frame)
}
