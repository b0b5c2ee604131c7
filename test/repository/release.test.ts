// The part of a release that happens on a maintainer's machine, against a bare remote, with a key that signs.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { actionFile, type Releasing, releasing, removeTemplate } from './release-fixture.ts'

let here: Releasing

beforeEach(() => {
  here = releasing()
})
afterEach(() => here.remove())
afterAll(removeTemplate)

const SLOW = 60_000
const changelog = (...sections: string[]): string =>
  ['# Changelog', '', '## Unreleased', '', ...sections, ''].join('\n')

/** Refuses with these words, says what to do, and neither makes a tag nor pushes one. */
function expectRefused(args: string[], ...words: string[]): void {
  const before = { remote: here.remote(), local: here.git('for-each-ref') }
  const { exitCode, text } = here.release(...args)

  for (const word of words) expect(text).toContain(word)
  expect(text).toMatch(/^Refused\. /m)
  expect(text).toMatch(/^→ \S/m)
  expect(text).not.toMatch(/at .*scripts.release/) // no stack of ours
  expect(exitCode).toBe(1)
  expect({ remote: here.remote(), local: here.git('for-each-ref') }).toEqual(before)
}

test(
  'a version is signed, tagged and pushed, and nothing else changes on the remote',
  () => {
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
    writeFileSync(allowed, `maintainer@example.com ${readFileSync(here.git('config', 'user.signingkey'), 'utf8')}`)
    here.git('-c', `gpg.ssh.allowedSignersFile=${allowed}`, 'verify-tag', 'v1.0.0')
    expect(here.git('status', '--porcelain')).toBe('')
  },
  SLOW,
)

test(
  '--dry-run proves all and changes nothing',
  () => {
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
  },
  SLOW,
)

test(
  '--dry-run of a pre-release says that v1 stays',
  () => {
    here.land({ 'CHANGELOG.md': changelog('## 1.0.0-rc.1 - 2026-11-25', '- The candidate.') })

    const { exitCode, text } = here.release('1.0.0-rc.1', '--dry-run')

    expect(text).toContain('v1 stays')
    expect(exitCode).toBe(0)
  },
  SLOW,
)

