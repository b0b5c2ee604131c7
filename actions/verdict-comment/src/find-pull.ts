import { type GitHub, openPullsFrom } from '@hardgate/github'
import type { TriggeringRun } from './triggering-run.ts'

/** The pull request that the run was for, or one sentence why there is none to write to. */
export type PullFound = { readonly number: number } | { readonly why: string }

/**
 * By the head's commit, repository and branch: the run of a fork's pull request does not name it, and what the artifact
 * says of it would be the contributor's word. Throws a `GitHubError`.
 */
export async function findPull(github: GitHub, run: TriggeringRun): Promise<PullFound> {
  const { headRepository, headBranch, headSha } = run
  if (headRepository === '' || headBranch === '') return { why: 'The repository of the pull request was deleted.' }
  const open = await openPullsFrom(github, { repository: headRepository, branch: headBranch })
  const own = open.filter((pull) => pull.headSha === headSha)
  const [first, second] = own
  if (second !== undefined)
    return {
      why: `${own.length} open pull requests have this head (${numbers(own)}), and a run does not say which one it was for.`,
    }
  if (first !== undefined) return { number: first.number }
  if (open.length > 0)
    return {
      why: `The pull request (${numbers(open)}) has moved on since ${headSha.slice(0, 7)}: the run of its new head will be told.`,
    }
  return { why: `No open pull request comes from ${headRepository}, branch ${headBranch}: it was closed or merged.` }
}

const numbers = (pulls: readonly { readonly number: number }[]): string =>
  pulls.map(({ number }) => `#${number}`).join(', ')
