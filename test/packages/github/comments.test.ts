import {
  type FakeComment,
  type FakeGitHub,
  type FakeGitHubOptions,
  type FakeUser,
  fakeGitHub,
  WORKFLOW_BOT,
} from '@hardgate/fakes'
import {
  type CommentResult,
  connectGitHub,
  type GitHubConnection,
  type StickyComment,
  upsertComment,
} from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, expect, test } from '@jest/globals'

const MARKER = '<!-- hardgate:coverage-gate -->'
const BODY = `${MARKER}\n### ✅ coverage-gate: pass`
const HEAD = 'a'.repeat(40)
const PULLS = [{ number: 7, sha: HEAD, branch: 'feature' }]
const STRANGER: FakeUser = { login: 'mallory', id: 666, type: 'User' }
const OTHER_BOT: FakeUser = { login: 'other[bot]', id: 5, type: 'Bot' }
const COMMENTS = 'GET /repos/octo/api/issues/7/comments'

let fake: FakeGitHub
afterEach(async () => fake.close())

async function start(options: FakeGitHubOptions = {}): Promise<void> {
  fake = await fakeGitHub({ pulls: PULLS, ...options })
}

function upsert(
  sticky: Partial<StickyComment> = {},
  connection: Partial<GitHubConnection> = {},
): Promise<CommentResult> {
  const github = connectGitHub({ token: 'ghs_test', apiUrl: fake.url, repository: 'octo/api', request, ...connection })
  return upsertComment({ github, pullRequest: 7, marker: MARKER, body: BODY, ...sticky })
}

const comment = (id: number, body: string, user: FakeUser = WORKFLOW_BOT, pull = 7): FakeComment => ({
  id,
  pull,
  user,
  body,
})
const bodies = (): readonly string[] => fake.comments.map(({ body }) => body)
const writes = (): readonly string[] =>
  fake.requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql').map(({ method }) => method)

test('the first comment is written, the second run edits it, the third leaves it as it is', async () => {
  await start()
  const url = 'https://github.com/octo/api/pull/7#issuecomment-1'

  expect(await upsert()).toEqual({ kind: 'created', url })
  expect(await upsert({ body: `${MARKER}\nnew` })).toEqual({ kind: 'updated', url })
  expect(await upsert({ body: `${MARKER}\nnew` })).toEqual({ kind: 'unchanged', url })

  expect(bodies()).toEqual([`${MARKER}\nnew`])
  expect(writes()).toEqual(['POST', 'PATCH'])
  expect(fake.unexpected).toEqual([])
})

test('other line ends and blanks at the end are no change', async () => {
  await start({ comments: [comment(1, `${BODY.replaceAll('\n', '\r\n')}\r\n`)] })

  expect(await upsert({ body: `${BODY}\n` })).toMatchObject({ kind: 'unchanged' })
})

test('our comment is found on the third page', async () => {
  const others = Array.from({ length: 250 }, (_, at) => comment(at + 1, 'talk', STRANGER))
  await start({ comments: [...others, comment(251, `${MARKER}\nold`)] })

  expect(await upsert()).toMatchObject({ kind: 'updated' })
  expect(fake.comments).toHaveLength(251)
})

test.each([
  ['a stranger', STRANGER],
  ['another bot', OTHER_BOT],
  ['a person whose name is like that of the bot', { login: 'github-actions', id: 7, type: 'User' } as const],
])('a comment with our marker by %s is left alone', async (_, user) => {
  await start({ comments: [comment(1, `${MARKER}\nforged`, user)] })

  expect(await upsert()).toMatchObject({ kind: 'created' })

  expect(bodies()).toEqual([`${MARKER}\nforged`, BODY])
})

test('a comment of our own that quotes the marker further down, or is of another gate, is left alone', async () => {
  await start({ comments: [comment(1, `see ${MARKER}`), comment(2, '<!-- hardgate:coverage-gate-2 -->\nx')] })

  expect(await upsert()).toMatchObject({ kind: 'created' })
  expect(fake.comments).toHaveLength(3)
})

test('the token of a person or of another app edits what that one wrote', async () => {
  await start({ viewer: OTHER_BOT, comments: [comment(1, `${MARKER}\nold`), comment(2, `${MARKER}\nmine`, OTHER_BOT)] })

  expect(await upsert()).toMatchObject({ kind: 'updated' })
  expect(bodies()).toEqual([`${MARKER}\nold`, BODY])
})

test('where GitHub does not say for whom the token acts, it is the bot of workflows, and never a person of that name', async () => {
  const faults = [{ route: 'POST /graphql', status: 403 }]
  const imitation = { login: 'github-actions[bot]', id: 8, type: 'User' } as const
  await start({ faults, comments: [comment(1, `${MARKER}\nforged`, imitation), comment(2, `${MARKER}\nold`)] })

  expect(await upsert()).toMatchObject({ kind: 'updated' })
  expect(bodies()).toEqual([`${MARKER}\nforged`, BODY])
})

