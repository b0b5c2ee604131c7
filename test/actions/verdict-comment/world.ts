import { type FakeArtifact, type FakeGitHubOptions, zipOf } from '@hardgate/fakes'
import { type Check, type Verdict, verdictOf } from '@hardgate/gate'

export const HEAD = 'a'.repeat(40)
export const FORK = 'mallory/api'

export function verdict(gate: string, parts: Partial<Verdict> = {}, check: Partial<Check> = {}): Verdict {
  const explanation = 'lines 75 % (75 of 100), limit 70 %, 5 points to spare'
  const checks: Check[] = [
    {
      threshold: 'lines >= 70%',
      outcome: 'pass',
      severity: 'gate',
      measured: '75 % (75 of 100)',
      explanation,
      ...check,
    },
  ]
  return { ...verdictOf({ gate, checks }), ...parts }
}

/** An artifact of run 5 with these files: a text as it is, anything else as JSON. */
export function artifact(files: Readonly<Record<string, unknown>>, parts: Partial<FakeArtifact> = {}): FakeArtifact {
  const zipped = Object.entries(files).map(([name, content]) => ({
    name,
    content: typeof content === 'string' ? content : JSON.stringify(content),
  }))
  return { name: 'verdicts', runId: 5, archive: zipOf(zipped), ...parts }
}

/** A pull request #7 from a fork, and its run 5. */
export function forkWorld(options: FakeGitHubOptions = {}): FakeGitHubOptions {
  return {
    pulls: [{ number: 7, sha: HEAD, branch: 'fix', headRepository: FORK }],
    runs: [{ id: 5, sha: HEAD, event: 'pull_request', branch: 'fix', headRepository: FORK }],
    artifacts: [artifact({ 'coverage-gate.json': verdict('coverage-gate') })],
    ...options,
  }
}

/** The event by which GitHub tells that a run of a fork's pull request has ended: `pull_requests` is empty then. */
export function workflowRun(parts: Readonly<Record<string, unknown>> = {}) {
  return {
    action: 'completed',
    workflow_run: {
      id: 5,
      event: 'pull_request',
      conclusion: 'failure',
      head_sha: HEAD,
      head_branch: 'fix',
      head_repository: { id: 43, full_name: FORK },
      pull_requests: [],
      ...parts,
    },
  }
}
