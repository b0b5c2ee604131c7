import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type DiffFile, mapLines } from '@hardgate/coverage'
import { describe, expect, jest, test } from '@jest/globals'
import { blamed, type Lines, linesOfFiles, numbered, type Scratch, scratch } from './scratch.ts'

// Each test starts git some dozens of times.
jest.setTimeout(30_000)

/** The commits of a change are those after the tag `base`. */
function based(files: Readonly<Record<string, string | Uint8Array>>): Scratch {
  const here = scratch()
  here.commit(files)
  here.git('tag', 'base')
  return here
}

const diffOf = async (here: Scratch): Promise<readonly DiffFile[]> =>
  (await here.open()).diff(here.git('rev-parse', 'base').trim())

const changedIn = async (here: Scratch): Promise<Lines> => linesOfFiles(await diffOf(here))

describe('acceptance 6, trap 28: renames', () => {
  test('one of 100 % has no changed line, one of 90 % its edited lines', async () => {
    const here = based({ 'old/whole.py': numbered(20), 'old/edited.py': numbered(20, { 1: 'other' }) })
    here.commit({
      'old/whole.py': null,
      'old/edited.py': null,
      'new/whole.py': numbered(20),
      'new/edited.py': numbered(20, { 1: 'other', 7: 'seven', 13: 'thirteen' }),
    })

    expect(await changedIn(here)).toEqual({ 'new/edited.py': [7, 13] })
    expect(await changedIn(here)).toEqual(blamed(here, 'base..HEAD'))
    expect((await diffOf(here)).map(({ change, oldPath }) => [change, oldPath])).toEqual([
      ['renamed', 'old/edited.py'],
      ['renamed', 'old/whole.py'],
    ])
  })
})

describe('acceptance 6, trap 25: names', () => {
  const names = [
    'é.py',
    '日本/コード.ts',
    'with space.py',
    'a "quoted" name.py',
    'back\\slash.py',
    'new\nline.py',
    'tab\there.py',
    ' leading and trailing .py ',
    'b/x.py',
    '::error::x.py',
    'é with space.py',
    '-dash.py',
    'x => y.py',
    ':(top)magic.py',
    '*.py',
  ]

  test.each(['false', 'true'])('of all kinds are decoded, core.quotePath=%s', async (quotePath) => {
    const here = based(Object.fromEntries(names.map((name) => [name, numbered(5)])))
    here.configure({ 'core.quotePath': quotePath })
    here.commit(Object.fromEntries(names.map((name) => [name, numbered(5, { 3: 'three' })])))

    expect(await changedIn(here)).toEqual(Object.fromEntries(names.map((name) => [name, [3]])))
    expect(await changedIn(here)).toEqual(blamed(here, 'base..HEAD'))
  })

  test('of all kinds are listed as they are', async () => {
    const here = based(Object.fromEntries(names.map((name) => [name, 'x\n'])))

    expect(new Set(await (await here.open()).trackedFiles())).toEqual(new Set(names.map((path) => ({ path }))))
  })

  test('survive where only the first line of a diff has them: a mode, an empty file, a renamed one', async () => {
    const here = based({ ...Object.fromEntries(names.map((name) => [name, 'x\n'])), 'old é "x".py': 'same\n' })
    here.git('config', 'core.fileMode', 'false')
    here.git('update-index', '--chmod=+x', '--', ...names)
    here.git('mv', 'old é "x".py', 'new\té.py')
    here.commit({ 'empty é "q".py': '' })

    const files = await diffOf(here)

    expect(new Set(files.map(({ change, newPath }) => `${change} ${newPath}`))).toEqual(
      new Set([...names.map((name) => `mode-only ${name}`), 'added empty é "q".py', 'renamed new\té.py']),
    )
  })
})

