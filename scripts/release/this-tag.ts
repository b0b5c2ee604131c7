// The tag that release.yml runs for. Every step looks at the remote again: a tag that has moved since is refused.
import { appendFileSync } from 'node:fs'
import { releaseNotes } from './changelog.ts'
import { ask, repositoryOf, variable } from './gh.ts'
import {
  BRANCH,
  git,
  gitSucceeds,
  gitWithNetwork,
  isSigned,
  REMOTE,
  type RemoteRefs,
  remoteRefs,
  tagNames,
  tagText,
} from './git.ts'
import { Refusal } from './refusal.ts'
import { refuseNamesakes, refuseOldVersion } from './tag.ts'
import { type Version, versionFrom, versionOfTag } from './version.ts'
import { shippedFiles } from './what-ships.ts'
import type { World } from './world.ts'

export interface ThisTag {
  readonly version: Version
  readonly tag: string
  /** The annotated tag itself. */
  readonly object: string
  readonly commit: string
}

/** Refuses what no release may be made of, and hands the tag object on to the later steps. */
export async function checkTag(world: World): Promise<void> {
  const refs = remoteRefs(world)
  const mine = thisTag(world, refs)
  refuseOldVersion(
    mine.version,
    tagNames(refs).filter((tag) => tag !== mine.tag),
  )
  refuseNamesakes(mine.version, refs)
  refuseTagObject(world, mine)
  refuseCommitElsewhere(world, mine.commit)
  notesOf(world, mine)
  const shipped = shippedFiles(world, mine.commit)
  await refuseUnverified(world, mine)
  world.log(`${mine.tag} is tag ${mine.object} of commit ${mine.commit}, which ships ${shipped.size} files.`)
  output(world, 'tag-object', mine.object)
}

/** Refuses a lightweight tag, one that is not what is checked out, and one that moved since `checkTag`. */
export function thisTag(world: World, { objects, peeled }: RemoteRefs = remoteRefs(world)): ThisTag {
  const tag = variable(world.env, 'GITHUB_REF_NAME')
  const version = versionOfTag(tag) ?? versionFrom(tag)
  const ref = `refs/tags/${tag}`
  const object = objects.get(ref)
  const commit = peeled.get(ref)
  if (object === undefined) throw new Refusal(`${tag} is not on ${REMOTE} any more.`, 'Take the next version.')
  if (commit === undefined) {
    throw new Refusal(
      `${tag} is a lightweight tag: nobody signed it.`,
      `Delete it, then npm run release -- ${version.text}`,
    )
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

/** For the steps that follow: a file of lines is what the runner hands on. */
export function output(world: World, name: string, value: string): void {
  const delimiter = `end-${process.getBuiltinModule('node:crypto').randomUUID()}`
  appendFileSync(variable(world.env, 'GITHUB_OUTPUT'), `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
}

function refuseTagObject(world: World, { tag, object, version }: ThisTag): void {
  // actions/checkout may have left a lightweight tag of this name: the object itself is fetched
  gitWithNetwork(world, 'fetch', '--quiet', '--force', '--no-tags', REMOTE, `+refs/tags/${tag}:refs/tags/${tag}`)
  const text = tagText(world, object) ?? ''
  const name = /^tag (.+)$/m.exec(text)?.[1]
  if (name !== tag) {
    throw new Refusal(
      `The object of ${tag} says that it is ${name ?? 'no tag'}.`,
      `Delete it, then npm run release -- ${version.text}`,
    )
  }
  if (isSigned(text)) return
  throw new Refusal(`${tag} is annotated but not signed.`, `Delete it, then npm run release -- ${version.text}`)
}

function refuseCommitElsewhere(world: World, commit: string): void {
  const here = `refs/remotes/${REMOTE}/${BRANCH}`
  gitWithNetwork(world, 'fetch', '--quiet', '--no-tags', REMOTE, `+refs/heads/${BRANCH}:${here}`)
  if (gitSucceeds(world, 'merge-base', '--is-ancestor', commit, here)) return
  throw new Refusal(
    `${commit} is not on ${BRANCH}.`,
    `Bring it there in a pull request, and release the commit on ${BRANCH} as the next version.`,
  )
}

/** GitHub knows whose key it is; that there is some signature proves little. */
async function refuseUnverified(world: World, { tag, object }: ThisTag): Promise<void> {
  const answer: unknown = JSON.parse(await ask(world, 'api', `repos/${repositoryOf(world)}/git/tags/${object}`))
  const { verified, reason } = Object(Object(answer).verification)
  if (verified === true) return
  throw new Refusal(
    `GitHub cannot verify the signature of ${tag}: ${String(reason)}.`,
    'Add the key on GitHub under Settings, SSH and GPG keys, as a signing key, then run this job again.',
  )
}
