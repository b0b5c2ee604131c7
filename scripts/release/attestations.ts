import { ask, repositoryOf } from './gh.ts'
import { hashesIn } from './git.ts'
import { Refusal } from './refusal.ts'
import { thisTag } from './this-tag.ts'
import { shippedFiles } from './what-ships.ts'
import type { World } from './world.ts'

/** actions/attest stops at more: MAX_SUBJECT_COUNT in its src/subject.ts. */
const MOST_SUBJECTS = 1024

/** The paths of just what the commit ships. They are read from the working folder, so it must have what the commit has. */
export function filesToAttest(world: World, commit: string): string[] {
  const files = shippedFiles(world, commit)
  const paths = [...files.keys()].toSorted()
  if (paths.length > MOST_SUBJECTS) {
    throw new Refusal(
      `${paths.length} files cannot be attested at once; ${MOST_SUBJECTS} can.`,
      'Attest them in two steps of release.yml.',
    )
  }
  const here = hashesIn(world, world.root, paths)
  const changed = paths.filter((path) => here.get(path) !== files.get(path)?.hash)
  if (changed.length === 0) return paths
  throw new Refusal(
    `${changed.join(', ')}: not what the commit has.`,
    'A step before this one changed it: find out which.',
  )
}

/** Each file has an attestation by this workflow for this very commit and tag; one of an earlier release does not count. */
export async function verifyAttestations(world: World): Promise<void> {
  const { commit, tag } = thisTag(world)
  const repository = repositoryOf(world)
  const identity = [
    ['--repo', repository],
    ['--signer-workflow', `${repository}/.github/workflows/release.yml`],
    ['--source-digest', commit],
    ['--source-ref', `refs/tags/${tag}`],
    ['--deny-self-hosted-runners'],
  ].flat()
  const paths = filesToAttest(world, commit)
  for (const path of paths) {
    await ask(world, 'attestation', 'verify', path, ...identity)
    world.log(`attested: ${path}`)
  }
  world.log(`${paths.length} of ${paths.length} files have an attestation for ${commit}`)
}
