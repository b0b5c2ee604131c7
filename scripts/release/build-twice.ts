// dist is what its source builds, wherever it is built: two clones at paths of different length, each with its own install.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { filesOf, git, hashesIn } from './git.ts'
import { Refusal } from './refusal.ts'
import { lastLines, run, type World } from './world.ts'

const MOST_TOLD = 10

/** For release.yml: the commit that is checked out. It asks nobody, and so it needs no token beside foreign programs. */
export function buildTwice(world: World): void {
  const commit = git(world, 'rev-parse', 'HEAD')
  refuseStaleDist(world, commit)
  world.log(`dist is what two fresh builds of ${commit} give`)
}

/** Refuses a dist that is not what two fresh builds of the commit give. The working folder takes no part. */
export function refuseStaleDist(world: World, commit: string): void {
  const work = mkdtempSync(join(tmpdir(), 'hardgate-release-'))
  try {
    const first = { name: 'the first', hashes: build(world, commit, join(work, 'a')) }
    const second = { name: 'the second', hashes: build(world, commit, join(work, 'a second and longer folder', 'b')) }
    refuseDifference(first, second, 'two builds of one commit differ, so dist cannot be proven', NOT_REPRODUCIBLE)
    const committed = [...filesOf(world, commit, 'dist')].map(([path, { hash }]) => [path, hash] as const)
    const commitSide = { name: 'the commit', hashes: new Map(committed) }
    refuseDifference(commitSide, { ...first, name: 'the build' }, 'dist is not what the source builds', STALE)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const NOT_REPRODUCIBLE = 'Find what the bundler takes from the folder, the clock or the order of files.'
const STALE = 'Run npm run build on this commit, and bring dist to main in a pull request.'

function build(world: World, commit: string, folder: string): Map<string, string> {
  world.log(`build in ${folder}: clone, npm ci, npm run build`)
  mkdirSync(folder, { recursive: true })
  // no template and no hook of the user's has a say
  git(world, '-c', 'core.hooksPath=/dev/null', 'clone', '-q', '--no-checkout', '--template=', world.root, folder)
  const clone: World = { ...world, root: folder, env: cleanEnvironment(world.env) }
  git(clone, '-c', 'core.hooksPath=/dev/null', 'checkout', '-q', '--detach', commit)
  npm(clone, 'ci', '--no-audit', '--no-fund')
  rmSync(join(folder, 'dist'), { recursive: true, force: true }) // what the build leaves out must not stay
  npm(clone, 'run', 'build')
  const hashes = hashesIn(clone, folder, filesBelow(folder))
  rmSync(folder, { recursive: true, force: true }) // an install takes 0.4 GB
  return hashes
}

function npm(clone: World, ...args: string[]): void {
  const { status, stdout, complaint } = run(clone, 'npm', args)
  if (status === 0) return
  throw new Refusal(
    `npm ${args.slice(0, 2).join(' ')} failed in a clean clone:\n${lastLines(stdout)}\n${complaint}`,
    'Mend it on main.',
  )
}

function filesBelow(folder: string): string[] {
  const dist = join(folder, 'dist')
  if (!existsSync(dist)) return []
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/')).toSorted()
}

/**
 * An install runs programs that others wrote. It gets the paths, the proxy and npm's own settings, but no token, and
 * none of the programs in the working folder's node_modules.
 */
function cleanEnvironment(env: World['env']): Record<string, string | undefined> {
  const kept =
    /^(HOME|USER|LANG|LC_ALL|TMPDIR|TEMP|TMP|SHELL|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|(https?|no|all)_proxy)$/i
  const npmSetting = /^npm_config_(registry|cache|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy)$/i
  const path = (env['PATH'] ?? '').split(':').filter((folder) => !/[\\/]node_modules[\\/]/.test(`${folder}/`))
  const entries = Object.entries(env).filter(([name]) => kept.test(name) || npmSetting.test(name))
  return { ...Object.fromEntries(entries), PATH: path.join(':') }
}

interface Side {
  readonly name: string
  readonly hashes: ReadonlyMap<string, string>
}

function refuseDifference(left: Side, right: Side, what: string, next: string): void {
  const all = [...new Set([...left.hashes.keys(), ...right.hashes.keys()])].toSorted()
  const different = all.filter((path) => left.hashes.get(path) !== right.hashes.get(path))
  if (different.length === 0) return
  const told = different.slice(0, MOST_TOLD).map((path) => `  ${path}: ${difference(path, left, right)}`)
  const more = different.length > MOST_TOLD ? [`  and ${different.length - MOST_TOLD} more`] : []
  throw new Refusal([`${what}:`, ...told, ...more].join('\n'), next)
}

function difference(path: string, left: Side, right: Side): string {
  if (!left.hashes.has(path)) return `only in ${right.name}`
  return right.hashes.has(path) ? 'changed' : `only in ${left.name}`
}
