// The part of a release that happens on a maintainer's machine: everything is proven first, then one tag is made and pushed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { refuseStaleDist } from './build-twice.ts'
import { releaseNotes } from './changelog.ts'
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
import { compareVersions, isPreRelease, majorTagOf, tagOf, type Version, versionFrom, versionOfTag } from './version.ts'
import { shippedFiles } from './what-ships.ts'
import { run, type World } from './world.ts'

export interface Wish {
  readonly version: string
  readonly dryRun: boolean
}

/** Makes and pushes the signed tag of a version, or refuses with nothing changed. */
export function release(world: World, { version: text, dryRun }: Wish): void {
  const version = versionFrom(text)
  const commit = refuseUnready(world, version)
  const shipped = shippedFiles(world, commit)
  refuseUnsigned(world)
  refuseStaleDist(world, commit)

  world.log(
    `${tagOf(version)} can be released from ${commit}: ${shipped.size} files, each as two fresh builds make it.`,
  )
  if (dryRun) return tellPlan(world, version, commit)
  makeTag(world, version, commit)
  pushTag(world, version)
  world.log(
    `${tagOf(version)} is on ${REMOTE}. release.yml goes on from here: attestations, release, ${floating(version)}.`,
  )
}

/** All that can be known in a second. The commit to release. */
function refuseUnready(world: World, version: Version): string {
  refuseOtherBranch(world)
  refuseDirtyTree(world)
  const refs = remoteRefs(world)
  const commit = git(world, 'rev-parse', 'HEAD')
  refuseExistingTag(world, version, refs, commit)
  refuseOldVersion(version, [...tagNames(refs), ...git(world, 'tag', '--list').split('\n')])
  refuseNamesakes(version, refs)
  refuseOtherMain(refs, commit)
  releaseNotes(git(world, 'show', `${commit}:CHANGELOG.md`), version)
  return commit
}

function refuseOtherBranch(world: World): void {
  const { stdout } = run(world, 'git', ['symbolic-ref', '--quiet', '--short', 'HEAD'])
  const branch = stdout.trim()
  if (branch === BRANCH) return
  const here = branch === '' ? 'No branch is checked out' : `The branch here is ${branch}`
  throw new Refusal(`${here}; a release comes from ${BRANCH}.`, `git switch ${BRANCH}`)
}

function refuseDirtyTree(world: World): void {
  const changes = git(world, 'status', '--porcelain', '--untracked-files=all')
    .split('\n')
    .filter((line) => line !== '')
  if (changes.length === 0) return
  const told = changes.slice(0, 10).map((line) => `  ${line}`)
  throw new Refusal(
    `There are changes that are in no commit:\n${told.join('\n')}`,
    'Commit them in a pull request, or remove them.',
  )
}

function refuseExistingTag(world: World, version: Version, { objects, peeled }: RemoteRefs, commit: string): void {
  const tag = tagOf(version)
  const ref = `refs/tags/${tag}`
  if (objects.has(ref)) {
    const isThisCommit = peeled.get(ref) === commit
    throw new Refusal(
      `${tag} is already on ${REMOTE}, ${isThisCommit ? 'at this very commit' : `at ${peeled.get(ref) ?? objects.get(ref)}`}.`,
      isThisCommit
        ? 'The rest is done by release.yml: if its run failed, mend what it names and run the failed job again.'
        : 'A version is used once: take the next one.',
    )
  }
  if (!gitSucceeds(world, 'rev-parse', '--quiet', '--verify', ref)) return
  throw new Refusal(
    `${tag} exists here but not on ${REMOTE}: somebody made it by hand, or a release ended before it was pushed.`,
    `git tag -d ${tag}, then run this again.`,
  )
}

/** Above every tag that a release made, or everybody who asks for the newest would go back. */
export function refuseOldVersion(version: Version, tags: readonly string[]): void {
  const others = tags.map(versionOfTag).filter((other) => other !== undefined)
  const newest = others.toSorted(compareVersions).at(-1)
  if (newest === undefined || compareVersions(version, newest) > 0) return
  throw new Refusal(
    `${version.text} is not above ${newest.text}, the newest version.`,
    `Take a version above ${newest.text}.`,
  )
}