describe('acceptance 6, trap 25: what is no changed line', () => {
  test('lines that read like headers are lines of their file', async () => {
    const tricky = ['++ b/x', '-- a/x', '@@ -1,9 +1,9 @@', 'diff --git a/x b/x', '+++ b/y', 'rename to z']
    const here = based({ 'a.md': numbered(3, { 2: '-- a/gone' }) })
    here.commit({ 'a.md': numbered(3, { 2: tricky.join('\n') }) })

    expect(await changedIn(here)).toEqual({ 'a.md': [2, 3, 4, 5, 6, 7] })
    expect(await changedIn(here)).toEqual(blamed(here, 'base..HEAD'))
  })

  test('submodules, modes, binary files and links have none of the files that are measured', async () => {
    const here = based({ 'run.sh': 'x\n', 'logo.png': Buffer.from([1, 0, 2]), 'real.py': 'x\n' })
    here.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`)
    here.git('update-index', '--chmod=+x', 'run.sh')
    here.write('logo.png', Buffer.from([1, 0, 3, 10, 4]))
    here.git('add', 'logo.png')
    here.git('commit', '--quiet', '--message', 'no lines')

    expect((await diffOf(here)).map(({ change, newPath }) => `${change} ${newPath}`)).toEqual([
      'binary logo.png',
      'mode-only run.sh',
      'submodule sub',
    ])
    expect(await changedIn(here)).toEqual({})
    expect(await (await here.open()).trackedFiles()).toHaveLength(3)
  })

  test('a file that ends without a newline, before or after', async () => {
    const here = based({ 'a.py': 'one\ntwo', 'b.py': 'one\ntwo\n', 'c.py': 'one' })
    here.commit({ 'a.py': 'one\ntwo\nthree', 'b.py': 'one\nTWO', 'c.py': 'one\n' })

    // git blames a line that only won its newline on the change as well
    expect(await changedIn(here)).toEqual({ 'a.py': [2, 3], 'b.py': [2], 'c.py': [1] })
    expect(await changedIn(here)).toEqual(blamed(here, 'base..HEAD'))
  })

  test('CRLF: the edited lines alone, and all of them where a commit changes the ends', async () => {
    const here = based({ 'a.py': numbered(5, {}, '\r\n'), 'b.py': numbered(3) })
    here.commit({ 'a.py': numbered(5, { 2: 'two' }, '\r\n'), 'b.py': numbered(3, {}, '\r\n') })

    expect(await changedIn(here)).toEqual({ 'a.py': [2], 'b.py': [1, 2, 3] })
    expect(await changedIn(here)).toEqual(blamed(here, 'base..HEAD'))
  })

  test('a file that became a link, and one that was one', async () => {
    const here = based({ 'a.py': numbered(3), 'real.py': numbered(2) })
    here.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${here.git('hash-object', '-w', 'real.py').trim()},link.py`,
    )
    here.git('commit', '--quiet', '--message', 'link')
    here.git('tag', '--force', 'base')
    here.git('update-index', '--cacheinfo', `100644,${here.git('hash-object', '-w', 'a.py').trim()},link.py`)
    here.git('commit', '--quiet', '--message', 'file')

    expect((await diffOf(here)).map(({ change, oldPath, newPath }) => [change, oldPath, newPath])).toEqual([
      ['deleted', 'link.py', undefined],
      ['added', undefined, 'link.py'],
    ])
    expect(await changedIn(here)).toEqual({ 'link.py': [1, 2, 3] })
  })
})

