// CHANGELOG.md in the form of keepachangelog.com: "## Unreleased", below it the newest "## 1.2.3 - 2026-11-25".
import { Refusal } from './refusal.ts'
import type { Version } from './version.ts'

interface Section {
  /** `Unreleased`, or a version and its date. */
  readonly title: string
  readonly body: string
}

/** What people read beside the release. Refuses where the changelog does not tell of exactly this version. */
export function releaseNotes(changelog: string, { text: version }: Version): string {
  const sections = sectionsOf(changelog)
  const mine = sections.filter(({ title }) => versionOf(title) === version)
  const [section] = mine
  if (section === undefined) {
    throw new Refusal(
      `CHANGELOG.md has no section for ${version}.`,
      `In a pull request, give the entries under "## Unreleased" the heading "## ${version} - YYYY-MM-DD", with the day of the release.`,
    )
  }
  if (mine.length > 1) throw new Refusal(`CHANGELOG.md has ${mine.length} sections for ${version}.`, 'Make them one.')
  refuseAbove(sections, section, version)
  refuseDate(section, version)
  if (hasNoEntry(section)) {
    throw new Refusal(
      `CHANGELOG.md says nothing about ${version}.`,
      'Write what changed for those who use it, one line each.',
    )
  }
  return section.body
}

/** Everything on this commit is released, so nothing may stand under "Unreleased", and no other version above. */
function refuseAbove(sections: readonly Section[], section: Section, version: string): void {
  const [above, ...more] = sections.slice(0, sections.indexOf(section))
  if (above === undefined) return
  if (more.length > 0 || !/^\[?unreleased\]?$/i.test(above.title)) {
    throw new Refusal(
      `In CHANGELOG.md "## ${above.title}" stands above ${version}.`,
      `Only "## Unreleased" may: is ${version} the version that you mean?`,
    )
  }
  if (hasNoEntry(above)) return
  throw new Refusal(
    `CHANGELOG.md has entries under "## Unreleased", and ${version} would ship them without saying so.`,
    `Move them below "## ${version}", in a pull request.`,
  )
}

function refuseDate({ title }: Section, version: string): void {
  const date = /^\S+ - (\d{4}-\d{2}-\d{2})$/.exec(title)?.[1]
  const at = date === undefined ? Number.NaN : Date.parse(`${date}T00:00:00Z`)
  // Date.parse takes 30 February for 1 March in some forms; the way back shows it
  if (!Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === date) return
  throw new Refusal(`CHANGELOG.md: "## ${title}" has no date.`, `Write "## ${version} - YYYY-MM-DD".`)
}

const hasNoEntry = ({ body }: Section): boolean =>
  body
    .replaceAll(/<!--.*?-->/gs, '')
    .split('\n')
    .every((line) => line.trim() === '' || line.startsWith('#'))

const versionOf = (title: string): string | undefined => /^\[?([^\s\]]+)\]?/.exec(title)?.[1]

/** A heading inside a fenced block is an example, and the links at the end belong to no section. */
function sectionsOf(changelog: string): Section[] {
  const sections: { title: string; lines: string[] }[] = []
  let isFenced = false
  for (const line of changelog.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced
    const title = isFenced ? undefined : /^## +(.+?)\s*$/.exec(line)?.[1]
    if (title !== undefined) sections.push({ title, lines: [] })
    else if (isFenced || !/^\[[^\]]+\]: /.test(line)) sections.at(-1)?.lines.push(line)
  }
  return sections.map(({ title, lines }) => ({ title, body: lines.join('\n').trim() }))
}
