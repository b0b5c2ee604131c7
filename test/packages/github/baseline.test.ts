import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type FakeArtifact,
  type FakeGitHub,
  type FakeGitHubOptions,
  type FakeRun,
  fakeClock,
  fakeGitHub,
  zip64Field,
  zipOf,
} from '@hardgate/fakes'
import {
  type Baseline,
  type BaselineWanted,
  connectGitHub,
  findBaseline,
  type GitHubConnection,
} from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const MEASURED = 'f'.repeat(40)
const sha = (n: number): string => n.toString(16).padStart(40, '0')
const ARCHIVE = zipOf([
  { name: 'coverage-gate.json', content: '{}' },
  { name: 'merged.lcov', content: 'TN:\n' },
])

let fake: FakeGitHub
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardgate-baseline-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await fake.close()
})

interface World extends FakeGitHubOptions {
  readonly search?: Partial<BaselineWanted>
  readonly connection?: Partial<GitHubConnection>
}

async function find({ search = {}, connection = {}, ...options }: World): Promise<Baseline> {
  fake = await fakeGitHub(options)
  const github = connectGitHub({ token: 'ghs_test', apiUrl: fake.url, repository: 'octo/api', request, ...connection })
  return findBaseline({
    github,
    artifactName: 'baseline',
    branch: 'main',
    measuredCommit: MEASURED,
    isAncestor: async () => true,
    folder: join(folder, 'out'),
    ...search,
  })
}

/** A run with its artifact each, the oldest first. */
function world(...runs: readonly (Partial<FakeRun> & { readonly artifact?: Partial<FakeArtifact> })[]) {
  const made = runs.map(({ artifact: _artifact, ...run }, at): FakeRun => ({ id: at + 1, sha: sha(at + 1), ...run }))
  const artifacts = runs.map(
    ({ artifact = {} }, at): FakeArtifact => ({
      name: 'baseline',
      runId: made[at]?.id ?? 0,
      archive: ARCHIVE,
      ...artifact,
    }),
  )
  return { runs: made, artifacts }
}

const whyOf = (baseline: Baseline): readonly string[] => baseline.ignored.map(({ runId, why }) => `${runId}: ${why}`)