test('where nobody can be asked, nothing is written: a second comment would be worse than none', async () => {
  await start({ faults: [{ route: 'POST /graphql', status: 502 }] })

  expect(await upsert()).toMatchObject({ kind: 'failed' })
  expect(writes()).toEqual([])
})

test('a list that fails on its second page writes nothing', async () => {
  const others = Array.from({ length: 100 }, (_, at) => comment(at + 1, 'talk', STRANGER))
  await start({ comments: others, faults: [{ route: COMMENTS, query: 'page=2', status: 500 }] })

  expect(await upsert()).toMatchObject({ kind: 'failed' })
  expect(writes()).toEqual([])
})

test('a list without an end writes nothing', async () => {
  const page = Array.from({ length: 100 }, (_, at) => ({ id: at, body: '', user: null }))
  await start({ faults: [{ route: COMMENTS, status: 200, body: page }] })

  const result = await upsert()

  expect(result).toEqual({ kind: 'failed', why: 'Listing the comments: there are more than 5000' })
  expect(writes()).toEqual([])
})

test('two jobs that both find none leave one comment, the older, with what was written last', async () => {
  await start()
  const rivals: CommentResult[] = []
  let isFirst = true
  // between this job's look at the list and its own comment, the other job does all of its work
  const late = async (plan: Parameters<typeof request>[0]): ReturnType<typeof request> => {
    if (plan.method === 'POST' && plan.url.endsWith('/comments') && isFirst) {
      isFirst = false
      rivals.push(await upsert({ body: `${MARKER}\nof the other job` }))
    }
    return request(plan)
  }

  expect(await upsert({}, { request: late })).toMatchObject({ kind: 'updated' })

  expect(rivals).toMatchObject([{ kind: 'created' }])
  expect(fake.comments.map(({ id, body }) => [id, body])).toEqual([[1, BODY]])
})

test('doubles that an earlier pair of jobs left are removed, also where another job is quicker', async () => {
  const comments = [comment(1, `${MARKER}\nold`), comment(2, `${MARKER}\nold`), comment(3, 'talk', STRANGER)]
  await start({ comments })
  expect(await upsert()).toMatchObject({ kind: 'updated' })
  expect(fake.comments.map(({ id }) => id)).toEqual([1, 3])
  await fake.close()

  await start({ comments, faults: [{ route: 'DELETE /repos/octo/api/issues/comments/2', status: 404 }] })
  expect(await upsert()).toMatchObject({ kind: 'updated' })
})

test('trap 38: the token of a fork may not write, which is said and is no failure', async () => {
  await start({ mayWrite: false })

  expect(await upsert()).toEqual({
    kind: 'not-allowed',
    why: 'Writing the comment: GitHub answered 403: "Resource not accessible by integration"',
  })
})

test.each<[string, object, object]>([
  ['a used up rate limit', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }, {}],
  ['a secondary rate limit', { status: 403, body: { message: 'You have exceeded a secondary rate limit' } }, {}],
  ['a wrong token', { status: 401 }, {}],
  ['a pull request that is not there', { status: 404 }, {}],
  ['a comment that GitHub does not take', { status: 422 }, {}],
  ['a closed connection', { close: true }, {}],
])('%s is a failure that is told, and no exception', async (_, fault) => {
  await start({ faults: [{ route: 'POST /repos/octo/api/issues/7/comments', ...fault }] })

  expect(await upsert()).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^Writing the comment: /) })
})

test('an older commit does not write over a newer one, and a closed pull request gets no comment', async () => {
  await start({ pulls: [{ number: 7, sha: 'b'.repeat(40), branch: 'feature' }] })
  expect(await upsert({ headSha: HEAD })).toEqual({ kind: 'outdated', why: 'pull request #7 has moved on to bbbbbbb' })
  expect(writes()).toEqual([])
  await fake.close()

  await start({ pulls: [{ number: 7, sha: HEAD, branch: 'feature', state: 'closed' }] })
  expect(await upsert({ headSha: HEAD })).toEqual({ kind: 'outdated', why: 'pull request #7 is closed' })
  await fake.close()

  await start()
  expect(await upsert({ headSha: HEAD })).toMatchObject({ kind: 'created' })
})

test('on GitHub Enterprise Server the query goes beside the REST API', async () => {
  await start()
  const asked: string[] = []
  const recording = (plan: Parameters<typeof request>[0]): ReturnType<typeof request> => {
    asked.push(plan.url)
    return request({ ...plan, url: plan.url.replace(/^https:\/\/ghe\.test\/api(\/v3)?/, fake.url) })
  }

  expect(await upsert({}, { apiUrl: 'https://ghe.test/api/v3', request: recording })).toMatchObject({ kind: 'created' })

  expect(asked[0]).toBe('https://ghe.test/api/graphql')
  expect(asked[1]).toBe('https://ghe.test/api/v3/repos/octo/api/issues/7/comments?per_page=100&page=1')
})
