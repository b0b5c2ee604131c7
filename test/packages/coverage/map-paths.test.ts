import { type Disk, mapPaths, type PathMapPlan, type PathMapping, type ReportPaths } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'

/** A work tree at /ws with these files; a link leads to another path of the work tree, or to an absolute one. */
function disk(files: readonly string[] = [], links: Readonly<Record<string, string>> = {}): Disk {
  const resolved = (path: string): string => {
    const own = path.startsWith('/ws/') ? path.slice(4) : path
    const link = Object.keys(links).find((from) => own === from || own.startsWith(`${from}/`))
    return link === undefined ? own : `${links[link]}${own.slice(link.length)}`
  }
  const isFile = (path: string): boolean => files.includes(resolved(path))
  return { isFile, realPath: (path) => (isFile(path) ? resolved(path) : undefined) }
}

interface World extends Partial<Omit<PathMapPlan, 'files'>> {
  readonly files: readonly string[]
  readonly links?: readonly string[]
}

function mapAll(world: World, report: Partial<ReportPaths> & { readonly paths?: readonly string[] }): PathMapping[] {
  const { files, links = [], ...plan } = world
  const mapper = mapPaths({
    workspaces: ['/ws'],
    repositoryName: 'shop',
    rules: [],
    goModules: [],
    disk: disk(files),
    ...plan,
    files: [...files.map((path) => ({ path })), ...links.map((path) => ({ path, isLink: true }))],
  })
  const { paths = [], ...rest } = report
  return mapper.map({ files: paths.map((path) => ({ path })), sources: [], isGo: false, ...rest })
}

const mapOne = (world: World, path: string, report: Partial<ReportPaths> = {}): PathMapping | undefined =>
  mapAll(world, { paths: [path], ...report })[0]

const mapped = (path: string): PathMapping => ({ kind: 'mapped', path, isTracked: true })
const ambiguous = (...candidates: string[]): PathMapping => ({ kind: 'ambiguous', candidates })
const unmapped: PathMapping = { kind: 'unmapped' }

describe('trap 12: one file has many names', () => {
  const names = ['a.py', './a.py', '/ws/a.py', 'C:\\ws\\a.py', 'pkg\\..\\a.py', 'pkg/.././a.py', '/ws/./x/../a.py']

  test('all of them in one report are the same file', () => {
    expect(mapAll({ files: ['a.py', 'pkg/b.py'] }, { paths: names })).toEqual(names.map(() => mapped('a.py')))
  })

  test.each(names)('%s alone is that file', (name) => {
    expect(mapOne({ files: ['a.py', 'pkg/b.py'] }, name)).toEqual(mapped('a.py'))
  })

  test('so it is where the workspace is one of Windows, in any case of its letters', () => {
    const world = { files: ['a.py'], workspaces: ['C:\\ws'] }

    expect(mapAll(world, { paths: ['C:\\ws\\a.py', 'c:/WS/A.PY', '\\\\?\\C:\\ws\\a.py'] })).toEqual([
      mapped('a.py'),
      mapped('a.py'),
      mapped('a.py'),
    ])
  })
})

describe('trap 13: an ambiguous suffix', () => {
  test('names its candidates, and the shortest path does not win', () => {
    const files = ['src/util.py', 'src/deep/down/util.py', 'other.py']

    expect(mapOne({ files }, 'util.py')).toEqual(ambiguous('src/util.py', 'src/deep/down/util.py'))
  })

  test('is one of whole segments: mypkg/a.py is not pkg/a.py', () => {
    expect(mapOne({ files: ['src/mypkg/a.py', 'lib/pkg/a.py'] }, 'pkg/a.py')).toEqual(mapped('lib/pkg/a.py'))
  })

  test('of an absolute path has as many candidates as there are roots that fit', () => {
    const files = ['web/src/a.ts', 'src/a.ts']

    expect(mapOne({ files }, '/build/web/src/a.ts')).toEqual(ambiguous('web/src/a.ts', 'src/a.ts'))
  })

  test('names at most ten candidates', () => {
    const files = Array.from({ length: 30 }, (_, at) => `p${at}/index.js`)

    expect(mapOne({ files }, 'index.js')).toMatchObject({ kind: 'ambiguous', candidates: files.slice(0, 10) })
  })

  test('a file that is named outright is no suffix', () => {
    expect(mapOne({ files: ['src/util.py', 'util.py'] }, 'util.py')).toEqual(mapped('util.py'))
  })
})

