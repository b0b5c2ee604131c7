// The tag that release.yml runs for. Every step looks at the remote again: a tag that has moved since is refused.
import { releaseNotes } from './changelog.ts'
import { variable } from './gh.ts'
import { git, REMOTE, type RemoteRefs, remoteRefs } from './git.ts'
import { Refusal } from './refusal.ts'
import { type Version, versionFrom, versionOfTag } from './version.ts'
import type { World } from './world.ts'

export interface ThisTag {
  readonly version: Version
  readonly tag: string
  /** The annotated tag itself. */
  readonly object: string
  readonly commit: string
}

export const MADE_BY_HAND = 'Release the next version with npm run release; this tag stays without a release.'

/** Refuses a lightweight tag, one that is not what is checked out, and one that moved since `checkTag`. */
export function thisTag(world: World, { objects, peeled }: RemoteRefs = remoteRefs(world)): ThisTag {
  const tag = variable(world.env, 'GITHUB_REF_NAME')
  const version = versionOfTag(tag) ?? versionFrom(tag)
  const ref = `refs/tags/${tag}`
  const object = objects.get(ref)
  const commit = peeled.get(ref)
  if (object === undefined) throw new Refusal(`${tag} is not on ${REMOTE} any more.`, 'Take the next version.')
  if (commit === undefined) {
    throw new Refusal(`${tag} is a lightweight tag: nobody signed it.`, MADE_BY_HAND)
  }
  const head = git(world, 'rev-parse', 'HEAD')
  if (head !== commit) throw new Refusal(`${tag} is at ${commit}, and ${head} is checked out.`, 'Run all jobs again.')
  const before = world.env['TAG_OBJECT'] ?? ''
  if (before !== '' && before !== object) {
    throw new Refusal(
      `${tag} has moved from ${before} to ${object} while it was released.`,
      'Find out who moved it, and take the next version.',
    )
  }
  return { version, tag, object, commit }
}

export function notesOf(world: World, { version, commit }: ThisTag): string {
  return releaseNotes(git(world, 'show', `${commit}:CHANGELOG.md`), version)
}