describe('which run is taken', () => {
  test('acceptance 10: the artifact of the newest successful run, with its commit and date', async () => {
    const found = await find(world({}, { createdAt: '2026-02-27T08:00:00Z' }))

    expect(found).toEqual({
      kind: 'found',
      folder: join(folder, 'out'),
      files: [
        { path: 'coverage-gate.json', size: 2 },
        { path: 'merged.lcov', size: 4 },
      ],
      runId: 2,
      commit: sha(2),
      createdAt: '2026-02-27T08:00:00Z',
      ignored: [],
      moreIgnored: 0,
    })
    expect(readFileSync(join(folder, 'out/merged.lcov'), 'utf8')).toBe('TN:\n')
    expect(fake.unexpected).toEqual([])
  })

  test('acceptance 10: the first run of all finds none, and says that the list is complete', async () => {
    expect(await find({})).toEqual({ kind: 'none', listedAll: true, ignored: [], moreIgnored: 0 })
  })

  test.each([['push'], ['schedule'], ['workflow_dispatch']])('a run by %s is taken', async (event) => {
    expect(await find(world({ event }))).toMatchObject({ kind: 'found', runId: 1 })
  })

  test.each<[string, Partial<FakeRun>, string]>([
    ['of a fork', { headRepository: 'mallory/api' }, 'it is of a fork'],
    ['of a fork that was deleted', { headRepository: null }, 'it is of a fork'],
    ['of a pull request', { event: 'pull_request' }, 'its event is pull_request'],
    [
      'of a pull request with the rights of its base',
      { event: 'pull_request_target' },
      'its event is pull_request_target',
    ],
    ['of a merge queue', { event: 'merge_group' }, 'its event is merge_group'],
    ['that another run started', { event: 'workflow_run' }, 'its event is workflow_run'],
    ['of another branch', { branch: 'feature' }, 'it is of another branch'],
    ['of a branch that begins alike', { branch: 'main2' }, 'it is of another branch'],
    ['of the measured commit', { sha: MEASURED }, 'it is of the measured commit itself'],
    ['that failed', { conclusion: 'failure' }, 'it ended as failure'],
    ['that was cancelled', { conclusion: 'cancelled' }, 'it ended as cancelled'],
    ['that was skipped', { conclusion: 'skipped' }, 'it ended as skipped'],
    ['that still runs', { status: 'in_progress' }, 'it has not ended'],
  ])('trap 32: a run %s is passed over, with the reason', async (_, run, why) => {
    const older = await find(world({}, run))

    expect(older).toMatchObject({ kind: 'found', runId: 1 })
    expect(whyOf(older)).toEqual([`2: ${why}`])
    await fake.close()
    const none = await find({ ...world(run), search: { folder: join(folder, 'none') } })
    expect(none).toMatchObject({ kind: 'none', ignored: [{ runId: 1, why }] })
    expect(fake.storeRequests).toEqual([])
  })

  test.each([
    ['of a fork', { head_repository: { full_name: 'mallory/api' } }, 'it is of a fork'],
    ['of another commit', { head_sha: sha(9) }, 'its artifact is of another commit'],
  ])('trap 32: a run that is itself %s is passed over, whatever the list says', async (_, parts, why) => {
    const body = {
      ...{ id: 2, head_sha: sha(2), head_branch: 'main', event: 'push', status: 'completed', conclusion: 'success' },
      ...{ head_repository: { full_name: 'octo/api' }, ...parts },
    }

    const found = await find({
      ...world({}, {}),
      faults: [{ route: 'GET /repos/octo/api/actions/runs/2', status: 200, body }],
    })

    expect(found).toMatchObject({ kind: 'found', runId: 1, ignored: [{ runId: 2, why }] })
  })

  test('acceptance 10: an expired artifact is passed over', async () => {
    const found = await find(world({}, { artifact: { expired: true } }))

    expect(found).toMatchObject({ kind: 'found', runId: 1 })
    expect(whyOf(found)).toEqual(['2: its artifact has expired'])
  })

  test('trap 32: a commit that is not in the history of the measured one is passed over', async () => {
    const asked: string[] = []
    const isAncestor = async (commit: string): Promise<boolean> => {
      asked.push(commit)
      return commit === sha(1)
    }

    const found = await find({ ...world({}, {}), search: { isAncestor } })

    expect(found).toMatchObject({ kind: 'found', runId: 1 })
    expect(whyOf(found)).toEqual(['2: its commit is not in the history of the measured one'])
    expect(asked).toEqual([sha(2), sha(1)])
  })

  test('another name is another artifact, also where the server knows no filter', async () => {
    const { runs, artifacts } = world({}, { artifact: { name: 'baseline2' } })
    const all = { total_count: 1, artifacts: [{ id: 9, name: 'baseline2', expired: false, workflow_run: null }] }

    expect(await find({ runs, artifacts })).toMatchObject({ kind: 'found', runId: 1, ignored: [] })
    await fake.close()
    const faults = [{ route: 'GET /repos/octo/api/actions/artifacts', status: 200, body: all }]
    expect(await find({ faults })).toMatchObject({ kind: 'none', ignored: [] })
  })

  test('a run that is repeated makes a newer artifact of an older commit: the newer run counts', async () => {
    const { runs, artifacts } = world({}, {})
    const repeated = { name: 'baseline', runId: 1, archive: ARCHIVE, id: 77 }

    expect(await find({ runs, artifacts: [...artifacts, repeated] })).toMatchObject({ kind: 'found', runId: 2 })
  })

  test('of two attempts of one run the last artifact counts', async () => {
    const { runs, artifacts } = world({ artifact: { archive: zipOf([{ name: 'first-attempt' }]) } })
    const second = { name: 'baseline', runId: 1, archive: ARCHIVE, id: 77 }

    const found = await find({ runs, artifacts: [...artifacts, second] })

    expect(found).toMatchObject({ kind: 'found', files: [{ path: 'coverage-gate.json' }, { path: 'merged.lcov' }] })
  })

  test('thirty reasons are told as twenty and a number', async () => {
    const found = await find(world(...Array.from({ length: 30 }, () => ({ branch: 'feature' }))))

    expect(found).toMatchObject({ kind: 'none', moreIgnored: 10 })
    expect(found.ignored).toHaveLength(20)
  })
})

describe('history that does not reach', () => {
  const isAncestor = async (): Promise<undefined> => undefined

  test('GitHub is asked, and the distance told', async () => {
    const comparisons = { [`${sha(1)}...${MEASURED}`]: { aheadBy: 3 } }

    expect(await find({ ...world({}), comparisons, search: { isAncestor } })).toMatchObject({
      kind: 'found',
      behindBy: 3,
    })
  })

  test('trap 32: a branch that was rewritten has no ancestor there', async () => {
    const comparisons = {
      [`${sha(1)}...${MEASURED}`]: { aheadBy: 3 },
      [`${sha(2)}...${MEASURED}`]: { status: 'diverged', aheadBy: 3, behindBy: 1 },
    }

    expect(await find({ ...world({}, {}), comparisons, search: { isAncestor } })).toMatchObject({
      kind: 'found',
      runId: 1,
    })
  })

  test('a commit that GitHub does not know is no baseline, and no proof that there is none', async () => {
    const unknown = await find({ ...world({}), search: { isAncestor } })

    expect(unknown).toMatchObject({
      kind: 'unknown',
      why: 'of one run with the artifact "baseline" it cannot be known whether it is a baseline',
    })
  })

  test.each([[500], [403]])('trap 34: a comparison that answers %i is not "no baseline"', async (status) => {
    const faults = [{ route: `GET /repos/octo/api/compare/*`, status }]

    expect(await find({ ...world({}), faults, search: { isAncestor } })).toMatchObject({ kind: 'unknown' })
  })
})

