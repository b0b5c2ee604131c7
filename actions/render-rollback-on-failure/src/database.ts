import { isInScope } from '@hardgate/gate'
import { compareCommits, GitHubError } from '@hardgate/github'
import { type Deploy, identityOf } from '@hardgate/render'
import { enumerated, releaseOf } from './deploy-names.ts'
import { record, type World, warn } from './world.ts'

export type Migrations =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly paths: readonly string[] }
  /** Counts as changed. */
  | { readonly kind: 'unknown'; readonly why: string }

/** Why the database forbids this rollback; undefined: it does not. Asked before anything is written. */
export async function databaseObjection(world: World, target: Deploy, failed: Deploy): Promise<string | undefined> {
  const { 'migrations-path': globs, 'on-migration': policy } = world.inputs
  if (globs.length === 0 || policy === 'ignore' || identityOf(target) === identityOf(failed)) return undefined
  const found = await migrationsBetween(world, target, failed)
  record(world, 'Migrations', describe(found))
  if (found.kind === 'unchanged') return undefined
  const between = `between ${releaseOf(target)} and ${releaseOf(failed)}`
  const what =
    found.kind === 'changed'
      ? `${enumerated(found.paths)} changed ${between}`
      : `whether migrations changed ${between} is not known (${found.why})`
  if (policy === 'block') return `${what}; the old code would face the new schema`
  warn(
    world,
    `${what}: the old code faces the new schema. It was rolled back all the same, because on-migration is warn.`,
  )
  return undefined
}

async function migrationsBetween(world: World, target: Deploy, failed: Deploy): Promise<Migrations> {
  if (target.commit === undefined || failed.commit === undefined)
    return { kind: 'unknown', why: 'a deploy has no commit' }
  try {
    const { status, paths, isCut } = await compareCommits(world.github, target.commit.id, failed.commit.id)
    const globs = world.inputs['migrations-path']
    const changed = paths.filter((path) => globs.some((glob) => fitsPath(glob, path)))
    if (changed.length > 0) return { kind: 'changed', paths: changed }
    // The comparison starts at the merge base: it hides what changed on the target's own side.
    if (status !== 'ahead' && status !== 'identical') return { kind: 'unknown', why: `the commits are ${status}` }
    return isCut ? { kind: 'unknown', why: 'GitHub lists 300 files at most' } : { kind: 'unchanged' }
  } catch (error) {
    if (error instanceof GitHubError && error.kind !== 'aborted') return { kind: 'unknown', why: error.message }
    throw error
  }
}

/** A folder stands for all that is in it; GitHub's paths begin without a slash. */
export function fitsPath(glob: string, path: string): boolean {
  const plain = glob.replace(/^(?:\.?\/)+/, '')
  const folder = plain.replace(/\/+$/, '')
  return isInScope(plain, path) || isInScope(`${folder}/**`, path)
}

function describe(found: Migrations): string {
  if (found.kind === 'unchanged') return 'none changed'
  return found.kind === 'changed' ? `changed: ${enumerated(found.paths)}` : `unknown: ${found.why}`
}
