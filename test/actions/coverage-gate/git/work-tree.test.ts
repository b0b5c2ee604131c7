import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { mapPaths } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { diskOf, goModules, lineCountOf, walkFiles } from '../../../../actions/coverage-gate/src/git/work-tree.ts'
import { type Scratch, scratch } from './scratch.ts'

describe('trap 17: the lines of a file', () => {
  test.each<[string, string, number]>([
    ['nothing is one line', '', 1],
    ['a line without an end', 'a', 1],
    ['what follows the last end is a line too', 'a\n', 2],
    ['LF', 'a\nb\nc', 3],
    ['CRLF ends one line', 'a\r\nb\r\n', 3],
    ['a lone CR ends one', 'a\rb\r\rc', 4],
    ['CR, CRLF, LF', 'a\r\r\n\nb', 4],
    ['the line separators of JavaScript', 'a\u2028b\u2029c', 3],
    ['letters that share their bytes', 'âèé€𝄨', 1],
  ])('are counted as no tool counts more: %s', async (_name, text, lines) => {
    const here = scratch()
    here.write('a', text)

    expect(await lineCountOf(join(here.path, 'a'))).toBe(lines)
  })

  test('are counted over any number of chunks', async () => {
    const here = scratch()
    here.write('a', 'x\r\n'.repeat(500_000))

    expect(await lineCountOf(join(here.path, 'a'))).toBe(500_001)
  })

  test.each(['gone', '', 'x'.repeat(5000), 'a\0b'])('%j is no file', async (name) => {
    expect(await lineCountOf(join(scratch().path, name))).toBeUndefined()
  })
})

/** A tracked file, a link to its folder, one to itself, one that leads out, one that leads nowhere. */
function linked(): Scratch {
  const here = scratch()
  here.commit({ 'src/a.ts': 'a' })
  here.write('gen/b.ts', 'b')
  here.write('../out/c.ts', 'c')
  symlinkSync('src', join(here.path, 'link'))
  symlinkSync('src/a.ts', join(here.path, 'alias.ts'))
  symlinkSync('../out', join(here.path, 'vendor'))
  symlinkSync('nowhere', join(here.path, 'dangling'))
  here.git('add', 'link', 'alias.ts', 'vendor', 'dangling')
  return here
}

test('diskOf resolves links within the work tree, and says what lies out of it', () => {
  const here = linked()
  const disk = diskOf(here.path)

  expect(['src/a.ts', 'link/a.ts', 'alias.ts', join(here.path, 'link/a.ts')].map(disk.realPath)).toEqual(
    Array.from({ length: 4 }, () => 'src/a.ts'),
  )
  expect(disk.realPath('vendor/c.ts')).toBe(join(here.path, '../out/c.ts'))
  expect(['dangling', 'gone', 'a\0b', 'x'.repeat(5000)].map(disk.realPath)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  )
  expect(['src/a.ts', 'link/a.ts', 'src', 'gone', 'a\0b'].map(disk.isFile)).toEqual([true, true, false, false, false])
})

test('paths are mapped over the real disk, through links and to files that git does not know', async () => {
  const here = linked()
  symlinkSync(here.path, join(here.home, 'checkout'))
  const files = await (await here.open()).trackedFiles()
  const mapper = mapPaths({
    files,
    workspaces: [here.path],
    repositoryName: '',
    rules: [],
    goModules: [],
    disk: diskOf(here.path),
  })
  const paths = ['link/a.ts', 'alias.ts', join(here.home, 'checkout/src/a.ts'), 'gen/b.ts', 'vendor/c.ts', 'dangling']

  expect(mapper.map({ files: paths.map((path) => ({ path })), sources: [], isGo: false })).toEqual([
    { kind: 'mapped', path: 'src/a.ts', isTracked: true },
    { kind: 'mapped', path: 'src/a.ts', isTracked: true },
    { kind: 'mapped', path: 'src/a.ts', isTracked: true },
    { kind: 'mapped', path: 'gen/b.ts', isTracked: false },
    { kind: 'outside' },
    { kind: 'unmapped' },
  ])
})

test('a folder without git is walked, but for .git, node_modules and links, up to a limit', async () => {
  const here = linked()
  here.write('node_modules/x/index.js', 'x')

  const paths = (await walkFiles(here.path, { maxFiles: 100 })).map(({ path }) => path)

  expect(new Set(paths)).toEqual(new Set(['src/a.ts', 'gen/b.ts']))
  expect(await walkFiles(here.path, { maxFiles: 1 })).toHaveLength(1)
})

test('the modules of all go.mod files come with their folders', async () => {
  const here = scratch()
  const go = { 'go.mod': 'module example.com/shop\n', 'tools/go.mod': 'module example.com/shop/tools // x\n' }
  here.commit({ ...go, 'bad/go.mod': 'go 1.24\n', 'xgo.mod': 'module no\n' })
  const files = [...(await (await here.open()).trackedFiles()), { path: 'gone/go.mod' }]

  expect(await goModules(here.path, files)).toEqual([
    { name: 'example.com/shop', folder: '' },
    { name: 'example.com/shop/tools', folder: 'tools' },
  ])
})
