import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { fieldsOf, idOf, textOf } from './json.ts'

export interface Pull {
  readonly number: number
  readonly isOpen: boolean
  readonly headSha: string
  /** `owner/name`; empty where the fork was deleted. */
  readonly headRepository: string
}

/** Throws a `GitHubError`. */
export async function readPull(github: GitHub, number: number): Promise<Pull> {
  const purpose = `Reading pull request ${number}`
  const { data } = await github.call({ purpose, method: 'GET', path: `/pulls/${number}` })
  return pullOf(data, purpose)
}

const PER_PAGE = 100
const MOST_PAGES = 5

/**
 * The open pull requests from that branch of that repository, which may be a fork: a run of one does not name them.
 * Throws a `GitHubError`.
 */
export async function openPullsFrom(
  github: GitHub,
  { repository, branch }: { readonly repository: string; readonly branch: string },
): Promise<Pull[]> {
  const purpose = 'Listing the pull requests'
  const [owner = ''] = repository.split('/')
  const pulls: Pull[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { state: 'open', head: `${owner}:${branch}`, per_page: String(PER_PAGE), page: String(page) }
    const { data } = await github.call({ purpose, method: 'GET', path: '/pulls', query })
    if (!Array.isArray(data)) throw unreadable(purpose)
    pulls.push(...data.map((one) => pullOf(one, purpose)))
    // one owner may have several forks
    if (data.length < PER_PAGE)
      return pulls.filter(({ headRepository }) => headRepository.toLowerCase() === repository.toLowerCase())
  }
  throw new GitHubError({ kind: 'unreadable', message: `${purpose}: there are more than ${MOST_PAGES * PER_PAGE}` })
}

function pullOf(data: unknown, purpose: string): Pull {
  const { number, state, head } = fieldsOf(data)
  const { sha, repo } = fieldsOf(head)
  const known = idOf(number)
  if (known === undefined || textOf(sha) === '' || textOf(state) === '') throw unreadable(purpose)
  return {
    number: known,
    isOpen: state === 'open',
    headSha: textOf(sha),
    headRepository: textOf(fieldsOf(repo)['full_name']),
  }
}

const unreadable = (purpose: string): GitHubError =>
  new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no pull request` })
