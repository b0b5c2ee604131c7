// A release on GitHub is drafted on the tag that is there, published once, and from then on immutable.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, repositoryOf, tell } from './gh.ts'
import { Refusal } from './refusal.ts'
import { notesOf, type ThisTag, thisTag } from './this-tag.ts'
import { isPreRelease, majorTagOf } from './version.ts'
import type { World } from './world.ts'

interface Release {
  readonly id: number
  readonly tag: string
  readonly isDraft: boolean
  readonly isImmutable: boolean
  readonly assets: number
}

/** Drafts and publishes the release, or goes on where an earlier run ended; then proves that it cannot change any more. */
export async function publish(world: World): Promise<void> {
  const mine = thisTag(world)
  const there = await releaseOf(world, mine)
  if (there === undefined || there.isDraft) {
    const draft = there ?? (await makeDraft(world, mine))
    if (draft.assets > 0) {
      throw new Refusal(
        `The draft of ${mine.tag} has ${draft.assets} files that nothing attests.`,
        'Delete the draft, then run this job again.',
      )
    }
    publishDraft(world, mine, draft)
  }
  await refuseUnproven(world, thisTag(world))
  world.log(`${mine.tag} is released, immutable and verified`)
}

/** Refuses a release that could still change, or that GitHub did not attest for this very tag. */
export async function refuseUnproven(world: World, mine: ThisTag): Promise<void> {
  const there = await releaseOf(world, mine)
  if (there === undefined || there.isDraft) throw new Refusal(`${mine.tag} is not released.`, 'Run this job again.')
  if (!there.isImmutable) {
    throw new Refusal(
      `The release of ${mine.tag} is not immutable: its files and its tag could be changed.`,
      'Switch on Settings, General, Releases, "Enable release immutability"; delete this release but not its tag; run this job again.',
    )
  }
  await refuseOtherSubject(world, mine)
}

async function refuseOtherSubject(world: World, { tag, object, commit }: ThisTag): Promise<void> {
  const text = await ask(world, 'release', 'verify', tag, '--repo', repositoryOf(world), '--format', 'json')
  const verified: unknown = JSON.parse(text)
  const statement = Object(Object(Object(verified).verificationResult).statement)
  const subjects: unknown[] = Array.isArray(statement.subject) ? statement.subject : []
  const digests = subjects.map((subject): unknown => Object(Object(subject).digest).sha1)
  if (digests.includes(object) || digests.includes(commit)) return
  throw new Refusal(
    `GitHub's attestation of the release ${tag} names ${digests.join(', ') || 'no commit'}, not ${object}.`,
    'Find out who moved the tag, and take the next version.',
  )
}

async function makeDraft(world: World, mine: ThisTag): Promise<Release> {
  const options = ['--draft', '--verify-tag', '--title', mine.tag, '--repo', repositoryOf(world)]
  withNotes(world, mine, (file) => tell(world, 'release', 'create', mine.tag, ...options, '--notes-file', file))
  const draft = await releaseOf(world, mine)
  if (draft !== undefined) return draft
  throw new Refusal(`GitHub does not list the draft of ${mine.tag} that was just made.`, 'Run this job again.')
}

function publishDraft(world: World, mine: ThisTag, { id }: Release): void {
  const isPre = isPreRelease(mine.version)
  withNotes(world, mine, (file) =>
    tell(
      world,
      ...['api', '--method', 'PATCH', `repos/${repositoryOf(world)}/releases/${id}`],
      ...['-f', `tag_name=${mine.tag}`, '-f', `name=${mine.tag}`, '-F', `body=@${file}`],
      ...['-F', 'draft=false', '-F', `prerelease=${isPre}`, '-f', `make_latest=${!isPre}`],
    ),
  )
}

function withNotes(world: World, mine: ThisTag, use: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'hardgate-notes-'))
  try {
    const file = join(folder, 'notes.md')
    writeFileSync(file, `${notesOf(world, mine)}\n`)
    use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Drafts too, so that a run that ended half-way does not leave two. Refuses a release on the floating tag. */
async function releaseOf(world: World, { tag, version }: ThisTag): Promise<Release | undefined> {
  const releases = await allReleases(world)
  const floating = majorTagOf(version)
  if (releases.some((release) => release.tag === floating)) {
    throw new Refusal(
      `There is a release on ${floating}: once published it holds that tag for ever.`,
      'Delete that release; keep the tag.',
    )
  }
  const mine = releases.filter((release) => release.tag === tag)
  if (mine.length <= 1) return mine[0]
  throw new Refusal(
    `There are ${mine.length} releases and drafts of ${tag}.`,
    'Delete the drafts, then run this job again.',
  )
}

async function allReleases(world: World): Promise<Release[]> {
  const path = `repos/${repositoryOf(world)}/releases?per_page=100`
  const pages: unknown = JSON.parse(await ask(world, 'api', '--paginate', '--slurp', path))
  if (!Array.isArray(pages) || !pages.every(Array.isArray)) {
    throw new Refusal(
      'GitHub lists the releases in a form that is not known here.',
      'Bring scripts/release/publish.ts up to date.',
    )
  }
  return pages.flat().map((one: unknown) => {
    const { id, tag_name: tag, draft, immutable, assets } = Object(one)
    return {
      id: Number(id),
      tag: String(tag),
      isDraft: draft !== false,
      isImmutable: immutable === true,
      assets: Object(assets).length ?? 0,
    }
  })
}
