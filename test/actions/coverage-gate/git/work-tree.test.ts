import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { mapPaths } from '@hardgate/coverage'
import { expect, test } from '@jest/globals'
import { diskOf, goModules, walkFiles } from '../../../../actions/coverage-gate/src/git/work-tree.ts'
import { type Scratch, scratch } from './scratch.ts'

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