/** `uses: …@v1` must mean one thing. */
export function refuseNamesakes(version: Version, { objects }: RemoteRefs): void {
  for (const name of [tagOf(version), majorTagOf(version)]) {
    if (!objects.has(`refs/heads/${name}`)) continue
    throw new Refusal(
      `${REMOTE} has a branch named ${name}: "uses: …@${name}" could mean the branch or the tag.`,
      `Give the branch another name.`,
    )
  }
}

function refuseOtherMain({ objects }: RemoteRefs, commit: string): void {
  const theirs = objects.get(`refs/heads/${BRANCH}`)
  if (theirs === commit) return
  throw new Refusal(
    `${BRANCH} is ${commit} here and ${theirs ?? 'not there at all'} on ${REMOTE}.`,
    `git pull --ff-only, or bring your commits to ${BRANCH} in a pull request.`,
  )
}

/**
 * Signs for trial, in a place of objects that is thrown away: a key that is missing shows before the builds, and before
 * anything is changed.
 */
function refuseUnsigned(world: World): void {
  const objects = git(world, 'rev-parse', '--path-format=absolute', '--git-path', 'objects')
  const trial = mkdtempSync(join(tmpdir(), 'hardgate-sign-'))
  const env = { ...world.env, GIT_OBJECT_DIRECTORY: trial, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects }
  const { status, complaint } = run({ root: world.root, env }, 'git', [
    'commit-tree',
    '-S',
    '-m',
    'trial',
    'HEAD^{tree}',
  ])
  rmSync(trial, { recursive: true, force: true })
  if (status !== 0) throw new Refusal(`git cannot sign here: ${complaint}`, HOW_TO_SIGN)
}

const HOW_TO_SIGN = `Set a key that signs, for example an SSH key:
    git config gpg.format ssh
    git config user.signingkey ~/.ssh/id_ed25519.pub
  and add it on GitHub under Settings, SSH and GPG keys, as a signing key: release.yml refuses a tag that GitHub cannot verify.`

function makeTag(world: World, version: Version, commit: string): void {
  const tag = tagOf(version)
  git(world, 'tag', '-s', '-m', tag, tag, commit)
  const text = tagText(world, `refs/tags/${tag}`)
  if (text !== undefined && isSigned(text)) return
  git(world, 'tag', '-d', tag)
  throw new Refusal(`git made ${tag} without a signature; it is deleted again.`, HOW_TO_SIGN)
}

/** A push may arrive although its answer does not: what the remote has decides. */
function pushTag(world: World, version: Version): void {
  const ref = `refs/tags/${tagOf(version)}`
  const mine = git(world, 'rev-parse', ref)
  let trouble: unknown
  try {
    gitWithNetwork(world, 'push', '--quiet', '--no-follow-tags', REMOTE, `${ref}:${ref}`)
  } catch (error) {
    trouble = error
  }
  const theirs = remoteRefs(world).objects.get(ref)
  if (theirs === mine) return
  git(world, 'tag', '-d', tagOf(version))
  throw (
    trouble ??
    new Refusal(`${REMOTE} has ${theirs ?? 'no'} ${ref} after the push.`, 'Look at it: somebody else may be releasing.')
  )
}

function tellPlan(world: World, version: Version, commit: string): void {
  const tag = tagOf(version)
  world.log(`Nothing was changed. Without --dry-run:
  git tag -s -m ${tag} ${tag} ${commit}
  git push ${REMOTE} refs/tags/${tag}
and then, in release.yml on GitHub:
  tests; two builds again; an attestation of each file, verified; a release from the section in CHANGELOG.md, published,
  checked to be immutable, verified; ${floating(version)}.`)
}

const floating = (version: Version): string =>
  isPreRelease(version)
    ? `${majorTagOf(version)} stays, for a pre-release`
    : `${majorTagOf(version)} moved to the same tag object`
