// The part of a release that happens on a maintainer's machine, against a bare remote, with a key that signs.
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { release } from '../../scripts/release/tag.ts'
import { actionFile, type Releasing, refusalOf, releasing, removeTemplate } from './release-fixture.ts'

let here: Releasing

beforeEach(() => {
  here = releasing()
})
afterEach(() => here.remove())
afterAll(removeTemplate)

jest.setTimeout(60_000) // git, npm and ssh-keygen are programs: on a busy machine they take their time
const changelog = (...sections: string[]): string =>
  ['# Changelog', '', '## Unreleased', '', ...sections, ''].join('\n')

/** What the script's own function ended in, and whether a ref moved here or on the remote. */
function attempt(version: string): object {
  const before = { remote: here.remote(), local: here.git('for-each-ref') }
  const text = refusalOf(() => release(here.world, { version, dryRun: false }))
  const after = { remote: here.remote(), local: here.git('for-each-ref') }
  return { text, changed: JSON.stringify(after) !== JSON.stringify(before) }
}

/** Refused with these words in this order and then one thing to do; nothing was changed. */
function refusal(...words: string[]): object {
  const inOrder = words.map((word) => word.replaceAll(/[^\w\s]/g, String.raw`\$&`)).join('[^]*')
  return { changed: false, text: expect.stringMatching(new RegExp(`^(?=[^]*\n→ \\S)[^]*${inOrder}`)) }
}

test('a version is signed, tagged and pushed, and nothing else changes on the remote', () => {
  const commit = here.git('rev-parse', 'HEAD')

  const { exitCode, text } = here.release('1.0.0')

  expect(text).toContain('v1.0.0 is on origin')
  expect(exitCode).toBe(0)
  const object = here.git('rev-parse', 'refs/tags/v1.0.0')
  expect(here.remote()).toEqual({
    HEAD: commit,
    'refs/heads/main': commit,
    'refs/tags/v1.0.0': object,
    'refs/tags/v1.0.0^{}': commit,
  })
  expect(object).not.toBe(commit)
  const allowed = join(here.root, '../allowed')
  writeFileSync(allowed, `maintainer@example.com ${readFileSync(join(here.root, '../key.pub'), 'utf8')}`)
  here.git('-c', `gpg.ssh.allowedSignersFile=${allowed}`, 'verify-tag', 'v1.0.0')
  expect(here.git('status', '--porcelain')).toBe('')
})

test('--dry-run proves all and changes nothing', () => {
  const before = { remote: here.remote(), local: here.git('for-each-ref'), objects: here.git('count-objects', '-v') }

  const { exitCode, text } = here.release('1.0.0', '--dry-run')

  expect(text).toContain('can be released')
  expect(text).toContain('5 files') // three action.yml, two bundles
  expect(text).toContain('git push origin refs/tags/v1.0.0')
  expect(text).toContain('v1 moved to the same tag object')
  expect(exitCode).toBe(0)
  expect({
    remote: here.remote(),
    local: here.git('for-each-ref'),
    objects: here.git('count-objects', '-v'),
  }).toEqual(before)
})

test('--dry-run of a pre-release says that v1 stays', () => {
  here.land({ 'CHANGELOG.md': changelog('## 1.0.0-rc.1 - 2026-11-25', '- The candidate.') })

  const { exitCode, text } = here.release('1.0.0-rc.1', '--dry-run')

  expect(text).toContain('v1 stays')
  expect(exitCode).toBe(0)
})

