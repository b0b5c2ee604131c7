// What a `uses: OWNER/hardgate…@v1` executes: every action.yml and all of dist, as they are in one commit.
import { posix } from 'node:path'
import { parse } from 'yaml'
import { type Blob, filesOf, git } from './git.ts'
import { Refusal } from './refusal.ts'
import type { World } from './world.ts'

const isActionFile = (path: string): boolean => /^(actions\/[^/]+\/)?action\.yml$/.test(path)
/** actions/attest reads its list of paths as CSV with glob patterns: such a path would name other files. */
const PLAIN_PATH = /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/

/** What is attested, by path. Refuses what cannot be attested or would not run. */
export function shippedFiles(world: World, commit: string): Map<string, Blob> {
  const all = filesOf(world, commit, 'action.yml', 'actions', 'dist')
  const files = new Map([...all].filter(([path]) => isActionFile(path) || path.startsWith('dist/')))
  for (const [path, { mode }] of files) refuseFile(path, mode)
  refuseActions(world, commit, files)
  return files
}

function refuseFile(path: string, mode: string): void {
  if (mode !== '100644' && mode !== '100755') {
    throw new Refusal(
      `${path} is not a file but has the mode ${mode}.`,
      'dist and action.yml are plain files: commit it as one.',
    )
  }
  if (!PLAIN_PATH.test(path)) {
    throw new Refusal(
      `"${path}" cannot be attested by its path.`,
      'Give it a name of letters, digits, ".", "-" and "_".',
    )
  }
}

function refuseActions(world: World, commit: string, files: ReadonlyMap<string, Blob>): void {
  const nodes = new Map<string, string>()
  for (const path of [...files.keys()].filter(isActionFile)) {
    const runs = runsOf(path, git(world, 'show', `${commit}:${path}`))
    if (runs['using'] === 'composite') continue
    nodes.set(path, String(runs['using']))
    for (const key of ['pre', 'main', 'post']) refuseMissing(path, key, runs[key], files)
  }
  const [first, other] = new Map([...nodes].map(([path, using]) => [using, path]))
  if (first === undefined) throw new Refusal('This commit has no action.', 'Run this in the repository of the actions.')
  if (!/^node\d+$/.test(first[0]))
    throw new Refusal(`${first[1]} uses "${first[0]}".`, 'An action of ours uses Node or is a composite.')
  if (other === undefined) return
  throw new Refusal(
    `${first[1]} uses "${first[0]}" and ${other[1]} uses "${other[0]}".`,
    'All actions of one release run on one Node: make them the same.',
  )
}

function runsOf(path: string, text: string): Record<string, unknown> {
  try {
    const runs: unknown = Object(parse(text)).runs
    if (typeof runs === 'object' && runs !== null) return { ...runs }
  } catch {
    // told below: a file that is no YAML has no "runs" either
  }
  throw new Refusal(`${path} cannot be read, or has no "runs".`, 'Mend it: npm run generate names the place.')
}

function refuseMissing(path: string, key: string, value: unknown, files: ReadonlyMap<string, Blob>): void {
  if (value === undefined && key !== 'main') return
  const target = posix.join(posix.dirname(path), String(value))
  if (files.has(target)) return
  throw new Refusal(
    `${path} runs ${target} as its "${key}", which is not in the commit.`,
    'Run npm run build, and commit dist.',
  )
}
