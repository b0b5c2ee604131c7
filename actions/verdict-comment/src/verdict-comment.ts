import { type Account, type Frame, type GitHubContext, gitHubConnection, githubContext } from '@hardgate/action'
import { type CommentResult, connectGitHub, type GitHub, GitHubError, upsertComment } from '@hardgate/github'
import { findPull } from './find-pull.ts'
import { type GateComment, gateComments } from './gate-comments.ts'
import type { Inputs } from './inputs.ts'
import { readVerdicts } from './read-verdicts.ts'
import { failed, posted, skipped, type Told } from './told.ts'
import { type TriggeringRun, triggeringRun } from './triggering-run.ts'

/** Finds the pull request of the run that triggered this one, and writes what its gates found. */
export async function run(inputs: Inputs, frame: Frame): Promise<Account> {
  const context = githubContext(frame.env)
  const triggering = triggeringRun(context)
  if (triggering.event !== 'pull_request')
    return skipped(frame.log, {
      reason: `The run was started by "${triggering.event}", not by a pull request: there is nothing to write to.`,
    })
  const github = connectGitHub(gitHubConnection({ frame, context, token: inputs['github-token'] }))
  try {
    return await tell({ inputs, frame, context, triggering, github })
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    return failed(frame.log, { reason: withAdvice(error) })
  }
}

interface Telling {
  readonly inputs: Inputs
  readonly frame: Frame
  readonly context: GitHubContext
  readonly triggering: TriggeringRun
  readonly github: GitHub
}

async function tell({ inputs, frame, context, triggering, github }: Telling): Promise<Account> {
  const { log } = frame
  const pull = await findPull(github, triggering)
  if ('why' in pull) return skipped(log, { reason: pull.why })
  const { number } = pull
  const { id: runId, headSha } = triggering
  const read = await readVerdicts(github, { artifacts: inputs.artifact, globs: inputs.verdicts, runId })
  const runUrl = `${context.serverUrl}/${context.slug}/actions/runs/${runId}`
  const { comments, refused } = gateComments(read.verdicts, { runId, runUrl, headSha })
  const notes = [...read.refused, ...refused]
  if (comments.length === 0)
    return skipped(log, { number, notes, reason: `Run ${runId} left no verdict that can be shown.` })
  const results: [GateComment, CommentResult][] = []
  for (const comment of comments)
    results.push([comment, await upsertComment({ github, pullRequest: number, headSha, ...comment })])
  return ended(log, { number, notes, results })
}

function ended(
  log: Frame['log'],
  { number, notes, results }: Omit<Told, 'reason'> & { readonly results: readonly [GateComment, CommentResult][] },
): Account {
  const gates = results.map(([{ gate }, { kind }]) => `${gate} ${kind}`).join(', ')
  const kept = { ...(number === undefined ? {} : { number }), ...(notes === undefined ? {} : { notes }), results }
  const whys = results.flatMap(([, result]) => ('why' in result ? [{ kind: result.kind, why: result.why }] : []))
  const worst = whys.find(({ kind }) => kind !== 'outdated') ?? whys[0]
  if (worst === undefined) return posted(log, { ...kept, reason: `Pull request #${number}: ${gates}.` })
  if (worst.kind === 'outdated') return skipped(log, { ...kept, reason: `Nothing was written: ${worst.why}.` })
  const advice = worst.kind === 'not-allowed' ? ` ${PERMISSIONS}` : ''
  return failed(log, { ...kept, reason: `${worst.why}.${advice}` })
}

const PERMISSIONS = 'The job needs "permissions: { actions: read, pull-requests: write }".'

const withAdvice = ({ message, status, isRateLimited }: GitHubError): string =>
  (status === 403 || status === 404) && !isRateLimited ? `${message}. ${PERMISSIONS}` : `${message}.`