describe('trap 14: several <source> roots', () => {
  test('are all tried, and the one where the file exists is taken', () => {
    const world = { files: ['lib/a.py', 'src/b.py'] }

    expect(mapOne(world, 'a.py', { sources: ['src', 'lib'] })).toEqual(mapped('lib/a.py'))
    expect(mapOne(world, 'b.py', { sources: ['src', 'lib'] })).toEqual(mapped('src/b.py'))
  })

  test('that both hold the file are ambiguous', () => {
    const world = { files: ['lib/a.py', 'src/a.py'] }

    expect(mapOne(world, 'a.py', { sources: ['src', 'lib'] })).toEqual(ambiguous('src/a.py', 'lib/a.py'))
  })

  test('of which none holds the file leave its name alone', () => {
    expect(mapOne({ files: ['a.py'] }, 'a.py', { sources: ['src', '/elsewhere', ''] })).toEqual(mapped('a.py'))
  })

  test('a root in the workspace goes before the name alone', () => {
    const world = { files: ['index.js', 'packages/web/index.js'] }

    expect(mapOne(world, 'index.js', { sources: ['/ws/packages/web'] })).toEqual(mapped('packages/web/index.js'))
  })

  test('a root of another machine is not dropped for a file of the same name at the top', () => {
    const world = { files: ['index.js', 'packages/web/index.js'] }

    expect(mapOne(world, 'index.js', { sources: ['/build/packages/web'] })).toEqual(
      ambiguous('packages/web/index.js', 'index.js'),
    )
  })

  test('an absolute file name has no root', () => {
    expect(mapOne({ files: ['src/ws/a.py', 'a.py'] }, '/ws/a.py', { sources: ['src'] })).toEqual(mapped('a.py'))
  })
})

describe('trap 15: the workspace of the runner that wrote the report', () => {
  test.each([
    '/home/runner/work/shop/shop/index.js',
    '/home/runner/_work/shop/shop/index.js',
    '/__w/shop/shop/index.js',
    '/github/workspace/index.js',
    'D:\\a\\shop\\shop\\index.js',
    'd:/A/Shop/Shop/index.js',
    '/app/index.js',
  ])('%s is index.js', (path) => {
    const files = ['index.js', 'web/index.js']
    // beside paths of other folders, so that it is the folder's name that counts and not what they have in common
    const paths = [path, '/srv/none.js', 'D:\\none.js']

    expect(mapAll({ files }, { paths })).toEqual([mapped('index.js'), unmapped, unmapped])
  })

  test('another repository of that runner is not ours', () => {
    expect(mapAll({ files: ['main.js'] }, { paths: ['/__w/other/other/index.js'] })).toEqual([unmapped])
  })

  test('without the name of the repository no folder is made up', () => {
    const world = { files: ['index.js', 'web/index.js'], repositoryName: '' }

    expect(mapAll(world, { paths: ['/__w/index.js', '/srv/lib.js'] })).toEqual([unmapped, unmapped])
  })
})

describe('trap 16: a report of another tree', () => {
  test('maps nothing', () => {
    const paths = ['/srv/other/lib/x.py', 'other/y.py', 'C:\\other\\z.py', '../w.py', '']

    expect(mapAll({ files: ['src/a.py', 'src/b.py'] }, { paths })).toEqual(paths.map(() => unmapped))
  })

  test('does not become ours through a last segment that every project has', () => {
    const paths = ['/ws/src/a.js', '/usr/lib/node_modules/x/index.js']

    expect(mapAll({ files: ['index.js', 'src/a.js'] }, { paths })).toEqual([mapped('src/a.js'), unmapped])
  })
})

describe('a root that is known', () => {
  test('is no reason to take a file above it for one of ours', () => {
    expect(mapAll({ files: ['index.js', 'src/a.js'] }, { paths: ['/ws/src/a.js', '/index.js'] })).toEqual([
      mapped('src/a.js'),
      unmapped,
    ])
  })
})

describe('a root that is not known', () => {
  test('is told by what all paths have in common', () => {
    const world = { files: ['index.js', 'lib/x.js', 'lib/index.js'] }
    const paths = ['/usr/src/api/index.js', '/usr/src/api/lib/x.js', '/usr/src/api/lib/index.js']

    expect(mapAll(world, { paths })).toEqual([mapped('index.js'), mapped('lib/x.js'), mapped('lib/index.js')])
  })

  test('below which a folder of the repository is missing in relative paths is found by the suffix', () => {
    expect(mapOne({ files: ['backend/app/a.py'] }, 'app/a.py')).toEqual(mapped('backend/app/a.py'))
  })

  test('of a relative path that begins above the repository is left out', () => {
    expect(mapOne({ files: ['src/a.ts'] }, 'frontend/src/a.ts')).toEqual(mapped('src/a.ts'))
  })

  test('of a path that leaves its folder is found by the rest', () => {
    expect(mapOne({ files: ['packages/y/src/a.ts'] }, '../y/src/a.ts')).toEqual(mapped('packages/y/src/a.ts'))
  })
})

