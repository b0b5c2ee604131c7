import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { type Fields, fieldsOf, idOf, textOf } from './json.ts'

/** Whose comments are ours. */
export type IsOwn = (user: Fields) => boolean

/**
 * The account that the token acts as. The query answers tokens of people, of apps and of workflows alike, where
 * `GET /user` refuses the last two. Throws a `GitHubError`.
 */
export async function ownIdentity(github: GitHub): Promise<IsOwn> {
  const purpose = 'Asking for whom the token acts'
  try {
    const data = await github.graphql({ purpose, query: 'query { viewer { login databaseId } }' })
    const { login, databaseId } = fieldsOf(fieldsOf(data)['viewer'])
    const id = idOf(databaseId)
    if (id !== undefined) return (user) => user['id'] === id
    if (textOf(login) === '') throw new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub names nobody` })
    return (user) => user['login'] === login
  } catch (error) {
    if (error instanceof GitHubError && error.kind === 'denied' && !error.isRateLimited) return isWorkflowBot
    throw error
  }
}

// A name with brackets is no account that a person can make. That a comment came "via an app" says less: people write
// through apps too.
const isWorkflowBot: IsOwn = ({ type, login }) => type === 'Bot' && login === 'github-actions[bot]'
