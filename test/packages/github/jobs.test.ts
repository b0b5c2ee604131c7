import { createServer } from 'node:http'
import {
  type FakeGitHub,
  type FakeGitHubOptions,
  type FakeJob,
  fakeGitHub,
  type Listening,
  listen,
} from '@hardgate/fakes'
import { connectGitHub, type GitHub, listAnnotations, listJobs, readAttempt, readJob } from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, expect, test } from '@jest/globals'

const open: Listening[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function gitHub(options: FakeGitHubOptions): Promise<{ fake: FakeGitHub; github: GitHub }> {
  const fake = await fakeGitHub(options)
  open.push(fake)
  return { fake, github: connectGitHub({ token: 'ghs_test', apiUrl: fake.url, repository: 'octo/api', request }) }
}

/** A server that gives each of these in turn, and the last one for ever. */
async function scripted(
  answers: readonly { body: unknown; link?: string }[],
): Promise<{ github: GitHub; asked: string[] }> {
  const asked: string[] = []
  const server = await listen(
    createServer((incoming, response) => {
      const { body, link } = answers[Math.min(asked.length, answers.length - 1)] ?? { body: {} }
      asked.push(incoming.url ?? '')
      response.writeHead(200, { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }),
  )
  open.push(server)
  return { github: connectGitHub({ token: 'ghs_test', apiUrl: server.url, repository: 'octo/api', request }), asked }
}

const jobs = (count: number): FakeJob[] =>
  Array.from({ length: count }, (_, at) => ({ id: 1000 + at, runId: 7, name: `job ${at}` }))

const attemptOf = (all: readonly FakeJob[]) => ({
  runId: 7,
  attempt: 1,
  startedAt: '2026-11-22T20:00:00Z',
  jobIds: all.map(({ id }) => id),
})

test('trap 6: 250 jobs on 3 pages are all read, and no page twice', async () => {
  const all = jobs(250)
  const { fake, github } = await gitHub({ jobs: all, attempts: [attemptOf(all)] })

  const read = await listJobs(github, { runId: '7', attempt: 1 })

  expect(read.map(({ id }) => id)).toEqual(all.map(({ id }) => String(id)))
  expect(fake.requests.map(({ query }) => query.get('page'))).toEqual(['1', '2', '3'])
  expect(fake.requests.map(({ query }) => query.get('per_page'))).toEqual(['100', '100', '100'])
})

test('a list that is longer than was asked for is an error, not a short list', async () => {
  const all = jobs(101)
  const { fake, github } = await gitHub({ jobs: all, attempts: [attemptOf(all)] })

  await expect(listJobs(github, { runId: '7', attempt: 1, pagesMax: 1 })).rejects.toMatchObject({ kind: 'unreadable' })
  expect(fake.requests).toHaveLength(1)
})

const raw = (id: number) => ({ id, run_id: 7, name: `job ${id}`, url: `https://api.github.com/x/jobs/${id}` })

test('a list that says it has more than it gives is an error', async () => {
  const { github } = await scripted([
    { body: { total_count: 3, jobs: [raw(1), raw(2)] } },
    { body: { total_count: 3, jobs: [] } },
  ])

  await expect(listJobs(github, { runId: '7', attempt: 1 })).rejects.toMatchObject({ kind: 'unreadable' })
})

test('a server that links to a next page for ever is left after 50', async () => {
  const link = '<https://api.github.com/x?page=2>; rel="next"'
  const { github, asked } = await scripted([{ body: { total_count: 1, jobs: [raw(1)] }, link }])

  await expect(listJobs(github, { runId: '7', attempt: 1 })).rejects.toMatchObject({ kind: 'unreadable' })
  expect(asked).toHaveLength(50)
})

test('a link to another host is not followed: only that there is more is read from it', async () => {
  const link = '<https://evil.example/x?page=2>; rel="next"'
  const { github, asked } = await scripted([
    { body: { total_count: 1, jobs: [raw(1)] }, link },
    { body: { total_count: 1, jobs: [raw(2)] } },
  ])

  expect(await listJobs(github, { runId: '7', attempt: 1 })).toHaveLength(2)
  expect(asked).toEqual([
    '/repos/octo/api/actions/runs/7/attempts/1/jobs?per_page=100&page=1',
    '/repos/octo/api/actions/runs/7/attempts/1/jobs?per_page=100&page=2',
  ])
})

test('times with an offset are read as what they are; one without a zone, or none, is unknown', async () => {
  const [job] = [
    { ...raw(5), created_at: '2026-11-22T21:00:01+01:00', started_at: '2026-11-22T20:00:09', completed_at: null },
  ]
  const { github } = await scripted([{ body: job }])

  const read = await readJob(github, '5')

  expect(read.createdAt?.toISOString()).toBe('2026-11-22T20:00:01.000Z')
  expect([read.startedAt, read.completedAt, read.attempt, read.conclusion]).toEqual([
    undefined,
    undefined,
    undefined,
    '',
  ])
})

test('trap 10: an id that JSON cannot carry is taken from the address', async () => {
  const id = '9007199254740993'
  const body = `{"id":${id},"run_id":7,"name":"x","url":"https://api.github.com/repos/octo/api/actions/jobs/${id}"}`
  const { github } = await scripted([{ body }])

  expect((await readJob(github, id)).id).toBe(id)
})

test('an answer that is no job is an error', async () => {
  const { github } = await scripted([{ body: { message: 'hello' } }])

  await expect(readJob(github, '5')).rejects.toMatchObject({ kind: 'unreadable' })
  await expect(listAnnotations(github, '5')).rejects.toMatchObject({ kind: 'unreadable' })
})

test('annotations have a level and a message; an attempt has a start', async () => {
  const [job] = [
    { id: 5, runId: 7, name: 'x', annotations: [{ message: 'boom' }, { message: 'hm', level: 'warning' }] },
  ]
  const { github } = await gitHub({ jobs: [job], attempts: [attemptOf([job])] })

  expect(await listAnnotations(github, '5')).toEqual([
    { level: 'failure', message: 'boom' },
    { level: 'warning', message: 'hm' },
  ])
  expect((await readAttempt(github, { runId: '7', attempt: 1 })).startedAt).toEqual(new Date('2026-11-22T20:00:00Z'))
})