describe('case', () => {
  test('counts in a path without a drive letter', () => {
    expect(mapOne({ files: ['src/App.ts'] }, 'src/app.ts')).toEqual(unmapped)
    expect(mapOne({ files: ['src/App.ts'] }, '/ws/src/app.ts')).toEqual(unmapped)
  })

  test('does not count in one with a drive letter where one file alone fits', () => {
    expect(mapOne({ files: ['src/App.ts'] }, 'E:\\proj\\SRC\\app.ts')).toEqual(mapped('src/App.ts'))
    expect(mapOne({ files: ['src/App.ts'] }, 'D:\\a\\shop\\shop\\src\\app.ts')).toEqual(mapped('src/App.ts'))
  })

  test('makes two files that differ in it alone ambiguous, unless one is named exactly', () => {
    const world = { files: ['src/App.ts', 'src/app.ts'], workspaces: ['C:\\ws'] }

    expect(mapOne(world, 'C:\\ws\\src\\APP.ts')).toEqual(ambiguous('src/App.ts', 'src/app.ts'))
    expect(mapOne(world, 'C:\\ws\\src\\app.ts')).toEqual(mapped('src/app.ts'))
  })
})

describe('path-map', () => {
  const world = { files: ['src/main.c', 'main.c'] }

  test('goes before every other rule', () => {
    expect(mapOne({ ...world, rules: [{ from: 'main.c', to: 'src/main.c' }] }, 'main.c')).toEqual(mapped('src/main.c'))
    expect(mapOne({ ...world, rules: [{ from: '.', to: 'src' }] }, './main.c')).toEqual(mapped('src/main.c'))
    expect(mapOne({ ...world, rules: [{ from: 'C:\\B', to: 'src' }] }, 'c:/b/main.c')).toEqual(mapped('src/main.c'))
  })

  test('replaces whole segments, and sees a name below its <source> too', () => {
    const rules = [{ from: '/build', to: '' }]

    expect(mapOne({ ...world, rules }, 'main.c', { sources: ['/build/src'] })).toEqual(mapped('src/main.c'))
    expect(mapAll({ ...world, rules }, { paths: ['/builder/x.c', '/build/main.c'] })).toEqual([
      unmapped,
      mapped('main.c'),
    ])
  })

  test('takes the first line that leads to a file', () => {
    const rules = [
      { from: '/b', to: 'gone' },
      { from: '/b', to: 'src' },
      { from: '/b', to: '' },
    ]

    expect(mapOne({ ...world, rules }, '/b/main.c')).toEqual(mapped('src/main.c'))
  })
})

describe('JaCoCo', () => {
  const java = (module: string): string => `${module}/src/main/java/com/shop/A.java`

  test('of two modules with the same package and file each gets its own', () => {
    const files = [
      { path: 'com/shop/A.java', module: 'billing' },
      { path: 'com/shop/A.java', module: 'core' },
    ]

    expect(mapAll({ files: [java('billing'), java('core')] }, { files })).toEqual([
      mapped(java('billing')),
      mapped(java('core')),
    ])
  })

  test('a module whose folder is called otherwise is ambiguous', () => {
    const files = [{ path: 'com/shop/A.java', module: 'shop-parent' }]

    expect(mapAll({ files: [java('billing'), java('core')] }, { files })).toEqual([
      ambiguous(java('billing'), java('core')),
    ])
  })

  test('a package that is called as the module does not count as its folder', () => {
    const files = [{ path: 'core/A.java', module: 'core' }]

    expect(mapAll({ files: ['x/src/core/A.java', 'core/src/core/A.java'] }, { files })).toEqual([
      mapped('core/src/core/A.java'),
    ])
  })

  test('a generated file of one module is not the file of the same name in another', () => {
    const files = [
      { path: 'com/shop/A.java', module: 'billing' },
      { path: 'com/shop/A.java', module: 'core' },
    ]

    expect(mapAll({ files: [java('core')] }, { files })).toEqual([unmapped, mapped(java('core'))])
  })
})

