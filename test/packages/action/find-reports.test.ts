import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Found, findReports } from '@hardgate/action'
import { afterEach, describe, expect, test } from '@jest/globals'

const made: string[] = []
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true })
})

function temporary(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'find-reports-')))
  made.push(root)
  return root
}

function folder(...paths: readonly string[]): string {
  const root = temporary()
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), path)
  }
  return root
}

const find = (workspace: string, ...globs: readonly string[]): Promise<Found> => findReports(globs, { workspace })
const pathsOf = ({ reports }: Found): string[] => reports.map(({ path }) => path)

test('matches are sorted, each once, however many globs name them', async () => {
  const root = folder('shards/10/a.xml', 'shards/2/a.xml', 'b.xml')

  expect(pathsOf(await find(root, 'shards/**/*.xml', '*.xml', 'b.xml', '**/a.xml'))).toEqual([
    'b.xml',
    'shards/10/a.xml',
    'shards/2/a.xml',
  ])
})

test('"!" excludes, wherever it stands', async () => {
  const root = folder('a/cov.xml', 'old/cov.xml')

  expect(pathsOf(await find(root, '!old/**', '**/cov.xml'))).toEqual(['a/cov.xml'])
  expect(pathsOf(await find(root, '**/cov.xml', `!${root}/old/**`))).toEqual(['a/cov.xml'])
})

test('a star stays in its folder, two do not', async () => {
  const root = folder('a/cov.xml', 'a/b/cov.xml', 'cov.xml')

  expect(pathsOf(await find(root, 'a/*.xml'))).toEqual(['a/cov.xml'])
  expect(pathsOf(await find(root, '**/cov.xml'))).toHaveLength(3)
})

test('hidden folders are looked into, .git never, and node_modules where the glob names it', async () => {
  const root = folder('.nyc_output/cov.json', '.git/cov.json', 'node_modules/x/cov.json')

  expect(pathsOf(await find(root, '**/cov.json'))).toEqual(['.nyc_output/cov.json'])
  expect(pathsOf(await find(root, 'node_modules/**/cov.json'))).toEqual(['node_modules/x/cov.json'])
})

test('a file may be called like a glob, and a folder of the base too', async () => {
  const root = folder('lcov[1].info', 'out (1)/x.info', 'out[a]/y.info')

  expect(pathsOf(await find(root, 'lcov[1].info'))).toEqual(['lcov[1].info'])
  expect(pathsOf(await find(root, 'out (1)/*.info'))).toEqual(['out (1)/x.info'])
})

test('absolute globs below and outside of the workspace', async () => {
  const root = folder('a/cov.xml')
  const other = folder('cov.xml')

  expect(pathsOf(await find(root, `${root}/**/cov.xml`))).toEqual(['a/cov.xml'])
  expect(pathsOf(await find(root, `${other}/*.xml`))).toEqual([join(other, 'cov.xml')])
})

test('what nothing matches is named; a folder is no report', async () => {
  const root = folder('a/cov.xml')

  expect((await find(root, 'a', 'b/**', 'a/*.xml')).unmatched).toEqual(['a', 'b/**'])
})

describe('links', () => {
  test('within the workspace are read', async () => {
    const root = folder('a/cov.xml')
    symlinkSync('a/cov.xml', join(root, 'link.xml'))

    expect(pathsOf(await find(root, '*.xml'))).toEqual(['link.xml'])
  })

  test('out of it, or to nothing, are named and not read', async () => {
    const root = folder()
    symlinkSync('/etc/hostname', join(root, 'out.xml'))
    symlinkSync('gone', join(root, 'gone.xml'))

    const { reports, unusable } = await find(root, '*.xml')

    expect(reports).toEqual([])
    expect(unusable).toEqual([
      { path: 'gone.xml', why: 'is a link to nothing' },
      { path: 'out.xml', why: 'is a link that leads out of the workspace' },
    ])
  })

  test('a folder that leads out is no way out', async () => {
    const root = folder()
    const other = folder('cov.xml')
    symlinkSync(other, join(root, 'out'))

    expect((await find(root, 'out/*.xml')).reports).toEqual([])
    expect((await find(root, 'out/cov.xml')).unusable).toHaveLength(1)
  })
})
