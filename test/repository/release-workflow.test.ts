// The steps of release.yml, one by one and in a row, against a bare remote and a gh that writes down how it is called.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { verifyAttestations } from '../../scripts/release/attestations.ts'
import { buildTwice } from '../../scripts/release/build-twice.ts'
import { checkTag } from '../../scripts/release/check-tag.ts'
import { moveMajor } from '../../scripts/release/move-major.ts'
import { publish } from '../../scripts/release/publish.ts'
import { type FakeGh, fakeGh } from './fake-gh.ts'
import { type Releasing, releasing, removeTemplate } from './release-fixture.ts'

jest.setTimeout(60_000) // git, npm and ssh-keygen are programs: on a busy machine they take their time

const FILES = [
  'action.yml',
  'actions/one/action.yml',
  'actions/two/action.yml',
  'dist/one/index.js',
  'dist/two/index.js',
]

let here: Releasing
let github: FakeGh

beforeEach(() => {
  here = releasing()
  github = fakeGh(join(here.root, '../bin'))
  writeFileSync(outputFile(), '')
  Object.assign(here.env, {
    PATH: `${github.folder}:${here.env['PATH']}`,
    ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'owner/small', GITHUB_OUTPUT: outputFile() },
  })
})
afterEach(() => here.remove())
afterAll(removeTemplate)

const outputFile = (): string => join(here.root, '../output')
const ref = (name: string): string => here.remote()[`refs/tags/${name}`] ?? 'none'

/** Tags the newest commit, pushes the tag, and is from then on the run of release.yml for it. */
function tagged(version = '1.0.0', how = ['-s', '-m', `v${version}`]): string {
  here.git('tag', ...how, `v${version}`)
  here.git('push', '-q', 'origin', `v${version}`)
  return runFor(version)
}

function runFor(version: string): string {
  here.env['GITHUB_REF_NAME'] = `v${version}`
  here.git('checkout', '-q', '--detach', `v${version}`)
  const object = here.git('rev-parse', `refs/tags/v${version}`)
  github.set({ attestedSha1: object })
  return object
}

/** A version of the changelog, on main. */
function landVersion(version: string): void {
  here.git('switch', '-q', 'main')
  here.land({ 'CHANGELOG.md': `# Changelog\n## Unreleased\n## ${version} - 2026-11-26\n- What ${version} brings.\n` })
}

const refusalOf = async (step: () => void | Promise<void>): Promise<string> => {
  try {
    await step()
    return ''
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return error.message
    throw error
  }
}

test('all steps in a row: the release is drafted, published and verified, and v1 is at the same tag object', async () => {
  const object = tagged()

  for (const step of ['build-twice', 'check-tag', 'verify-attestations', 'publish', 'move-major']) {
    expect(here.release(step)).toMatchObject({ exitCode: 0 })
  }

  expect(ref('v1')).toBe(object)
  expect(ref('v1.0.0')).toBe(object)
  expect(here.remote()['refs/tags/v1^{}']).toBe(here.git('rev-parse', 'main'))
  expect(github.state().releases).toEqual([
    {
      ...{ id: 40, tag_name: 'v1.0.0', name: 'v1.0.0', draft: false, immutable: true, prerelease: false, assets: [] },
      ...{ make_latest: 'true', body: '### Added\n- The first.\n' },
    },
  ])
  expect(readFileSync(outputFile(), 'utf8')).toMatch(
    new RegExp(`^tag-object<<(\\S+)\\n${object}\\n\\1\\nfiles<<(\\S+)\\n${FILES.join('\\n')}\\n\\2\\n$`),
  )
})

test('each file is verified for this repository, workflow, commit and tag', async () => {
  tagged()

  await verifyAttestations(here.world)

  const commit = here.git('rev-parse', 'main')
  expect(github.calls()).toEqual(
    FILES.map((file) => [
      ...['attestation', 'verify', file, '--repo', 'owner/small'],
      ...['--signer-workflow', 'owner/small/.github/workflows/release.yml'],
      ...['--source-digest', commit, '--source-ref', 'refs/tags/v1.0.0', '--deny-self-hosted-runners'],
    ]),
  )
})