describe('refuses, with nothing changed,', () => {
  test('a dirty tree', () => {
    here.write({ 'actions/one/src/index.js': 'console.log(3)\n' })
    expectRefused(['1.0.0'], 'actions/one/src/index.js')
  })

  test('a file that git does not know', () => {
    here.write({ 'notes.txt': 'mine' })
    expectRefused(['1.0.0'], '?? notes.txt')
  })

  test('another branch', () => {
    here.git('switch', '-q', '-c', 'topic')
    expectRefused(['1.0.0'], 'The branch here is topic', 'git switch main')
  })

  test('no branch at all', () => {
    here.git('switch', '-q', '--detach')
    expectRefused(['1.0.0'], 'No branch is checked out')
  })

  test('a commit that the remote does not have as main', () => {
    here.git('commit', '-q', '--allow-empty', '-m', 'mine alone')
    expectRefused(['1.0.0'], 'main is', 'git pull --ff-only')
  })

  test('a version that goes back', () => {
    here.git('tag', 'v1.2.0')
    here.git('push', '-q', 'origin', 'v1.2.0')
    here.git('tag', '-d', 'v1.2.0')
    expectRefused(['1.0.0'], '1.0.0 is not above 1.2.0')
  })

  test('a pre-release of a version that is out', () => {
    here.git('tag', 'v1.0.0')
    here.git('push', '-q', 'origin', 'v1.0.0')
    expectRefused(['1.0.0-rc.2'], '1.0.0-rc.2 is not above 1.0.0')
  })

  test('a tag that the remote has at another commit', () => {
    here.git('tag', '-a', '-m', 'x', 'v1.0.0')
    here.git('push', '-q', 'origin', 'v1.0.0')
    here.git('tag', '-d', 'v1.0.0')
    here.land({ 'more.txt': 'more' })
    expectRefused(['1.0.0'], 'v1.0.0 is already on origin', 'A version is used once')
  })

  test('a tag that the remote has at this commit: the rest is not done here', () => {
    here.git('tag', '-a', '-m', 'x', 'v1.0.0')
    here.git('push', '-q', 'origin', 'v1.0.0')
    expectRefused(['1.0.0'], 'at this very commit', 'run the failed job again')
  })

  test('a tag that only this clone has', () => {
    here.git('tag', '-a', '-m', 'x', 'v1.0.0')
    expectRefused(['1.0.0'], 'not on origin', 'git tag -d v1.0.0')
  })

  test.each(['v1', 'v1.0.0'])('a branch of the name %s', (name) => {
    here.git('push', '-q', 'origin', `main:refs/heads/${name}`)
    expectRefused(['1.0.0'], `a branch named ${name}`)
  })

  test('a changelog without the version', () => {
    here.land({ 'CHANGELOG.md': changelog('## 0.9.0 - 2026-11-01', '- Old.') })
    expectRefused(['1.0.0'], 'no section for 1.0.0', '## 1.0.0 - YYYY-MM-DD')
  })

  test('no changelog', () => {
    here.land({ 'CHANGELOG.md': undefined })
    expectRefused(['1.0.0'], 'CHANGELOG.md')
  })

  test('an action on another Node', () => {
    here.land({ 'actions/two/action.yml': actionFile('two', 'node20') })
    expectRefused(['1.0.0'], 'actions/one/action.yml uses "node24"', 'actions/two/action.yml uses "node20"')
  })

  test('an action whose bundle is not in the commit', () => {
    here.land({ 'dist/two/index.js': undefined, 'dist/two/other.js': 'x' })
    expectRefused(['1.0.0'], 'actions/two/action.yml runs dist/two/index.js', 'npm run build')
  })

  test('an action.yml that is no YAML', () => {
    here.land({ 'actions/two/action.yml': 'runs: [' })
    expectRefused(['1.0.0'], 'actions/two/action.yml cannot be read')
  })

  test('no key that signs', () => {
    here.git('config', '--unset', 'user.signingkey')
    expectRefused(['1.0.0'], 'git cannot sign here', 'git config gpg.format ssh', 'git config user.signingkey')
  })

  test('a key that is gone', () => {
    here.git('config', 'user.signingkey', '/nowhere/key.pub')
    expectRefused(['1.0.0'], 'git cannot sign here', '/nowhere/key.pub')
  })

  test('no remote of the name origin', () => {
    here.git('remote', 'rename', 'origin', 'upstream')
    const { exitCode, text } = here.release('1.0.0')
    expect(text).toContain('git ls-remote failed')
    expect(exitCode).toBe(1)
  })

  test.each(['v1.0.0', '1.0', '1.0.0+build', '01.0.0', '1.0.0-', 'latest', '1.0.0 '])('"%s" as a version', (text) => {
    expectRefused([text], `"${text}" is not a version`)
  })

  test.each([[[]], [['1.0.0', '1.0.1']], [['1.0.0', '--force']], [['publish', '--dry-run']]])(
    '%j as arguments',
    (args) => {
      const { exitCode, text } = here.release(...args)
      expect(text).toMatch(/^Refused\. /)
      expect(exitCode).toBe(1)
    },
  )

  test(
    'a dist that is not what the source builds: changed, missing, extra',
    () => {
      here.land({
        'actions/one/src/index.js': 'console.log("new")\n',
        'actions/two/src/chunk.js': 'more\n',
        'dist/two/left-over.js': 'old\n',
      })
      expectRefused(
        ['1.0.0'],
        'dist/one/index.js: changed',
        'dist/two/chunk.js: only in the build',
        'dist/two/left-over.js: only in the commit',
        'npm run build',
      )
    },
    SLOW,
  )

  test(
    'a build that depends on its folder',
    () => {
      const write = 'mkdirSync("dist/one", { recursive: true })\nwriteFileSync("dist/one/index.js", process.cwd())\n'
      here.land({ 'build.mjs': `import { mkdirSync, writeFileSync } from 'node:fs'\n${write}` })
      expectRefused(['1.0.0'], 'two builds of one commit differ', 'dist/one/index.js: changed')
    },
    SLOW,
  )

  test(
    'a build that fails, and tells of it',
    () => {
      here.land({ 'build.mjs': 'throw new Error("no bundler today")' })
      expectRefused(['1.0.0'], 'npm run build failed in a clean clone', 'no bundler today')
    },
    SLOW,
  )
})

test(
  'what lies in the working folder but in no commit has no part in the builds, and neither has a token',
  () => {
    // ignored by git, so the tree is clean; the build would copy it into dist
    here.land({ '.gitignore': 'node_modules/\n*.secret\n', 'build.mjs': GUARDED_BUILD })
    here.write({ 'actions/one/src/local.secret': 'x' })
    Object.assign(here.env, { GH_TOKEN: 'ghs_1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'e30' })

    const { exitCode, text } = here.release('1.0.0', '--dry-run')

    expect(text).toContain('can be released')
    expect(exitCode).toBe(0)
  },
  SLOW,
)

const GUARDED_BUILD = `import { cpSync, readdirSync } from 'node:fs'
if (Object.keys(process.env).some((name) => /TOKEN/.test(name))) throw new Error('there is a token here')
for (const name of readdirSync('actions')) cpSync(\`actions/\${name}/src\`, \`dist/\${name}\`, { recursive: true })
`

test(
  'a push that the remote refuses leaves no tag, so that the next try starts afresh',
  () => {
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
  },
  SLOW,
)

test('--help tells of each step and each refusal', () => {
  const { exitCode, text } = here.release('--help')

  for (const word of ['--dry-run', 'CHANGELOG.md', 'user.signingkey', 'check-tag', 'build-twice', 'move-major']) {
    expect(text).toContain(word)
  }
  expect(exitCode).toBe(0)
  expect(existsSync(join(here.root, 'dist/one'))).toBe(true)
  expect(readdirSync(here.root)).not.toContain('node_modules')
})
