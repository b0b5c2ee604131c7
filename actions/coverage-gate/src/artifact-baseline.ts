import { baseBranch, type Frame, type GitHubContext, gitHubConnection, isPushToDefault } from '@hardgate/action'
import type { Baseline } from './baseline.ts'
import type { Repository } from './git/repository.ts'
import { loadBaseline } from './load-baseline.ts'

export interface ArtifactWorld {
  readonly frame: Pick<Frame, 'request' | 'signal' | 'clock'>
  readonly context: GitHubContext
  readonly token: string
  readonly repository: Repository | undefined
  /** A fresh one. */
  readonly folder: string
}

/** What an earlier run of the base branch kept under that name, by the rules of who may be trusted. */
export async function artifactBaseline(name: string, world: ArtifactWorld): Promise<Baseline> {
  const { frame, context, token, repository, folder } = world
  const branch = baseBranch(context)
  const head = repository?.head.sha ?? context.sha
  if (branch === '' || head === '')
    return { kind: 'unknown', why: 'the base branch or the commit of this run is not known', notes: [] }
  const { connectGitHub, findBaseline } = await import('@hardgate/github')
  const github = connectGitHub(gitHubConnection({ frame, context, token }))
  const isAncestor = (commit: string) => repository?.isAncestor(commit, head) ?? Promise.resolve(undefined)
  const found = await findBaseline({ github, artifactName: name, branch, measuredCommit: head, isAncestor, folder })
  const notes = found.ignored.map(({ runId, commit, why }) => `run ${runId} (${commit.slice(0, 7)}): ${why}`)
  if (found.moreIgnored > 0) notes.push(`and ${found.moreIgnored} more`)
  if (found.kind === 'unknown') return { kind: 'unknown', why: found.why, notes }
  if (found.kind === 'none') {
    return {
      kind: 'none',
      isFirst: isPushToDefault(context),
      why: `no run of ${branch} has kept the artifact ${name} yet`,
      notes,
    }
  }
  const behind = found.behindBy ?? (await repository?.distance(found.commit, head))
  const origin = `${branch} ${found.commit.slice(0, 7)}${behindText(behind)}`
  return loadBaseline({
    path: found.folder,
    origin,
    commit: found.commit,
    isOnDefault: isPushToDefault(context),
    notes,
  })
}

const behindText = (behind: number | undefined): string =>
  behind === undefined ? '' : `, ${behind} ${behind === 1 ? 'commit' : 'commits'} back`
