import { readFileSync } from 'node:fs'
import { type FakeGitHub, type FakeGitHubOptions, fakeGitHub } from '@hardgate/fakes'
import {
  compareCommits,
  connectGitHub,
  createDeployment,
  type GitHub,
  type GitHubConnection,
  GitHubError,
  newestDeployment,
  setDeploymentStatus,
} from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'

let fake: FakeGitHub | undefined

afterEach(async () => {
  await fake?.close()
  fake = undefined
})

async function gitHub(options: FakeGitHubOptions = {}, connection: Partial<GitHubConnection> = {}): Promise<GitHub> {
  fake = await fakeGitHub(options)
  return connectGitHub({ token: 'ghs_test', apiUrl: fake.url, repository: 'octo/api', request, ...connection })
}

const errorOf = (promise: Promise<unknown>): Promise<GitHubError> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => (error instanceof GitHubError ? error : Promise.reject(error)),
  )

describe('comparing commits', () => {
  test('gives every path once, old names too', async () => {
    const files = ['a.py', { filename: 'new.py', previous_filename: 'old.py' }, 'a.py']
    const github = await gitHub({ comparisons: { 'aaa...bbb': { files } } })

    expect(await compareCommits(github, 'aaa', 'bbb')).toEqual({
      status: 'ahead',
      paths: ['a.py', 'new.py', 'old.py'],
      isCut: false,
    })
    expect(fake?.unexpected).toEqual([])
  })

  test('300 files may be more', async () => {
    const files = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}.py`)
    const github = await gitHub({
      comparisons: { 'aaa...bbb': { files: files(300) }, 'aaa...ccc': { files: files(299) } },
    })

    expect((await compareCommits(github, 'aaa', 'bbb')).isCut).toBe(true)
    expect((await compareCommits(github, 'aaa', 'ccc')).isCut).toBe(false)
  })

  test('an answer without a list of files is an error, not "nothing changed"', async () => {
    const github = await gitHub({
      faults: [{ route: 'GET /repos/octo/api/compare/*', status: 200, body: { status: 'ahead' } }],
    })

    expect(await errorOf(compareCommits(github, 'aaa', 'bbb'))).toMatchObject({ kind: 'unreadable' })
  })
})

describe('errors', () => {
  test('say what was tried and what GitHub said, on one line and without the token', async () => {
    const body = { message: 'No ghs_test\n::error::here' }
    const github = await gitHub({ faults: [{ route: 'GET /repos/octo/api/compare/*', status: 403, body }] })

    const error = await errorOf(compareCommits(github, 'aaa', 'bbb'))

    expect(error).toMatchObject({ kind: 'denied', status: 403 })
    expect(error.message).toBe('Comparing the commits: GitHub answered 403: "No *** ::error::here"')
  })

  test('a gateway that answers in HTML is quoted as text', async () => {
    const github = await gitHub({
      faults: [{ route: 'GET /repos/octo/api/compare/*', status: 502, body: '<h1>Bad gateway</h1>' }],
    })

    expect((await errorOf(compareCommits(github, 'aaa', 'bbb'))).message).toBe(
      'Comparing the commits: GitHub answered 502: "Bad gateway"',
    )
  })

  test('a closed connection is no answer, not a status', async () => {
    const github = await gitHub({ faults: [{ route: 'GET /repos/octo/api/compare/*', close: true }] })

    const error = await errorOf(compareCommits(github, 'aaa', 'bbb'))

    expect(error).toMatchObject({ kind: 'unreachable', status: undefined })
  })

  test('a server that never answers ends after the timeout, and at once when interrupted', async () => {
    const faults = [{ route: 'GET /repos/octo/api/compare/*', hang: true } as const]
    const slow = await gitHub({ faults }, { timeoutMs: 50 })
    expect(await errorOf(compareCommits(slow, 'aaa', 'bbb'))).toMatchObject({ kind: 'timeout' })
    await fake?.close()

    const controller = new AbortController()
    const interrupted = await gitHub({ faults }, { signal: controller.signal })
    const running = errorOf(compareCommits(interrupted, 'aaa', 'bbb'))
    controller.abort()
    expect(await running).toMatchObject({ kind: 'aborted' })
  })

  test('without a token or a repository nothing is sent', async () => {
    expect(await errorOf(compareCommits(await gitHub({}, { token: '' }), 'a', 'b'))).toMatchObject({ kind: 'denied' })
    expect(fake?.requests).toEqual([])
    await fake?.close()
    expect(await errorOf(compareCommits(await gitHub({}, { repository: '' }), 'a', 'b'))).toMatchObject({
      kind: 'denied',
    })
    expect(fake?.requests).toEqual([])
  })
})

describe('deployments', () => {
  const sha = 'b'.repeat(40)

  test('the newest of a commit in an environment is found', async () => {
    const deployments = [
      { sha, environment: 'production' },
      { sha, environment: 'production' },
      { sha, environment: 'staging' },
    ]
    const github = await gitHub({ deployments })

    expect(await newestDeployment(github, { environment: 'production', sha })).toBe(2)
    expect(await newestDeployment(github, { environment: 'qa', sha })).toBeUndefined()
  })

  test('a deployment is created of just that commit, and a status ends at 140 characters', async () => {
    const github = await gitHub()

    const id = await createDeployment(github, {
      ref: sha,
      environment: 'production',
      task: 'deploy:rollback',
      description: '',
    })
    await setDeploymentStatus(github, id, {
      state: 'success',
      description: `${'x'.repeat(138)}🎉🎉`,
      environmentUrl: 'https://a.example/',
    })

    expect(fake?.deployments).toEqual([
      { id: 1, sha, environment: 'production', task: 'deploy:rollback', statuses: ['success'] },
    ])
    expect(fake?.unexpected).toEqual([])
  })

  test('an answer of 202 created nothing', async () => {
    const github = await gitHub({
      faults: [{ route: 'POST /repos/octo/api/deployments', status: 202, body: { message: 'Auto-merged' } }],
    })

    const error = await errorOf(createDeployment(github, { ref: sha, environment: 'e', task: 't', description: '' }))

    expect(error.message).toBe('Creating the deployment: GitHub answered 202, nothing was created')
  })

  test('a write that failed is not repeated', async () => {
    const github = await gitHub({ faults: [{ route: 'POST /repos/octo/api/deployments', status: 500 }] })

    await errorOf(createDeployment(github, { ref: sha, environment: 'e', task: 't', description: '' }))

    expect(fake?.requests).toHaveLength(1)
  })

  test('acceptance 18: the bodies are what GitHub’s OpenAPI describes', async () => {
    const github = await gitHub()
    const id = await createDeployment(github, {
      ref: sha,
      environment: 'production',
      task: 'deploy:rollback',
      description: 'd',
    })
    await setDeploymentStatus(github, id, {
      state: 'in_progress',
      description: 'd',
      environmentUrl: 'https://a/',
      logUrl: 'https://b/',
    })

    const operations = JSON.parse(readFileSync('test/fixtures/github-openapi/deployments.json', 'utf8'))
    const schemas = Object.values<{ requestBody: object }>(operations).map(({ requestBody }) => requestBody)
    const bodies = fake?.requests.map(({ body }) => body) ?? []

    expect(bodies).toHaveLength(2)
    bodies.forEach((body, at) => {
      // a key that the description does not have is a mistake of ours
      const validate = new Ajv({ strict: false }).compile({ ...schemas[at], additionalProperties: false })
      expect([validate(body), validate.errors]).toEqual([true, null])
    })
  })
})