describe('a listing that failed', () => {
  const ARTIFACTS = 'GET /repos/octo/api/actions/artifacts'

  test.each([[500], [502], [403], [401], [404], [429]])(
    'trap 34, acceptance 10: %i is not "no baseline yet"',
    async (status) => {
      const found = await find({ faults: [{ route: ARTIFACTS, status }] })

      expect(found.kind === 'unknown' && found.why).toMatch(
        new RegExp(`^Listing the artifacts "baseline": GitHub answered ${status}: "injected fault"`),
      )
    },
  )

  test('trap 34: neither are a closed connection, a body that is no list, and one that is cut', async () => {
    const of = async (fault: object, connection: Partial<GitHubConnection> = {}): Promise<string> => {
      const { kind } = await find({ faults: [{ route: ARTIFACTS, ...fault }], connection })
      await fake.close()
      return kind
    }

    expect(await of({ close: true })).toBe('unknown')
    expect(await of({ hang: true }, { timeoutMs: 50 })).toBe('unknown')
    expect(await of({ status: 200, body: {} })).toBe('unknown')
    expect(await of({ status: 200, body: '<html>' })).toBe('unknown')
    expect(await of({ status: 200, body: { total_count: 0 } })).toBe('unknown')
    expect(await of({ status: 200, body: { total_count: 5, artifacts: [] } })).toBe('unknown')
    expect(await of({ status: 200, body: { total_count: 1, artifacts: [{ name: 'baseline' }] } })).toBe('unknown')
    fake = await fakeGitHub()
  })

  test('trap 34: a second page that fails leaves it unknown, and one that comes finds what is there', async () => {
    const newer = Array.from({ length: 150 }, () => ({ branch: 'feature' }))
    const all = world({}, ...newer)
    const second = { route: ARTIFACTS, query: 'page=2', status: 500 }

    expect(await find({ ...all, faults: [second] })).toMatchObject({ kind: 'unknown' })
    await fake.close()
    expect(await find(all)).toMatchObject({ kind: 'found', runId: 1, moreIgnored: 130 })
  })

  test('trap 34: a list that is too long to be read is not read to its end, and says so', async () => {
    const runs = Array.from({ length: 1001 }, () => ({ headRepository: 'mallory/api', event: 'pull_request' }))

    expect(await find(world({}, ...runs))).toMatchObject({
      kind: 'unknown',
      why: 'none of the 1000 newest artifacts "baseline" can be used, and older ones are not looked at',
    })
    expect(fake.requests).toHaveLength(10)
  })

  test('trap 34: after 60 runs that are of no use the next is not asked for', async () => {
    const red = Array.from({ length: 61 }, () => ({ conclusion: 'failure' }))

    expect(await find(world(...red))).toMatchObject({
      kind: 'unknown',
      why: 'none of the 60 newest runs with the artifact "baseline" can be used, and older ones are not looked at',
    })
  })

  test('an artifact without a run may be a baseline: unknown, and none once it has expired', async () => {
    expect(await find(world({ artifact: { tellsRun: false } }))).toMatchObject({ kind: 'unknown' })
    await fake.close()
    expect(await find(world({ artifact: { tellsRun: false, expired: true } }))).toMatchObject({ kind: 'none' })
  })

  test('a run that cannot be read leaves it unknown', async () => {
    const faults = [{ route: 'GET /repos/octo/api/actions/runs/2', status: 500 }]

    expect(await find({ ...world({}, {}), faults })).toMatchObject({ kind: 'unknown' })
  })

  test('trap 38: a token that may not read runs is told which permissions are missing', async () => {
    const body = { message: 'Resource not accessible by integration' }
    const found = await find({ faults: [{ route: ARTIFACTS, status: 403, body }] })

    expect(found.kind === 'unknown' && found.why).toBe(
      'Listing the artifacts "baseline": GitHub answered 403: "Resource not accessible by integration". The job needs the permissions "actions: read" and "contents: read"',
    )
  })

  test('trap 38: without a token nothing is asked, and it is unknown', async () => {
    expect(await find({ ...world({}), connection: { token: '' } })).toMatchObject({
      kind: 'unknown',
      why: 'Listing the artifacts "baseline": github-token is empty',
    })
    expect(fake.requests).toEqual([])
  })

  test('a used up rate limit is no missing permission', async () => {
    const headers = { 'x-ratelimit-remaining': '0' }
    const found = await find({ faults: [{ route: ARTIFACTS, status: 403, headers }] })

    expect(found.kind === 'unknown' && found.why).toBe(
      'Listing the artifacts "baseline": GitHub answered 403: "injected fault"',
    )
  })

  test('with a clock a 502 that passes costs a wait and no baseline', async () => {
    const clock = fakeClock()
    const faults = [{ route: ARTIFACTS, status: 502, times: 2 }]

    expect(await find({ ...world({}), faults, connection: { clock } })).toMatchObject({ kind: 'found', runId: 1 })
    expect(clock.waits).toHaveLength(2)
  })
})

