import { fieldsOf, type GitHubAnswer, type GitHubRequest, NOT_FOUND, paged } from './github-wire.ts'

export interface FakePull {
  readonly number: number
  readonly sha: string
  readonly branch: string
  /** Default: the repository itself; null: a fork that was deleted. */
  readonly headRepository?: string | null
  /** Default `open`. */
  readonly state?: 'open' | 'closed'
}

export interface FakeUser {
  readonly login: string
  readonly id: number
  readonly type: 'User' | 'Bot'
}

export interface FakeComment {
  readonly id: number
  readonly pull: number
  readonly user: FakeUser
  body: string
}

export interface ConversationWorld {
  readonly repository: string
  readonly pulls: readonly FakePull[]
  readonly comments: FakeComment[]
  /** For whom the token acts. */
  readonly viewer: FakeUser
  /** False: every write is refused, as with the token of a fork's pull request. */
  readonly mayWrite: boolean
}

/** Whom a workflow's own token acts for. */
export const WORKFLOW_BOT: FakeUser = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' }

const LONGEST_COMMENT = 65_536
const REFUSED: GitHubAnswer = { status: 403, body: { message: 'Resource not accessible by integration' } }

/** Pull requests, their comments, and who asks. undefined: it is none of these routes. */
export function answerConversation(request: GitHubRequest, world: ConversationWorld): GitHubAnswer | undefined {
  const route = `${request.method} ${request.path}`
  if (route === 'POST /graphql') return answerViewer(request, world)
  const base = `/repos/${world.repository}`
  if (route === `GET ${base}/pulls`) return listPulls(request.query, world)
  const [, pull] = new RegExp(`^GET ${base}/pulls/(\\d+)$`).exec(route) ?? []
  if (pull !== undefined) return readPull(Number(pull), world)
  const [, verb, issue] = new RegExp(`^(GET|POST) ${base}/issues/(\\d+)/comments$`).exec(route) ?? []
  if (verb === 'GET') return listComments(Number(issue), request.query, world)
  if (verb === 'POST') return addComment(Number(issue), request, world)
  const [, change, id] = new RegExp(`^(PATCH|DELETE) ${base}/issues/comments/(\\d+)$`).exec(route) ?? []
  if (change === undefined) return undefined
  return changeComment(change, Number(id), request, world)
}

function answerViewer({ body }: GitHubRequest, { viewer }: ConversationWorld): GitHubAnswer {
  const { query } = fieldsOf(body)
  if (!/^query \{ viewer \{ login databaseId \} \}$/.test(String(query)))
    return { status: 200, body: { errors: [{ message: 'this query is not foreseen' }] } }
  return { status: 200, body: { data: { viewer: { login: viewer.login, databaseId: viewer.id } } } }
}

function listPulls(query: URLSearchParams, world: ConversationWorld): GitHubAnswer {
  const state = query.get('state') ?? 'open'
  const head = query.get('head')
  const isAsked = ({ branch, headRepository = world.repository, state: own = 'open' }: FakePull): boolean =>
    (state === 'all' || own === state) && (head === null || `${headRepository?.split('/')[0]}:${branch}` === head)
  const found = world.pulls.filter(isAsked).toSorted((a, b) => b.number - a.number)
  return { status: 200, body: paged(found, query).map((one) => pullJson(one, world)) }
}

function readPull(number: number, world: ConversationWorld): GitHubAnswer {
  const pull = world.pulls.find((one) => one.number === number)
  return pull === undefined ? NOT_FOUND : { status: 200, body: pullJson(pull, world) }
}

function pullJson(
  { number, sha, branch, headRepository, state = 'open' }: FakePull,
  world: ConversationWorld,
): unknown {
  const from = headRepository === undefined ? world.repository : headRepository
  const repo = from === null ? null : { id: from === world.repository ? 42 : 43, full_name: from }
  return {
    id: 1000 + number,
    number,
    state,
    html_url: `https://github.com/${world.repository}/pull/${number}`,
    head: { label: `${from?.split('/')[0]}:${branch}`, ref: branch, sha, repo },
    base: { label: `${world.repository.split('/')[0]}:main`, ref: 'main', sha: 'b'.repeat(40) },
  }
}

function listComments(pull: number, query: URLSearchParams, { comments, repository }: ConversationWorld): GitHubAnswer {
  const own = comments.filter((one) => one.pull === pull).toSorted((a, b) => a.id - b.id)
  return { status: 200, body: paged(own, query).map((one) => commentJson(one, repository)) }
}

function addComment(pull: number, { body }: GitHubRequest, world: ConversationWorld): GitHubAnswer {
  if (!world.mayWrite) return REFUSED
  const text = fieldsOf(body)['body']
  if (typeof text !== 'string' || text === '' || Array.from(text).length > LONGEST_COMMENT) return tooLong()
  const id = Math.max(0, ...world.comments.map((one) => one.id)) + 1
  const made = { id, pull, user: world.viewer, body: text }
  world.comments.push(made)
  return { status: 201, body: commentJson(made, world.repository) }
}

function changeComment(change: string, id: number, { body }: GitHubRequest, world: ConversationWorld): GitHubAnswer {
  const at = world.comments.findIndex((one) => one.id === id)
  const comment = world.comments[at]
  if (comment === undefined) return NOT_FOUND
  if (!world.mayWrite) return REFUSED
  if (change === 'DELETE') {
    world.comments.splice(at, 1)
    return { status: 204, body: undefined }
  }
  const text = fieldsOf(body)['body']
  if (typeof text !== 'string' || Array.from(text).length > LONGEST_COMMENT) return tooLong()
  comment.body = text
  return { status: 200, body: commentJson(comment, world.repository) }
}

const tooLong = (): GitHubAnswer => ({
  status: 422,
  body: { message: 'Validation Failed', errors: ['Body is too long (maximum is 65536 characters)'] },
})

function commentJson({ id, pull, user, body }: FakeComment, repository: string): unknown {
  return {
    id,
    node_id: `C_${id}`,
    url: `https://api.github.com/repos/${repository}/issues/comments/${id}`,
    html_url: `https://github.com/${repository}/pull/${pull}#issuecomment-${id}`,
    issue_url: `https://api.github.com/repos/${repository}/issues/${pull}`,
    body,
    user: { login: user.login, id: user.id, type: user.type },
    created_at: '2026-03-01T11:00:00Z',
    updated_at: '2026-03-01T11:00:00Z',
    author_association: 'NONE',
  }
}
