import { describe, expect, test } from '@jest/globals'
import { type Given, readIdentity } from '../../../actions/metrics-reporter/src/identity.ts'

const HEAD = '9fceb02d0ae598e95dc970b74767f19372d61af8'
const MERGE = '1111111111111111111111111111111111111111'

const env = {
  GITHUB_RUN_ID: '17654321098',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_RUN_NUMBER: '41',
  GITHUB_REPOSITORY: 'acme/sms',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_WORKFLOW: 'CI',
  GITHUB_WORKFLOW_REF: 'acme/sms/.github/workflows/ci.yml@refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_ACTOR: 'ada',
  GITHUB_TRIGGERING_ACTOR: 'grace',
  GITHUB_JOB: 'test',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_SHA: HEAD,
  RUNNER_OS: 'Linux',
  RUNNER_ARCH: 'X64',
  RUNNER_NAME: 'runner-1',
  RUNNER_ENVIRONMENT: 'github-hosted',
}
const push: Given = {
  env,
  payload: { repository: { default_branch: 'main' } },
  jobId: '50123456789',
  matrix: '',
  task: '',
}
const pullRequest = {
  number: 7,
  head: { ref: 'feat/x', sha: HEAD, repo: { full_name: 'acme/sms' } },
  base: { ref: 'main' },
}
const pull: Given = {
  ...push,
  env: { ...env, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF_NAME: '7/merge', GITHUB_SHA: MERGE },
  payload: { pull_request: pullRequest },
}

function read(given: Given) {
  const identity = readIdentity(given)
  if (identity === undefined) throw new Error('no identity')
  return identity
}

test('a push to the default branch is told from the runner alone', () => {
  const { run, job, vcs, runner, notes } = read(push)

  expect(run).toEqual({
    id: '17654321098',
    attempt: 2,
    number: 41,
    url: 'https://github.com/acme/sms/actions/runs/17654321098',
    workflow: 'CI',
    workflow_path: '.github/workflows/ci.yml',
    event: 'push',
    actor: 'grace',
  })
  expect(job).toEqual({
    id: '50123456789',
    key: 'test',
    task: 'test',
    url: 'https://github.com/acme/sms/actions/runs/17654321098/job/50123456789',
  })
  expect(vcs).toEqual({
    repository: 'acme/sms',
    repository_url: 'https://github.com/acme/sms',
    ref_name: 'main',
    ref_type: 'branch',
    ref_class: 'default',
    revision: HEAD,
  })
  expect(runner).toEqual({ name: 'runner-1', os: 'Linux', arch: 'X64', environment: 'github-hosted' })
  expect(notes).toEqual([])
})

test.each([
  [{ GITHUB_REF_NAME: 'v1.2.3', GITHUB_REF_TYPE: 'tag' }, 'tag'],
  [{ GITHUB_REF_NAME: 'feat/x' }, 'other'],
])('%o is a ref of the class %s', (ref, expected) => {
  expect(read({ ...push, env: { ...env, ...ref } }).vcs.ref_class).toBe(expected)
})

test('trap 18: the revision of a pull request is its head, never the merge commit, and 7/merge appears nowhere', () => {
  const { vcs } = read(pull)

  expect(vcs).toMatchObject({
    revision: HEAD,
    ref_name: 'feat/x',
    ref_class: 'pr',
    base_ref_name: 'main',
    change_id: '7',
    fork: false,
  })
})

test('trap 18: a pull request whose payload cannot be read has no revision, rather than that of the merge', () => {
  const { vcs, notes, isForeign } = read({ ...pull, payload: undefined })

  expect(vcs.revision).toBe('0'.repeat(40))
  expect(vcs.ref_name).toBeUndefined()
  expect(notes).toEqual(['revision-unknown'])
  expect(isForeign).toBe(true) // not known to be ours
})

test.each([
  ['another repository', { full_name: 'mallory/sms' }],
  ['a fork that was deleted', null],
])('a pull request from %s is a fork', (_name, repo) => {
  const { vcs, isForeign } = read({
    ...pull,
    payload: { pull_request: { ...pullRequest, head: { ...pullRequest.head, repo } } },
  })

  expect(vcs.fork).toBe(true)
  expect(isForeign).toBe(true)
})

test('trap 20: a workflow that was started by workflow_run reports its own job', () => {
  const { run, job } = read({
    ...push,
    env: { ...env, GITHUB_EVENT_NAME: 'workflow_run' },
    payload: { workflow_run: { id: 1, head_sha: MERGE } },
  })

  expect([run.id, run.event, job.key]).toEqual(['17654321098', 'workflow_run', 'test'])
})

test('trap 10: a run id above 2^53 stays as it is', () => {
  expect(read({ ...push, env: { ...env, GITHUB_RUN_ID: '9007199254740993' } }).run.id).toBe('9007199254740993')
})

describe('the task', () => {
  test('has the values of the matrix in its order', () => {
    const { job } = read({ ...push, matrix: '{"python": 3.12, "os": "ubuntu-24.04", "extra": {"a": true, "b": ""}}' })

    expect(job.task).toBe('test (3.12, ubuntu-24.04, true)')
    expect(job.matrix).toEqual({ python: '3.12', os: 'ubuntu-24.04', extra: '{"a":true,"b":""}' })
  })

  test('is the input where there is one', () => {
    expect(read({ ...push, task: 'unit' }).job.task).toBe('unit')
  })

  test('trap 9: has no line end and no control character, and at most 200 characters', () => {
    const hostile = `Ünï "q" \\ a=b, c\n::error::x\u001b[31m${'x'.repeat(300)}`

    const { task } = read({ ...push, task: hostile }).job

    expect(task.startsWith('Ünï "q" \\ a=b, c ::error::x [31mxxx')).toBe(true)
    expect(task).toHaveLength(200)
  })

  test.each(['null', '', ' '])('with the matrix %j is the key alone', (matrix) => {
    const { job, notes } = read({ ...push, matrix })

    expect([job.task, job.matrix, notes]).toEqual(['test', undefined, []])
  })

  test('with a matrix that is no JSON is the key alone, with a note', () => {
    expect(read({ ...push, matrix: '{"a":' }).notes).toEqual(['matrix-unreadable'])
  })
})

test.each(['', '0', 'null', '5.0123456789E+10', '12345678901234567890'])('job id %j is none, and noted', (jobId) => {
  const { job, notes, jobKey } = read({ ...push, jobId })

  expect([job.id, job.url, notes, jobKey]).toEqual([undefined, undefined, ['job-id-unknown'], 'test/null'])
})

test.each(['GITHUB_RUN_ID', 'GITHUB_REPOSITORY'])('without %s there is nothing to report', (name) => {
  expect(readIdentity({ ...push, env: { ...env, [name]: '' } })).toBeUndefined()
})