describe('refuses, with nothing changed,', () => {
  test('a dirty tree', () => {
    here.write({ 'actions/one/src/index.js': 'console.log(3)\n' })
    expect(attempt('1.0.0')).toEqual(refusal('actions/one/src/index.js'))
  })

  test('a file that git does not know', () => {
    here.write({ 'notes.txt': 'mine' })
    expect(attempt('1.0.0')).toEqual(refusal('?? notes.txt'))
  })

  test('another branch', () => {
    here.git('switch', '-q', '-c', 'topic')
    expect(attempt('1.0.0')).toEqual(refusal('The branch here is topic', 'git switch main'))
  })

  test('no branch at all', () => {
    here.git('switch', '-q', '--detach')
    expect(attempt('1.0.0')).toEqual(refusal('No branch is checked out'))
  })

  test('a commit that the remote does not have as main', () => {
    here.git('commit', '-q', '--allow-empty', '-m', 'mine alone')
    expect(attempt('1.0.0')).toEqual(refusal('main is', 'git pull --ff-only'))
  })

  test('a version that goes back', () => {
    here.git('tag', 'v1.2.0')
    here.git('push', '-q', 'origin', 'v1.2.0')
    here.git('tag', '-d', 'v1.2.0')
    expect(attempt('1.0.0')).toEqual(refusal('1.0.0 is not above 1.2.0'))
  })

  test('a pre-release of a version that is out', () => {
    here.git('tag', 'v1.0.0')
    here.git('push', '-q', 'origin', 'v1.0.0')
    expect(attempt('1.0.0-rc.2')).toEqual(refusal('1.0.0-rc.2 is not above 1.0.0'))
  })

  test('a tag that the remote has at another commit', () => {
    here.git('tag', '-a', '-m', 'x', 'v1.0.0')
    here.git('push', '-q', 'origin', 'v1.0.0')
    here.git('tag', '-d', 'v1.0.0')
    here.land({ 'more.txt': 'more' })
    expect(attempt('1.0.0')).toEqual(refusal('v1.0.0 is already on origin', 'A version is used once'))
  })

  test('a tag that the remote has at this commit: the rest is not done here', () => {
    here.git('tag', '-a', '-m', 'x', 'v1.0.0')
    here.git('push', '-q', 'origin', 'v1.0.0')
    expect(attempt('1.0.0')).toEqual(refusal('at this very commit', 'run the failed job again'))
  })

  test('a tag that only this clone has', () => {
    here.git('tag', '-a', '-m', 'x', 'v1.0.0')
    expect(attempt('1.0.0')).toEqual(refusal('not on origin', 'git tag -d v1.0.0'))
  })

  test.each(['v1', 'v1.0.0'])('a branch of the name %s', (name) => {
    here.git('push', '-q', 'origin', `main:refs/heads/${name}`)
    expect(attempt('1.0.0')).toEqual(refusal(`a branch named ${name}`))
  })

  test('a changelog without the version', () => {
    here.land({ 'CHANGELOG.md': changelog('## 0.9.0 - 2026-11-01', '- Old.') })
    expect(attempt('1.0.0')).toEqual(refusal('no section for 1.0.0', '## 1.0.0 - YYYY-MM-DD'))
  })

  test('no changelog', () => {
    here.land({ 'CHANGELOG.md': undefined })
    expect(attempt('1.0.0')).toEqual(refusal('CHANGELOG.md'))
  })

  test('an action on another Node', () => {
    here.land({ 'actions/two/action.yml': actionFile('two', 'node20') })
    expect(attempt('1.0.0')).toEqual(
      refusal('actions/one/action.yml uses "node24"', 'actions/two/action.yml uses "node20"'),
    )
  })

  test('an action whose bundle is not in the commit', () => {
    here.land({ 'dist/two/index.js': undefined, 'dist/two/other.js': 'x' })
    expect(attempt('1.0.0')).toEqual(refusal('actions/two/action.yml runs dist/two/index.js', 'npm run build'))
  })

  test('an action.yml that is no YAML', () => {
    here.land({ 'actions/two/action.yml': 'runs: [' })
    expect(attempt('1.0.0')).toEqual(refusal('actions/two/action.yml cannot be read'))
  })

  test('a link in dist', () => {
    symlinkSync('index.js', join(here.root, 'dist/one/link.js'))
    here.land({})
    expect(attempt('1.0.0')).toEqual(refusal('dist/one/link.js is not a file but has the mode 120000'))
  })

  test.each(['dist/one/a,b.js', 'dist/one/[x].js', 'dist/one/a b.js'])(
    '%s, which attest would not read as one path',
    (path) => {
      here.land({ [path]: 'x' })
      expect(attempt('1.0.0')).toEqual(refusal(`"${path}" cannot be attested`))
    },
  )

  test('no key that signs', () => {
    here.git('config', '--unset', 'user.signingkey')
    expect(attempt('1.0.0')).toEqual(
      refusal('git cannot sign here', 'git config gpg.format ssh', 'git config user.signingkey'),
    )
  })

  test('a key that is gone', () => {
    here.git('config', 'user.signingkey', '/nowhere/key.pub')
    expect(attempt('1.0.0')).toEqual(refusal('git cannot sign here', '/nowhere/key.pub'))
  })

  test('a remote that does not answer', () => {
    const gone = join(here.root, 'gone.git')
    here.git('remote', 'set-url', 'origin', gone)
    expect(refusalOf(() => release(here.world, { version: '1.0.0', dryRun: false }))).toContain('git ls-remote failed')
  })

  test('a text that is no version', () => {
    expect(attempt('v1.0.0')).toEqual(refusal('"v1.0.0" is not a version', '1.2.3'))
  })

  test('a dist that is not what the source builds: changed, missing, extra', () => {
    here.land({
      'build.mjs': GUARDED_BUILD, // removes nothing, as ncc does
      'actions/one/src/index.js': 'console.log("new")\n',
      'actions/two/src/chunk.js': 'more\n',
      'dist/two/left-over.js': 'old\n',
    })
    expect(attempt('1.0.0')).toEqual(
      refusal(
        'dist/one/index.js: changed',
        'dist/two/chunk.js: only in the build',
        'dist/two/left-over.js: only in the commit',
        'npm run build',
      ),
    )
  })

  test('a build that depends on its folder', () => {
    const write = 'mkdirSync("dist/one", { recursive: true })\nwriteFileSync("dist/one/index.js", process.cwd())\n'
    here.land({ 'build.mjs': `import { mkdirSync, writeFileSync } from 'node:fs'\n${write}` })
    expect(attempt('1.0.0')).toEqual(refusal('two builds of one commit differ', 'dist/one/index.js: changed'))
  })

  test('a build that fails, and tells of it', () => {
    here.land({ 'build.mjs': 'throw new Error("no bundler today")' })
    expect(attempt('1.0.0')).toEqual(refusal('npm run build failed in a clean clone', 'no bundler today'))
  })
})