describe('check-tag refuses', () => {
  const refused = () => refusalOf(() => checkTag(here.world))

  test('a lightweight tag', async () => {
    tagged('1.0.0', [])
    expect(await refused()).toContain('v1.0.0 is a lightweight tag')
  })

  test('an annotated tag that nobody signed', async () => {
    tagged('1.0.0', ['-a', '-m', 'x'])
    expect(await refused()).toContain('v1.0.0 is annotated but not signed')
  })

  test('the signed tag object of another version', async () => {
    here.git('tag', '-s', '-m', 'v0.9.0', 'v0.9.0')
    here.git('push', '-q', 'origin', 'v0.9.0:refs/tags/v1.0.0')
    here.git('fetch', '-q', '--tags')
    here.git('tag', '-d', 'v0.9.0')
    runFor('1.0.0')
    expect(await refused()).toContain('says that it is v0.9.0')
  })

  test('a signature that GitHub cannot verify', async () => {
    tagged()
    github.set({ verification: { verified: false, reason: 'unknown_key' } })
    expect(await refused()).toContain('cannot verify the signature of v1.0.0: unknown_key')
  })

  test.each(['2.0.0', '1.0.1-rc.1'])('a version below %s', async (other) => {
    here.git('tag', '-s', '-m', 'x', `v${other}`)
    here.git('push', '-q', 'origin', `v${other}`)
    tagged()
    expect(await refused()).toContain(`1.0.0 is not above ${other}`)
  })

  test('a commit that is not on main', async () => {
    here.git('switch', '-q', '-c', 'aside')
    here.git('commit', '-q', '--allow-empty', '-m', 'aside')
    tagged()
    expect(await refused()).toContain('is not on main')
  })

  test('a tag that is at another commit than what is checked out', async () => {
    landVersion('1.0.0')
    tagged()
    here.git('checkout', '-q', '--detach', 'main~1')
    expect(await refused()).toContain('is checked out')
  })

  test('a branch that could be meant by @v1', async () => {
    here.git('push', '-q', 'origin', 'main:refs/heads/v1')
    tagged()
    expect(await refused()).toContain('a branch named v1')
  })

  test('a changelog that says nothing', async () => {
    landVersion('1.0.1')
    tagged()
    expect(await refused()).toContain('no section for 1.0.0')
  })

  test('an action on another Node', async () => {
    here.land({ 'actions/one/action.yml': 'runs: { using: node20, main: ../../dist/one/index.js }\n' })
    tagged()
    expect(await refused()).toContain('uses "node20"')
  })

  test('a tag that is no version', async () => {
    here.env['GITHUB_REF_NAME'] = 'v1'
    expect(await refused()).toContain('"v1" is not a version')
  })

  test('a tag that is gone', async () => {
    tagged()
    here.git('push', '-q', 'origin', ':refs/tags/v1.0.0')
    expect(await refused()).toContain('not on origin any more')
  })
})

test('main may have gone on while the release waited', async () => {
  const object = tagged()
  landVersion('1.0.1')
  runFor('1.0.0')

  await checkTag(here.world)

  expect(readFileSync(outputFile(), 'utf8')).toContain(object)
})

test('check-tag looks at the tag on the remote, whatever the checkout left under its name', async () => {
  const object = tagged()
  here.git('tag', '-f', 'v1.0.0', 'HEAD') // actions/checkout leaves a lightweight tag of the commit

  await checkTag(here.world)

  expect(here.git('rev-parse', 'refs/tags/v1.0.0')).toBe(object)
})

test.each<[string, (world: Releasing['world']) => void | Promise<void>]>([
  ['verify-attestations', verifyAttestations],
  ['publish', publish],
  ['move-major', moveMajor],
])('%s refuses a tag that moved since check-tag', async (_, step) => {
  here.env['TAG_OBJECT'] = tagged()
  here.git('tag', '-f', '-s', '-m', 'moved', 'v1.0.0', 'main')
  here.git('push', '-q', '-f', 'origin', 'v1.0.0')

  expect(await refusalOf(() => step(here.world))).toContain('v1.0.0 has moved')
  expect(github.calls()).toEqual([])
  expect(ref('v1')).toBe('none')
})

test('what another step changed in the working folder is not attested, and no attestation of it counts', async () => {
  tagged()
  here.write({ 'dist/one/index.js': 'console.log("mine")\n' })

  for (const step of [checkTag, verifyAttestations]) {
    expect(await refusalOf(() => step(here.world))).toContain('dist/one/index.js: not what the commit has')
  }
  expect(readFileSync(outputFile(), 'utf8')).toBe('')
})

test('more files than one attestation holds are refused before it', async () => {
  here.land(Object.fromEntries(Array.from({ length: 1020 }, (_, index) => [`dist/many/${index}.js`, 'x'])))
  tagged()

  // 1020, and the five that every release here has
  expect(await refusalOf(() => checkTag(here.world))).toContain('1025 files cannot be attested at once; 1024 can')
})

test('build-twice refuses a stale dist, and needs neither a token nor the remote', async () => {
  here.land({ 'actions/one/src/index.js': 'console.log("new")\n' })
  here.git('remote', 'remove', 'origin')

  expect(await refusalOf(() => buildTwice(here.world))).toContain('dist/one/index.js: changed')
})

