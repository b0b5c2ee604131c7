import { commitsMatch, type Deploy, identityOf, shortCommit } from '@hardgate/render'
import type { History } from './history.ts'

/** How the caller named the deploy that failed. */
export interface Accusation {
  readonly deployId?: string
  readonly commit?: string
}

export type OnTrial =
  | { readonly deploy: Deploy; readonly by: 'id' | 'commit' | 'live' }
  /** `why` can go on with "of srv-…". */
  | { readonly deploy: undefined; readonly why: string }

/** Which deploy failed. The live one is never assumed to be it. */
export function deployOnTrial({ deploys }: History, { deployId, commit }: Accusation): OnTrial {
  if (deployId !== undefined) {
    const deploy = deploys.find(({ id }) => id === deployId)
    return deploy === undefined ? missing(`no deploy ${deployId} in the last ${deploys.length}`) : { deploy, by: 'id' }
  }
  if (commit === undefined) return missing('neither failed-deploy-id nor failed-commit names a deploy')
  const matching = deploys.filter((deploy) => deploy.commit !== undefined && commitsMatch(deploy.commit.id, commit))
  // A short commit may fit two: then it is not known which one failed.
  if (new Set(matching.map(identityOf)).size > 1)
    return missing(`${commit} fits more than one commit in the last ${deploys.length}`)
  // A change of the configuration ships the same commit again. The commit is on trial, not that change, which may be its fix.
  const deploy = matching.find(({ trigger }) => trigger !== 'service_updated') ?? matching[0]
  return deploy === undefined
    ? missing(`no deploy of ${shortCommit(commit)} in the last ${deploys.length}`)
    : { deploy, by: 'commit' }
}

const missing = (why: string): OnTrial => ({ deploy: undefined, why })
