import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type FakeArtifact,
  type FakeGitHub,
  type FakeGitHubOptions,
  type FakeRun,
  fakeGitHub,
  zipOf,
} from '@hardgate/fakes'
import { type Baselines, type BaselinesWanted, connectGitHub, findBaselines } from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const MEASURED = 'f'.repeat(40)
const sha = (n: number): string => n.toString(16).padStart(40, '0')
const ARCHIVE = zipOf([{ name: 'perf.json', content: '{}' }])

let fake: FakeGitHub
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardgate-baselines-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await fake.close()
})

/** Runs with an artifact each, the oldest first. */
function world(
  ...runs: readonly (Partial<FakeRun> & { readonly artifact?: Partial<FakeArtifact> })[]
): FakeGitHubOptions {
  return {
    runs: runs.map(({ artifact: _artifact, ...run }, at): FakeRun => ({ id: at + 1, sha: sha(at + 1), ...run })),
    artifacts: runs.map(
      ({ artifact = {} }, at): FakeArtifact => ({ name: 'perf', runId: at + 1, archive: ARCHIVE, ...artifact }),
    ),
  }
}

async function find(options: FakeGitHubOptions, search: Partial<BaselinesWanted> = {}): Promise<Baselines> {
  fake = await fakeGitHub(options)
  return findBaselines({
    github: connectGitHub({ token: 'ghs_test', apiUrl: fake.url, repository: 'octo/api', request }),
    artifactName: 'perf',
    branch: 'main',
    measuredCommit: MEASURED,
    isAncestor: async () => true,
    folder,
    most: 10,
    keep: async () => undefined,
    ...search,
  })
}

const idsOf = (found: Baselines): number[] => (found.kind === 'found' ? found.runs.map(({ runId }) => runId) : [])
const whyOf = ({ ignored }: Baselines): string[] => ignored.map(({ runId, why }) => `${runId}: ${why}`)

test('the newest first, each in a folder of its own', async () => {
  const found = await find(world({}, {}, {}))

  expect(idsOf(found)).toEqual([3, 2, 1])
  for (const id of [1, 2, 3]) expect(existsSync(join(folder, String(id), 'perf.json'))).toBe(true)
  expect(fake.unexpected).toEqual([])
})

test('no more are fetched than are kept', async () => {
  const found = await find(world({}, {}, {}, {}), { most: 2 })

  expect(idsOf(found)).toEqual([4, 3])
  expect(fake.storeRequests).toHaveLength(2)
})

test('who asks says which of them count, and the next older ones are looked at', async () => {
  const keep: BaselinesWanted['keep'] = async ({ runId }) => (runId === 3 ? 'it had other users' : undefined)

  const found = await find(world({}, {}, {}), { most: 2, keep })

  expect(idsOf(found)).toEqual([2, 1])
  expect(whyOf(found)).toEqual(['3: it had other users'])
})

describe('trap 24: what is not trusted is not even fetched', () => {
  test.each<[string, Partial<FakeRun>]>([
    ['of a fork', { headRepository: 'mallory/api' }],
    ['of a pull request', { event: 'pull_request' }],
    ['of another branch', { branch: 'feature' }],
    ['that failed', { conclusion: 'failure' }],
    ['of the measured commit', { sha: MEASURED }],
  ])('a run %s', async (_, run) => {
    const found = await find(world({}, run))

    expect(idsOf(found)).toEqual([1])
    expect(fake.storeRequests).toHaveLength(1)
  })
})

test('an archive that cannot be read is left out where there are others, and never taken for none', async () => {
  const broken = { artifact: { archive: Buffer.from('PK') } }

  const found = await find(world({}, broken))
  expect(idsOf(found)).toEqual([1])
  expect(whyOf(found)[0]).toMatch(/^2: artifact 2 of run 2 cannot be read/)
  await fake.close()

  expect(await find(world(broken))).toMatchObject({ kind: 'unknown', why: expect.stringContaining('cannot be read') })
})

test('none that is kept is none, where the list was read to its end', async () => {
  expect(await find(world({}), { keep: async () => 'no' })).toMatchObject({ kind: 'none', listedAll: true })
  await fake.close()
  expect(await find({})).toEqual({ kind: 'none', listedAll: true, ignored: [], moreIgnored: 0 })
})

test('a call that fails midway makes it unknown, whatever was found until then', async () => {
  const found = await find({
    ...world({}, {}),
    faults: [{ route: 'GET /repos/octo/api/actions/runs/1', status: 500, times: 9 }],
  })

  expect(found).toMatchObject({ kind: 'unknown', why: expect.stringContaining('500') })
})

test('a run that is in the history only by GitHub is asked for', async () => {
  const found = await find(
    { ...world({}, {}), comparisons: { [`${sha(2)}...${MEASURED}`]: { aheadBy: 1 } } },
    { isAncestor: async () => undefined },
  )

  // the other has no common history
  expect(idsOf(found)).toEqual([2])
})