test('one file without an attestation is refused, after it was asked for six times', async () => {
  tagged()
  github.set({ unattested: ['dist/one/index.js'] })

  expect(await refusalOf(() => verifyAttestations(here.world))).toContain('HTTP 404: no attestations found')
  expect(github.calls().filter((args) => args[2] === 'dist/one/index.js')).toHaveLength(6)
})

test('an attestation that shows late is waited for', async () => {
  tagged()
  github.set({ failures: { 'attestation verify': 5 } })

  await verifyAttestations(here.world)

  expect(here.log.at(-1)).toContain('5 of 5 files have an attestation')
})

describe('publish', () => {
  const refused = () => refusalOf(() => publish(here.world))
  const draft = { id: 7, tag_name: 'v1.0.0', draft: true, immutable: false, assets: [] }

  test('drafts on the tag that is there, and never lets GitHub make one', async () => {
    tagged()
    await publish(here.world)
    expect(github.calls().find((args) => args[1] === 'create')).toEqual([
      ...['release', 'create', 'v1.0.0', '--draft', '--verify-tag', '--title', 'v1.0.0', '--repo', 'owner/small'],
      ...['--notes-file', expect.any(String)],
    ])
  })

  test('goes on with the draft of a run that ended half-way', async () => {
    tagged()
    github.set({ releases: [{ ...draft, body: 'half' }] })
    await publish(here.world)
    expect(github.state().releases).toMatchObject([{ id: 7, draft: false, body: '### Added\n- The first.\n' }])
  })

  test('of what is published already changes nothing and verifies it again', async () => {
    tagged()
    await publish(here.world)
    const before = github.calls().length
    await publish(here.world)
    const again = github.calls().slice(before)
    expect(again.filter((args) => args.includes('PATCH') || args[1] === 'create')).toEqual([])
    expect(again.filter((args) => args[1] === 'verify')).toHaveLength(1)
  })

  test('of a pre-release does not make it the latest', async () => {
    landVersion('1.0.0-rc.1')
    tagged('1.0.0-rc.1')
    await publish(here.world)
    expect(github.state().releases).toMatchObject([{ prerelease: true, make_latest: 'false' }])
  })

  test('refuses where the repository does not make releases immutable', async () => {
    tagged()
    github.set({ makesImmutable: false })
    expect(await refused()).toContain('not immutable')
  })

  test('refuses a release that GitHub attests for something else', async () => {
    tagged()
    github.set({ attestedSha1: 'f'.repeat(40) })
    expect(await refused()).toContain(`names ${'f'.repeat(40)}`)
  })

  test('refuses a draft with files that nothing attests', async () => {
    tagged()
    github.set({ releases: [{ ...draft, assets: [{ name: 'x.zip' }] }] })
    expect(await refused()).toContain('1 files that nothing attests')
    expect(github.state().releases).toMatchObject([{ draft: true }])
  })

  test('refuses two drafts of one tag', async () => {
    tagged()
    github.set({ releases: [draft, { ...draft, id: 8 }] })
    expect(await refused()).toContain('2 releases and drafts')
  })

  test('refuses a release on v1', async () => {
    tagged()
    github.set({ releases: [{ ...draft, tag_name: 'v1', draft: false }] })
    expect(await refused()).toContain('There is a release on v1')
  })

  test('makes a release once: a failure of that is not tried again, and names no secret', async () => {
    tagged()
    github.set({ failures: { 'release create': 1 } })
    const text = await refused()
    expect(text).toContain('HTTP 502')
    expect(text).not.toContain('hunter2')
    expect(github.state().releases).toEqual([])
  })
})

