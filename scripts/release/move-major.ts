import { gitWithNetwork, REMOTE, type RemoteRefs, remoteRefs } from './git.ts'
import { refuseUnproven } from './publish.ts'
import { Refusal } from './refusal.ts'
import { type ThisTag, thisTag } from './this-tag.ts'
import { compareVersions, isPreRelease, majorTagOf, versionOfTag } from './version.ts'
import type { World } from './world.ts'

/** Moves `v1` to the tag object of a release that is proven, and never back. */
export async function moveMajor(world: World): Promise<void> {
  const refs = remoteRefs(world)
  const mine = thisTag(world, refs)
  const floating = majorTagOf(mine.version)
  if (isPreRelease(mine.version)) return world.log(`${floating} stays where it is: ${mine.tag} is a pre-release`)
  const before = refs.objects.get(`refs/tags/${floating}`)
  if (before === mine.object) return world.log(`${floating} is at ${mine.tag} already`)
  refuseWayBack(mine, floating, refs)
  await refuseUnproven(world, mine)

  // only from where it was a moment ago, and from nowhere where it was not there: two releases cannot cross
  const lease = `--force-with-lease=refs/tags/${floating}:${before ?? ''}`
  gitWithNetwork(world, 'push', '--quiet', lease, REMOTE, `${mine.object}:refs/tags/${floating}`)
  const after = remoteRefs(world).objects.get(`refs/tags/${floating}`)
  if (after !== mine.object)
    throw new Refusal(`${floating} is at ${after ?? 'nothing'} after the push.`, 'Run this job again.')
  world.log(`${floating} moved from ${before ?? 'nowhere'} to ${mine.object}, the tag object of ${mine.tag}`)
}

function refuseWayBack({ version, tag }: ThisTag, floating: string, { objects }: RemoteRefs): void {
  const before = objects.get(`refs/tags/${floating}`)
  if (before === undefined) return
  const names = [...objects].filter(([, object]) => object === before).map(([ref]) => ref.replace('refs/tags/', ''))
  const current = names.map(versionOfTag).find((other) => other !== undefined)
  if (current === undefined) {
    throw new Refusal(
      `${floating} is at ${before}, which is no release: somebody else moved it.`,
      `Find out who did; then delete ${floating} and run this job again.`,
    )
  }
  if (compareVersions(version, current) > 0) return
  throw new Refusal(
    `${floating} is at v${current.text} already, above ${tag}.`,
    `Nothing is to be done: ${floating} does not go back.`,
  )
}