describe('Go', () => {
  const goModules = [
    { name: 'example.com/shop', folder: '' },
    { name: 'example.com/shop/tools', folder: 'build/tools' },
  ]
  const world = { files: ['api/a.go', 'tools/gen.go', 'build/tools/gen.go', 'main.go'], goModules }

  test('the longest module whose whole segments fit gives the folder', () => {
    const paths = ['example.com/shop/api/a.go', 'example.com/shop/tools/gen.go', 'example.com/shop/main.go']

    expect(mapAll(world, { paths, isGo: true })).toEqual([
      mapped('api/a.go'),
      mapped('build/tools/gen.go'),
      mapped('main.go'),
    ])
  })

  test('a file that the module does not have is no other file of that name', () => {
    expect(mapOne(world, 'example.com/shop/x/api/a.go', { isGo: true })).toEqual(unmapped)
  })

  test('shopping is not the module shop', () => {
    expect(mapOne(world, 'example.com/shopping/main.go', { isGo: true })).toEqual(unmapped)
  })

  test('an absolute path, as of files given to go test, needs no module', () => {
    expect(mapOne(world, '/ws/api/a.go', { isGo: true })).toEqual(mapped('api/a.go'))
  })

  test('in another format a path that looks like it is none', () => {
    expect(mapOne({ ...world, files: ['x.go'] }, 'example.com/shop/x.go')).toEqual(unmapped)
  })
})

describe('the disk', () => {
  test('a file that git does not track counts, and is told', () => {
    const world = { files: ['src/a.ts'], disk: disk(['src/a.ts', 'gen/b.ts']) }

    expect(mapOne(world, 'gen/b.ts')).toEqual({ kind: 'mapped', path: 'gen/b.ts', isTracked: false })
    expect(mapOne(world, '/ws/gen/b.ts')).toEqual({ kind: 'mapped', path: 'gen/b.ts', isTracked: false })
  })

  test('a generated file is not taken for a tracked one with the same end', () => {
    const world = { files: ['gen/b.ts'], disk: disk(['gen/b.ts', 'out/gen/b.ts']) }

    expect(mapOne(world, 'out/gen/b.ts')).toEqual({ kind: 'mapped', path: 'out/gen/b.ts', isTracked: false })
  })

  test('links within the repository lead to the file itself', () => {
    const world = {
      files: ['src/a.ts'],
      links: ['link', 'alias.ts'],
      disk: disk(['src/a.ts'], { link: 'src', 'alias.ts': 'src/a.ts' }),
    }

    expect(mapAll(world, { paths: ['link/a.ts', 'alias.ts', 'src/a.ts'] })).toEqual([
      mapped('src/a.ts'),
      mapped('src/a.ts'),
      mapped('src/a.ts'),
    ])
  })

  test('a link is never what a suffix means', () => {
    expect(mapOne({ files: ['src/a.ts'], links: ['lib/b.ts'] }, 'b.ts')).toEqual(unmapped)
  })

  test('a link into the repository from elsewhere counts too', () => {
    const world = { files: ['x.ts', 'src/x.ts'], disk: disk(['x.ts'], { '/opt/checkout': '/ws' }) }
    const real = { ...world, disk: { ...world.disk, realPath: () => 'x.ts' } }

    expect(mapOne(real, '/opt/checkout/x.ts')).toEqual(mapped('x.ts'))
  })

  test('a link that leads out of the repository is outside', () => {
    const world = { files: [], links: ['vendor'], disk: disk(['/usr/lib/x.ts'], { vendor: '/usr/lib' }) }

    expect(mapOne(world, 'vendor/x.ts')).toEqual({ kind: 'outside' })
  })

  test('a file of this machine that is not of the repository is outside', () => {
    const world = { files: ['src/a.ts'], disk: disk(['/usr/lib/y.ts']) }

    expect(mapOne(world, '/usr/lib/y.ts')).toEqual({ kind: 'outside' })
  })
})

test('7340 files are mapped to 10 000 in well under a second, also where all have the same name', () => {
  const files = Array.from({ length: 10_000 }, (_, at) => `packages/p${at % 100}/src/d${at}/index.js`)
  const paths = files.slice(0, 7340).map((path) => `/build/x/${path}`)
  const started = performance.now()

  const all = mapAll({ files }, { paths })
  const took = performance.now() - started

  expect(all).toEqual(files.slice(0, 7340).map(mapped))
  expect(took).toBeLessThan(2000)
})
