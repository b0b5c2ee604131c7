import { describe, expect, test } from '@jest/globals'
import { releaseNotes } from '../../scripts/release/changelog.ts'
import {
  compareVersions,
  isPreRelease,
  majorTagOf,
  readVersion,
  versionFrom,
  versionOfTag,
} from '../../scripts/release/version.ts'

test.each([
  ...['v1.0.0', '1.0', '1.0.0+build', '01.0.0', '1.0.0-', '1.0.0-rc..1', '1.0.0-01', 'latest', '1.0.0 ', '1.0.0\n', ''],
  '1.0.9999999999',
])('%j is no version', (text) => {
  expect(readVersion(text)).toBeUndefined()
})

test('versions are in the order that semver.org gives', () => {
  const ordered = [
    ...['0.9.0', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11'],
    ...['1.0.0-rc.1', '1.0.0', '1.0.1-rc.1', '1.0.1', '1.0.2', '1.0.10', '1.9.0', '1.10.0', '2.0.0', '10.0.0'],
  ]

  const back = [...ordered].reverse().map(versionFrom).toSorted(compareVersions)

  expect(back.map(({ text }) => text)).toEqual(ordered)
  expect(compareVersions(versionFrom('1.2.3-rc.1'), versionFrom('1.2.3-rc.1'))).toBe(0)
})

test.each([
  ['v1.2.3', '1.2.3'],
  ['v1.2.3-rc.1', '1.2.3-rc.1'],
  ['v1', undefined],
  ['1.2.3', undefined],
  ['vv1.2.3', undefined],
  ['v1.2.3.4', undefined],
])('the tag %s is the version %s', (tag, version) => {
  expect(versionOfTag(tag)?.text).toBe(version)
})

test('the floating tag is the first number', () => {
  expect(majorTagOf(versionFrom('12.3.4-rc.1'))).toBe('v12')
  expect(isPreRelease(versionFrom('12.3.4-rc.1'))).toBe(true)
  expect(isPreRelease(versionFrom('12.3.4'))).toBe(false)
})

describe('the changelog', () => {
  const notes = (text: string, version = '1.1.0'): string => releaseNotes(text, versionFrom(version))

  test('gives the section of the version, without its heading and without the links at the end', () => {
    const text = [
      ...[
        '# Changelog',
        'All of it.',
        '',
        '## [Unreleased]',
        '',
        '## [1.1.0] - 2026-11-25',
        '### Added',
        '- A gate.',
        '',
      ],
      ...[
        '```md',
        '## 1.2.0 - not a heading',
        '```',
        '',
        '## [1.0.0] - 2026-11-01',
        '- Old.',
        '',
        '[1.1.0]: https://x',
      ],
    ].join('\r\n')

    expect(notes(text)).toBe('### Added\n- A gate.\n\n```md\n## 1.2.0 - not a heading\n```')
    expect(notes(text.replace('## [1.1.0]', '## 1.1.0'))).toContain('- A gate.')
  })

  test.each([
    ['another version only', '## 1.1.1 - 2026-11-25\n- x', 'no section for 1.1.0'],
    ['a version that begins like it', '## 1.1.0-rc.1 - 2026-11-25\n- x', 'no section for 1.1.0'],
    ['a section with headings only', '## 1.1.0 - 2026-11-25\n### Added\n\n<!-- - later -->\n', 'says nothing about'],
    [
      'entries that are not below the version',
      '## Unreleased\n- x\n## 1.1.0 - 2026-11-25\n- y',
      'under "## Unreleased"',
    ],
    [
      'a newer version above',
      '## 1.2.0 - 2026-11-26\n- x\n## 1.1.0 - 2026-11-25\n- y',
      '"## 1.2.0 - 2026-11-26" stands',
    ],
    ['no date', '## 1.1.0\n- x', 'has no date'],
    ['a day that is none', '## 1.1.0 - 2026-02-30\n- x', 'has no date'],
    ['the words for a day', '## 1.1.0 - soon\n- x', 'has no date'],
    ['the version twice', '## 1.1.0 - 2026-11-25\n- x\n## 1.1.0 - 2026-11-25\n- y', '2 sections'],
  ])('with %s is refused', (_, text, words) => {
    expect(() => notes(text)).toThrow(words)
  })
})
