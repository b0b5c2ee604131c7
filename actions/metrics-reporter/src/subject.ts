import type { Frame } from '@hardgate/action'
import type { GitHub } from '@hardgate/github'
import type { BuildEvent } from './build-event.ts'
import { jobEventOf } from './collect.ts'
import { type Identity, identify } from './identity.ts'
import type { Plan } from './plan.ts'
import { findVerdicts } from './verdict-files.ts'

/** What is reported: it can be told at once from what the runner knows, and better once GitHub was asked. */
export interface Subject {
  readonly identity: Identity
  /** Told without GitHub. */
  readonly event: () => BuildEvent
  /** Asks, and gives what can be told then. */
  readonly ask: (github: GitHub) => Promise<{ readonly event: BuildEvent; readonly notices: readonly string[] }>
}

type Seen = Pick<Plan, 'told' | 'start' | 'jobTimeoutMs' | 'mode'>

/** Looks around once: what is told later is of this moment. Throws where there is nothing that could be reported. */
export async function subjectOf({ told, start, jobTimeoutMs, mode }: Seen, frame: Frame): Promise<Subject> {
  const end = frame.clock.now()
  const identity = identify(frame, told)
  const verdicts = await findVerdicts({
    wanted: told['verdict-files'],
    runnerTemp: frame.env['RUNNER_TEMP'] || undefined,
    workspace: frame.env['GITHUB_WORKSPACE'] || process.cwd(),
  })
  const evidence = { told, identity, start, end, jobTimeoutMs, verdicts }
  if (mode === 'gather') {
    const { gatherSubject } = await import('./rare-modes.ts')
    return gatherSubject(evidence)
  }
  const runnerName = frame.env['RUNNER_NAME'] ?? ''
  return {
    identity,
    event: () => jobEventOf(evidence),
    ask: async (github) => {
      const { readJobFacts } = await import('./job-facts.ts')
      const isCancelled = told.status === '' && told['job-status'].trim().toLowerCase() === 'cancelled'
      const facts = await readJobFacts({ github, identity, runnerName, isCancelled })
      return { event: jobEventOf({ ...evidence, facts }), notices: facts.notices }
    },
  }
}