describe('move-major', () => {
  const refused = () => refusalOf(() => moveMajor(here.world))

  /** v1.0.0 is released and v1 is there. */
  async function released(version: string): Promise<string> {
    const object = tagged(version)
    await publish(here.world)
    await moveMajor(here.world)
    return object
  }

  test('moves v1 from one release to the next', async () => {
    const first = await released('1.0.0')
    expect(ref('v1')).toBe(first)
    landVersion('1.1.0')
    const second = await released('1.1.0')
    expect(ref('v1')).toBe(second)
    expect(second).not.toBe(first)
  })

  test('leaves v1 where it is for a pre-release', async () => {
    const first = await released('1.0.0')
    landVersion('1.1.0-rc.1')
    tagged('1.1.0-rc.1')
    await publish(here.world)
    await moveMajor(here.world)
    expect(ref('v1')).toBe(first)
  })

  test('makes v2 and leaves v1', async () => {
    const first = await released('1.0.0')
    landVersion('2.0.0')
    const second = await released('2.0.0')
    expect([ref('v1'), ref('v2')]).toEqual([first, second])
  })

  test('done twice changes nothing', async () => {
    const object = await released('1.0.0')
    await moveMajor(here.world)
    expect(ref('v1')).toBe(object)
  })

  test('does not move v1 before the release is published', async () => {
    tagged()
    expect(await refused()).toContain('v1.0.0 is not released')
    expect(ref('v1')).toBe('none')
  })

  test('does not move v1 to a draft', async () => {
    tagged()
    github.set({ releases: [{ id: 1, tag_name: 'v1.0.0', draft: true, immutable: false, assets: [] }] })
    expect(await refused()).toContain('v1.0.0 is not released')
    expect(ref('v1')).toBe('none')
  })

  test('does not overwrite a v1 that somebody else makes at the same moment', async () => {
    tagged()
    await publish(here.world)
    const commit = here.git('rev-parse', 'main')
    github.set({ meanwhile: ['-C', here.bare, 'update-ref', 'refs/tags/v1', commit] })
    expect(await refused()).toContain('git push failed')
    expect(ref('v1')).toBe(commit)
  })

  test('does not move v1 to a release that could still change', async () => {
    tagged()
    github.set({ releases: [{ id: 1, tag_name: 'v1.0.0', draft: false, immutable: false, assets: [] }] })
    expect(await refused()).toContain('not immutable')
    expect(ref('v1')).toBe('none')
  })

  test('an old run that is started again does not take v1 back', async () => {
    await released('1.0.0')
    landVersion('1.1.0')
    const second = await released('1.1.0')
    runFor('1.0.0')
    expect(await refused()).toContain('v1 is at v1.1.0 already')
    expect(ref('v1')).toBe(second)
  })

  test('does not take v1 from where somebody put it by hand', async () => {
    here.git('push', '-q', 'origin', 'main:refs/tags/v1')
    const commit = here.git('rev-parse', 'main')
    tagged()
    expect(await refused()).toContain('no release: somebody else moved it')
    expect(ref('v1')).toBe(commit)
  })
})

describe('release.yml', () => {
  interface Step {
    readonly run?: string
    readonly uses?: string
    readonly env?: Record<string, string>
  }
  const root = join(import.meta.dirname, '../..')
  const text = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')
  const workflow = parse(text)
  const steps: Step[] = workflow.jobs.release.steps

  test('gives the four permissions to the one job that needs them', () => {
    expect(workflow.permissions).toEqual({})
    expect(workflow.jobs.release.permissions).toEqual({
      ...{ contents: 'write', 'id-token': 'write', attestations: 'write', 'artifact-metadata': 'write' },
    })
    expect(workflow.jobs.prove.permissions).toEqual({ contents: 'read' })
    expect(workflow.jobs.release.needs).toBe('prove')
  })

  test('runs the steps in the one order that is safe, and no foreign build beside the permissions', () => {
    const order = (some: readonly Step[]) =>
      some.map(({ run, uses }) => run?.replace('npm run --silent release -- ', '') ?? uses?.split('@')[0])
    expect(order(workflow.jobs.prove.steps)).toEqual(['actions/checkout', 'npm cit', 'npm run check', 'build-twice'])
    expect(order(steps)).toEqual([
      ...['actions/checkout', 'npm ci', 'check-tag', 'actions/attest', 'verify-attestations', 'publish', 'move-major'],
    ])
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m)
  })

  test('hands the tag object to every step after the check, and the token to those alone that ask GitHub', () => {
    const stepsWith = (name: string, value: string) =>
      [...workflow.jobs.prove.steps, ...steps]
        .filter(({ env }: Step) => env?.[name] === value)
        .map(({ run }: Step) => run?.split(' ').at(-1))
    const after = ['verify-attestations', 'publish', 'move-major']
    expect(stepsWith('TAG_OBJECT', '${{ steps.tag.outputs.tag-object }}')).toEqual(after)
    expect(stepsWith('GH_TOKEN', '${{ github.token }}')).toEqual(['check-tag', ...after])
  })

  test.each([
    ['v1.0.0', true],
    ['v10.20.30', true],
    ['v1.0.0-rc.1', true],
    ['v1', false],
    ['v1.0', false],
    ['1.0.0', false],
    ['vx.y.z', false],
  ])('starts on the tag %s: %s', (tag, starts) => {
    const patterns: string[] = workflow.on.push.tags
    // of the pattern language of GitHub's filters these use [0-9], + and *, which mean the same here but for the star
    const matches = patterns.map((one) => new RegExp(`^${one.replaceAll('.', '\\.').replace('*', '[^/]*')}$`))
    expect(matches.some((pattern) => pattern.test(tag))).toBe(starts)
  })

  test('uses no cache', () => {
    expect(text).not.toMatch(/actions\/cache|setup-node|cache:/)
  })
})