test('what lies in the working folder but in no commit has no part in the builds, and neither has a token', () => {
  // ignored by git, so the tree is clean; the build would copy it into dist
  here.land({ '.gitignore': 'node_modules/\n*.secret\n', 'build.mjs': GUARDED_BUILD })
  here.write({ 'actions/one/src/local.secret': 'x' })
  Object.assign(here.env, { GH_TOKEN: 'ghs_1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'e30' })

  const { exitCode, text } = here.release('1.0.0', '--dry-run')

  expect(text).toContain('can be released')
  expect(exitCode).toBe(0)
})

const GUARDED_BUILD = `import { cpSync, readdirSync } from 'node:fs'
if (Object.keys(process.env).some((name) => /TOKEN/.test(name))) throw new Error('there is a token here')
for (const name of readdirSync('actions')) cpSync(\`actions/\${name}/src\`, \`dist/\${name}\`, { recursive: true })
`

test('a push that the remote refuses leaves no tag, so that the next try starts afresh', () => {
  const hook = join(here.bare, 'hooks/pre-receive')
  writeFileSync(hook, '#!/bin/sh\necho "tags are protected" >&2\nexit 1\n')
  chmodSync(hook, 0o755)

  const first = here.release('1.0.0')
  expect(first.text).toContain('tags are protected')
  expect(first.exitCode).toBe(1)
  expect(here.git('tag', '--list')).toBe('')

  chmodSync(hook, 0o644)
  expect(here.release('1.0.0').exitCode).toBe(0)
  expect(Object.keys(here.remote())).toContain('refs/tags/v1.0.0')
})

test.each([
  [['1.0.1'], 'no section for 1.0.1'],
  [[], 'One version is needed'],
  [['1.0.0', '1.0.1'], 'One version is needed'],
  [['1.0.0', '--force'], "Unknown option '--force'"],
  [['publish', '--dry-run'], 'publish knows no --dry-run'],
])('%j: one message without a stack', (args, words) => {
  const { exitCode, text } = here.release(...args)

  expect(text).toMatch(/^Refused\. .*\n→ .*\n$/)
  expect(text).toContain(words)
  expect(exitCode).toBe(1)
})

test('--help tells of each step and each refusal', () => {
  const { exitCode, text } = here.release('--help')

  for (const word of ['--dry-run', 'CHANGELOG.md', 'user.signingkey', 'check-tag', 'build-twice', 'move-major']) {
    expect(text).toContain(word)
  }
  expect(exitCode).toBe(0)
  expect(existsSync(join(here.root, 'dist/one'))).toBe(true)
  expect(readdirSync(here.root)).not.toContain('node_modules')
})
