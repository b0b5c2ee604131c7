// The first step of release.yml for a tag: nothing is attested or released that should not be.
import { appendFileSync } from 'node:fs'
import { filesToAttest } from './attestations.ts'
import { ask, repositoryOf, variable } from './gh.ts'
import { BRANCH, gitSucceeds, gitWithNetwork, isSigned, REMOTE, remoteRefs, tagNames, tagText } from './git.ts'
import { Refusal } from './refusal.ts'
import { refuseNamesakes, refuseOldVersion } from './tag.ts'
import { MADE_BY_HAND, notesOf, type ThisTag, thisTag } from './this-tag.ts'
import type { World } from './world.ts'

/** Refuses what no release may be made of, and hands the tag object and the list of files on to the later steps. */
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
  const files = filesToAttest(world, mine.commit)
  await refuseUnverified(world, mine)
  world.log(`${mine.tag} is tag ${mine.object} of commit ${mine.commit}, which ships ${files.length} files`)
  output(world, 'tag-object', mine.object)
  output(world, 'files', files.join('\n'))
}

function refuseTagObject(world: World, { tag, object }: ThisTag): void {
  // actions/checkout may have left a lightweight tag of this name: the object itself is fetched
  gitWithNetwork(world, 'fetch', '--quiet', '--force', '--no-tags', REMOTE, `+refs/tags/${tag}:refs/tags/${tag}`)
  const text = tagText(world, object) ?? ''
  const name = /^tag (.+)$/m.exec(text)?.[1]
  if (name !== tag) {
    throw new Refusal(`The object of ${tag} says that it is ${name ?? 'no tag'}.`, MADE_BY_HAND)
  }
  if (isSigned(text)) return
  throw new Refusal(`${tag} is annotated but not signed.`, MADE_BY_HAND)
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

/** For the steps that follow: a file of lines is what the runner hands on. */
function output(world: World, name: string, value: string): void {
  const delimiter = `end-${process.getBuiltinModule('node:crypto').randomUUID()}`
  appendFileSync(variable(world.env, 'GITHUB_OUTPUT'), `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
}