describe('trap 27: the configuration of the user changes nothing', () => {
  const program = (here: Scratch): string => {
    here.write('../evil.sh', `#!/bin/sh\ntouch "${join(here.home, 'ran')}"\necho evil\n`)
    here.git('update-index', '--refresh')
    return `sh ${join(here.path, '../evil.sh')}`
  }

  function scene(): Scratch {
    const here = based({
      'a.py': numbered(30),
      'old.py': numbered(20, { 1: 'renamed' }),
      'sub/b.py': numbered(5),
      '.gitattributes': '*.py diff=evil\n',
    })
    here.commit({
      'a.py': numbered(30, { 5: 'five', 8: 'eight', 9: '  line 9' }),
      'old.py': null,
      'moved.py': numbered(20, { 1: 'renamed', 2: 'two' }),
      'sub/b.py': numbered(5, { 5: 'five' }),
    })
    return here
  }

  const expected = { 'a.py': [5, 8, 9], 'moved.py': [2], 'sub/b.py': [5] }

  test.each<[string, Readonly<Record<string, string>>]>([
    ['nothing', {}],
    ['diff.renames=false', { 'diff.renames': 'false' }],
    ['diff.renames=copies', { 'diff.renames': 'copies' }],
    ['diff.renameLimit=1', { 'diff.renameLimit': '1' }],
    ['diff.noprefix', { 'diff.noprefix': 'true' }],
    ['diff.mnemonicPrefix', { 'diff.mnemonicPrefix': 'true' }],
    ['other prefixes', { 'diff.srcPrefix': 'x/', 'diff.dstPrefix': 'y/' }],
    ['color.ui=always', { 'color.ui': 'always', 'color.diff': 'always', 'diff.colorMoved': 'zebra' }],
    ['context of its own', { 'diff.context': '5', 'diff.interHunkContext': '10' }],
    ['an order that is not there', { 'diff.orderFile': '/nowhere/order' }],
    ['another algorithm', { 'diff.algorithm': 'patience', 'diff.indentHeuristic': 'false' }],
    ['diff.relative', { 'diff.relative': 'true' }],
    ['submodule.recurse', { 'submodule.recurse': 'true' }],
    ['all files binary by size', { 'core.bigFileThreshold': '1' }],
    ['a driver of its own', { 'diff.evil.algorithm': 'histogram', 'diff.evil.xfuncname': '^line.*' }],
    [
      'blank lines and words',
      { 'core.whitespace': 'trailing-space', 'diff.wordRegex': '.', 'diff.suppressBlankEmpty': 'true' },
    ],
    ['pager and editor', { 'core.pager': 'false', 'pager.diff': 'false' }],
  ])('%s', async (_name, settings) => {
    const here = scene()
    here.configure(settings)

    expect(await changedIn(here)).toEqual(expected)
  })

  test.each<[string, (program: string) => Readonly<Record<string, string>>]>([
    ['an external diff', (run) => ({ 'diff.external': run })],
    ['an external diff of a driver', (run) => ({ 'diff.evil.command': run })],
    ['a textconv', (run) => ({ 'diff.evil.textconv': run, 'diff.evil.cachetextconv': 'true' })],
    ['a file system monitor', (run) => ({ 'core.fsmonitor': run })],
  ])('%s does not run', async (_name, settings) => {
    const here = scene()
    here.configure(settings(program(here)))
    const repository = await here.open()

    expect(await changedIn(here)).toEqual(expected)
    expect(await repository.trackedFiles()).toHaveLength(4)
    expect(existsSync(join(here.home, 'ran'))).toBe(false)
  })

  test('attributes of the user hide no line', async () => {
    const here = based({ 'a.py': numbered(3) })
    here.commit({ 'a.py': numbered(3, { 2: 'two' }) })
    here.write('../attributes', '*.py binary\n')
    here.configure({ 'core.attributesFile': join(here.path, '../attributes') })

    expect(await changedIn(here)).toEqual({ 'a.py': [2] })
  })

  test.each(['log', 'diff'])('a submodule that moved is one with diff.submodule=%s', async (form) => {
    const here = based({ 'a.py': 'a\n' })
    const moveTo = (digit: string): void => {
      here.git('update-index', '--add', '--cacheinfo', `160000,${digit.repeat(40)},sub`)
      here.git('commit', '--quiet', '--message', 'move')
    }
    moveTo('1')
    here.git('tag', '--force', 'base')
    moveTo('2')
    here.configure({ 'diff.submodule': form, 'diff.ignoreSubmodules': 'all' })

    expect(await diffOf(here)).toEqual([{ change: 'submodule', oldPath: 'sub', newPath: 'sub', hunks: [] }])
  })

  test('a commit that is replaced is read as it is', async () => {
    const here = scene()
    const base = here.git('rev-parse', 'base').trim()
    here.git('replace', base, 'HEAD')

    expect(linesOfFiles(await (await here.open()).diff(base))).toEqual(expected)
  })

  test('GIT_DIR and other settings in the environment lead nowhere else', async () => {
    const here = scene()
    const repository = await here.open({ GIT_DIR: '/nowhere', GIT_EXTERNAL_DIFF: 'false', GIT_DIFF_OPTS: '-u9' })

    expect(linesOfFiles(await repository.diff(here.git('rev-parse', 'base').trim()))).toEqual(expected)
  })
})

test('a file that the tracked attributes call binary is told as one whose lines are hidden', async () => {
  const here = based({ 'a.py': numbered(3) })
  here.commit({ 'a.py': numbered(3, { 2: 'two' }), '.gitattributes': '*.py -diff\n' })

  expect((await diffOf(here)).find(({ newPath }) => newPath === 'a.py')).toEqual({
    change: 'binary',
    oldPath: 'a.py',
    newPath: 'a.py',
    hunks: [],
  })
})

test('a line that is traced back reads the same there, and every other line of the old side is removed', async () => {
  const next = random(7)
  // lines are often alike, so that hunks touch each other
  const text = (): string => `line ${next(6)}`
  const olds = Array.from({ length: 40 }, () => Array.from({ length: next(40) }, text))
  const news = olds.map((lines) =>
    lines.flatMap((line) => [[], [line], [line], [line, text()], [text()]][next(5)] ?? []),
  )
  const files = (all: readonly string[][]) => Object.fromEntries(all.map((lines, at) => [`f${at}`, asText(lines)]))
  const here = based(files(olds))
  here.commit(files(news))

  const trace = mapLines(await diffOf(here))

  olds.forEach((old, file) => {
    const now = news[file] ?? []
    const traced = now.map((_line, at) => trace.oldLine(`f${file}`, at + 1)?.line)
    const kept = old.map((_line, at) => at + 1).filter((line) => !trace.isRemoved(`f${file}`, line))
    expect(traced.filter((line) => line !== undefined)).toEqual(kept)
    expect(traced.map((line, at) => (line === undefined ? now[at] : old[line - 1]))).toEqual(now)
  })
})

const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** Whole numbers below `limit`, the same ones in every run. */
function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 16) % limit
  }
}