describe('the download', () => {
  test('acceptance 10: the other host that GitHub redirects to never sees the token', async () => {
    expect(await find(world({}))).toMatchObject({ kind: 'found' })

    expect(fake.requests.at(-1)?.headers.authorization).toBe('token ghs_test')
    expect(fake.storeRequests).toHaveLength(1)
    expect(fake.storeRequests[0]?.headers).not.toHaveProperty('authorization')
    expect(JSON.stringify(fake.storeRequests[0]?.headers)).not.toContain('ghs_test')
  })

  test('from an https API no plain http address is followed', async () => {
    // the request is redirected to loopback by hand: what counts is what the client makes of the answer
    const { runs, artifacts } = world({ artifact: { location: 'http://evil.test/x' } })
    const asked: string[] = []
    const connection: Partial<GitHubConnection> = {
      apiUrl: 'https://github.test/api/v3',
      request: (plan) => {
        asked.push(plan.url)
        return request({ ...plan, url: plan.url.replace('https://github.test/api/v3', fake.url) })
      },
    }

    expect(await find({ runs, artifacts, connection })).toMatchObject({
      kind: 'unknown',
      why: 'Downloading artifact 1: GitHub names no https address of it',
    })
    expect(asked.filter((url) => url.includes('evil'))).toEqual([])
  })

  test('a store that fails leaves it unknown, and its address is in no message', async () => {
    const faults = [{ route: 'GET /archives/*', status: 403, body: '<Error>sig=c2lnbmVk is old</Error>' }]

    const found = await find({ ...world({}), faults })

    expect(found.kind === 'unknown' && found.why).toMatch(/^Downloading artifact 1: GitHub answered 403/)
    expect(JSON.stringify(found)).not.toMatch(/sig=|c2lnbmVk/)
  })

  test('what is not what was uploaded is refused by its SHA-256', async () => {
    const found = await find(world({ artifact: { digest: `sha256:${'0'.repeat(64)}` } }))

    expect(found.kind === 'unknown' && found.why).toBe(
      'Downloading artifact 1: it is not what was uploaded, its SHA-256 is another',
    )
  })

  test('an artifact without a digest is taken', async () => {
    expect(await find(world({ artifact: { digest: null } }))).toMatchObject({ kind: 'found' })
  })

  test('one that expired since it was listed is unknown', async () => {
    const faults = [{ route: 'GET /repos/octo/api/actions/artifacts/1/zip', status: 410 }]

    expect(await find({ ...world({}), faults })).toMatchObject({ kind: 'unknown' })
  })

  test('one that is too large is cut off, and unknown', async () => {
    const found = await find({ ...world({}), search: { maxPackedBytes: 100 } })

    expect(found.kind === 'unknown' && found.why).toBe('Downloading artifact 1: it is larger than 100 bytes')
  })

  test.each([
    ['with ../', zipOf([{ name: '../evil.json', content: '{}' }]), /leads out of the folder/],
    [
      'with 10 GB of zeros',
      zipOf([{ name: 'zeros', content: Buffer.alloc(1000), extra: zip64Field(10_737_418_240n, 13n) }]),
      /zeros has 10737418240 bytes unpacked, and 536870912 are read at most/,
    ],
    ['that is no archive', Buffer.from('not a zip'), /it is no zip archive/],
  ])('acceptance 10: an archive %s is refused, and no older run takes its place', async (_, archive, why) => {
    const found = await find(world({}, { artifact: { archive } }))

    expect(found.kind === 'unknown' && found.why).toMatch(why)
    expect(found.kind === 'unknown' && found.why).toMatch(
      /^artifact 2 of run 2 cannot be read: .*Delete it to compare with the one before$/,
    )
    expect(existsSync(join(folder, 'evil.json'))).toBe(false)
  })
})
