import type { Verdict } from '@hardgate/gate'
import { verdictMarkdown, verdictMarker } from '@hardgate/markdown'
import type { Frame } from './frame.ts'
import { gitHubConnection } from './github-connection.ts'
import type { GitHubContext } from './github-context.ts'

export interface CommentWorld {
  readonly frame: Pick<Frame, 'request' | 'clock' | 'signal' | 'log'>
  readonly context: GitHubContext
  readonly token: string
  /** False: one that is there is brought up to date, and none is written. Default true. */
  readonly mayCreate?: boolean
}

/** Keeps one comment on the pull request up to date. Whatever becomes of it, the verdict stays what it is. */
export async function postComment(
  verdict: Verdict,
  sections: readonly string[],
  { frame, context, token, mayCreate = true }: CommentWorld,
): Promise<void> {
  const pull = pullRequest(context)
  if (pull === undefined) {
    frame.log.info('No comment: this run is not one of a pull request.')
    return
  }
  const { connectGitHub, upsertComment } = await import('@hardgate/github')
  const { runUrl } = context
  const github = connectGitHub(gitHubConnection({ frame, context, token }))
  const footer = runUrl === '' ? '' : `[The run](${runUrl})`
  const result = await upsertComment({
    github,
    pullRequest: pull.number,
    marker: verdictMarker(verdict.gate),
    body: verdictMarkdown(verdict, { sections, footer }),
    mayCreate,
    ...(pull.head === undefined ? {} : { headSha: pull.head }),
  })
  switch (result.kind) {
    case 'created':
    case 'updated':
    case 'unchanged':
      frame.log.info(`Comment ${result.kind}: ${result.url}`)
      break
    case 'not-there':
      break
    case 'not-allowed':
      frame.log.notice(
        `No comment: the token may not write one (${result.why}). On a pull request from a fork this is so by design: verdict-comment posts it from a workflow_run. Else give the job pull-requests: write.`,
      )
      break
    case 'outdated':
      frame.log.info(`No comment: ${result.why}.`)
      break
    case 'failed':
      frame.log.warning(`No comment: ${result.why}.`)
      break
  }
}

function pullRequest({ event }: GitHubContext): { number: number; head: string | undefined } | undefined {
  const payload: unknown = event()?.['pull_request']
  if (typeof payload !== 'object' || payload === null) return undefined
  const number: unknown = Reflect.get(payload, 'number')
  const head: unknown = Reflect.get(payload, 'head')
  const sha: unknown = typeof head === 'object' && head !== null ? Reflect.get(head, 'sha') : undefined
  if (typeof number !== 'number') return undefined
  return { number, head: typeof sha === 'string' ? sha : undefined }
}
