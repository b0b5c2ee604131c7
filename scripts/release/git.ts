import { join } from 'node:path'
import { Refusal } from './refusal.ts'
import { run, type World } from './world.ts'

/** The one remote that a release goes to, and the one branch that it comes from. */
export const REMOTE = 'origin'
export const BRANCH = 'main'

/** Standard output without the last line's end. Refuses with what git said. */
export function git(world: Pick<World, 'root' | 'env'>, ...args: string[]): string {
  const { status, stdout, complaint } = run(world, 'git', args)
  if (status === 0) return stdout.replace(/\n$/, '')
  const command = args.find((arg, index) => arg !== '-c' && args[index - 1] !== '-c')
  throw new Refusal(`git ${command} failed: ${complaint}`, 'Mend that, then run this again.')
}

export function gitSucceeds(world: World, ...args: string[]): boolean {
  return run(world, 'git', args).status === 0
}

/**
 * On GitHub the token reaches git through the gh program for this one command: the checkout keeps no credentials, and
 * nothing is written to a file.
 */
export function gitWithNetwork(world: World, ...args: string[]): string {
  const helper = ['-c', 'credential.helper=', '-c', 'credential.helper=!gh auth git-credential']
  return git(world, ...(world.env['GITHUB_ACTIONS'] === 'true' ? helper : []), ...args)
}

export interface RemoteRefs {
  /** Full name of a ref to what it points at: for an annotated tag the tag object. */
  readonly objects: ReadonlyMap<string, string>
  /** Full name of an annotated tag to its commit. A lightweight tag is not in here. */
  readonly peeled: ReadonlyMap<string, string>
}

/** What the remote has now; nothing is fetched. */
export function remoteRefs(world: World): RemoteRefs {
  const objects = new Map<string, string>()
  const peeled = new Map<string, string>()
  for (const line of gitWithNetwork(world, 'ls-remote', REMOTE).split('\n')) {
    const [hash = '', ref = ''] = line.split('\t')
    if (ref.endsWith('^{}')) peeled.set(ref.slice(0, -'^{}'.length), hash)
    else if (ref !== '') objects.set(ref, hash)
  }
  return { objects, peeled }
}

export function tagNames(refs: RemoteRefs): string[] {
  const prefix = 'refs/tags/'
  return [...refs.objects.keys()].filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length))
}

export interface Blob {
  /** `100644`, `100755`, `120000` for a link. */
  readonly mode: string
  readonly hash: string
}

/** Every file of a commit below the paths, by its path. */
export function filesOf(world: World, commit: string, ...paths: string[]): Map<string, Blob> {
  const listing = git(world, 'ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths)
  const entries = listing.split('\0').filter((entry) => entry !== '')
  return new Map(
    entries.map((entry) => {
      const [about = '', path = ''] = entry.split('\t')
      const [mode = '', , hash = ''] = about.split(' ')
      return [path, { mode, hash }]
    }),
  )
}

/** The names that git would give the contents of these files as they lie in a folder, by path. */
export function hashesIn(world: World, folder: string, paths: readonly string[]): Map<string, string> {
  const input = paths.map((path) => `${join(folder, path)}\n`).join('')
  const { status, stdout, complaint } = run(world, 'git', ['hash-object', '--no-filters', '--stdin-paths'], input)
  if (status !== 0) throw new Refusal(`git hash-object failed: ${complaint}`, 'Mend that, then run this again.')
  const hashes = stdout.trim().split('\n')
  return new Map(paths.map((path, index) => [path, hashes[index] ?? '']))
}

/** The text of an annotated tag, signature and all; undefined where the object is none. */
export function tagText(world: World, object: string): string | undefined {
  const { status, stdout } = run(world, 'git', ['cat-file', 'tag', object])
  return status === 0 ? stdout : undefined
}

// gpg, ssh and x509: https://git-scm.com/docs/git-config#Documentation/git-config.txt-gpgformat
export const isSigned = (tag: string): boolean =>
  /^-----BEGIN (PGP SIGNATURE|SSH SIGNATURE|SIGNED MESSAGE)-----$/m.test(tag)
