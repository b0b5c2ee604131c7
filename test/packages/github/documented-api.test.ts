import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeGitHub, fakeGitHub, WORKFLOW_BOT, zipOf } from '@hardgate/fakes'
import {
  connectGitHub,
  deleteArtifact,
  findBaseline,
  type GitHub,
  listAnnotations,
  listArtifacts,
  listArtifactsByPrefix,
  listJobs,
  openPullsFrom,
  readAttempt,
  readJob,
  readPull,
  upsertComment,
} from '@hardgate/github'
import { type Exchange, type RequestPlan, request } from '@hardgate/http'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'

// What is sent, and what the fake answers, against GitHub's own description. Else the fake could teach the client an
// API that there is not.

interface Operation {
  readonly query: readonly string[]
  readonly requestBody?: object
  readonly status: number
  readonly response?: object
}

const operations: Readonly<Record<string, Operation>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/github-openapi/responses.json'), 'utf8'),
)
const ajv = new Ajv({ strict: false, validateFormats: false })

const MEASURED = 'f'.repeat(40)
const HEAD = 'a'.repeat(40)
const MARKER = '<!-- hardgate:x -->'

let fake: FakeGitHub
let folder: string
let seen: { readonly plan: RequestPlan; readonly exchange: Exchange }[]
let github: GitHub

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hardgate-api-'))
  seen = []
  fake = await fakeGitHub({
    runs: [
      { id: 5, sha: 'e'.repeat(40) },
      { id: 6, sha: 'd'.repeat(40), status: 'in_progress' },
    ],
    artifacts: [
      { name: 'b', runId: 5, archive: zipOf([{ name: 'a' }]) },
      { name: 'b', runId: 6, digest: null },
      { name: 'b', runId: 6, tellsRun: false, expired: true },
    ],
    comparisons: { [`${'e'.repeat(40)}...${MEASURED}`]: { files: [{ filename: 'a', previous_filename: 'b' }] } },
    jobs: [
      { id: 31, runId: 5, name: 'test', steps: [{ name: 'Run' }], annotations: [{ message: 'boom' }] },
      { id: 32, runId: 5, name: 'lint', status: 'in_progress', runnerName: null },
    ],
    attempts: [{ runId: 5, attempt: 1, startedAt: '2026-03-01T12:00:00Z', jobIds: [31, 32] }],
    pulls: [
      { number: 7, sha: HEAD, branch: 'feature', headRepository: 'mallory/api' },
      { number: 8, sha: HEAD, branch: 'feature' },
    ],
    comments: [
      { id: 1, pull: 8, user: WORKFLOW_BOT, body: `${MARKER}\nold` },
      { id: 2, pull: 8, user: WORKFLOW_BOT, body: `${MARKER}\nold` },
    ],
  })
  github = connectGitHub({
    token: 'ghs_test',
    apiUrl: fake.url,
    repository: 'octo/api',
    request: async (plan) => {
      const exchange = await request(plan)
      seen.push({ plan, exchange })
      return exchange
    },
  })
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await fake.close()
})

test('every call, and every answer of the fake, is as GitHub documents it', async () => {
  const search = { github, artifactName: 'b', branch: 'main', measuredCommit: MEASURED, folder }
  expect(await findBaseline(search)).toMatchObject({ kind: 'found', runId: 5, behindBy: 1 })
  await listArtifacts(github, { name: 'b', runId: 5, page: 1 })
  await openPullsFrom(github, { repository: 'mallory/api', branch: 'feature' })
  await readPull(github, 8)
  await readJob(github, '31')
  expect(await listJobs(github, { runId: '5', attempt: 1 })).toHaveLength(2)
  await readAttempt(github, { runId: '5', attempt: 1 })
  expect(await listAnnotations(github, '31')).toHaveLength(1)
  expect(await listArtifactsByPrefix(github, { prefix: 'b' })).toHaveLength(3)
  expect(await listArtifactsByPrefix(github, { prefix: 'b', runId: 6 })).toHaveLength(2)
  await deleteArtifact(github, 3)
  expect(await upsertComment({ github, pullRequest: 7, marker: MARKER, body: MARKER })).toMatchObject({
    kind: 'created',
  })
  expect(await upsertComment({ github, pullRequest: 8, marker: MARKER, body: MARKER })).toMatchObject({
    kind: 'updated',
  })

  const told = seen.filter(({ plan }) => plan.url.startsWith(`${fake.url}/repos/`)).map(problemsOf)

  expect(told.flatMap(({ problems }) => problems)).toEqual([])
  expect([...new Set(told.map(({ route }) => route))].toSorted()).toEqual(Object.keys(operations).toSorted())
})

function problemsOf({ plan, exchange }: (typeof seen)[number]): { route: string; problems: string[] } {
  const { pathname, searchParams } = new URL(plan.url)
  const route = Object.keys(operations).find((one) => isRoute(one, plan.method ?? 'GET', pathname))
  const operation = route === undefined ? undefined : operations[route]
  if (route === undefined || operation === undefined)
    return { route: '', problems: [`${plan.method} ${pathname} is not documented`] }
  const { query, requestBody, status, response } = operation
  const answer = exchange.ok ? exchange : undefined
  const problems = [
    ...[...searchParams.keys()].filter((name) => !query.includes(name)).map((name) => `no query ${name}`),
    ...(requestBody === undefined ? [] : flaws({ ...requestBody, additionalProperties: false }, textOf(plan.body))),
    ...(answer?.status === status ? [] : [`status ${answer?.status} instead of ${status}`]),
    ...(response === undefined ? [] : flaws(response, answer?.body.toString('utf8') ?? '')),
  ]
  return { route, problems: problems.map((one) => `${route}: ${one}`) }
}

function isRoute(operation: string, method: string, path: string): boolean {
  const pattern = operation.replaceAll(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`).test(`${method} ${path}`)
}

const textOf = (body: RequestPlan['body']): string => (typeof body === 'string' ? body : '')

function flaws(schema: object, text: string): string[] {
  const validate = ajv.compile(schema)
  if (validate(JSON.parse(text))) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
