import { judge, parseVersionSource } from '@hardgate/health'
import { expect, test } from '@jest/globals'
import { answer, compile, expectations } from './answers.ts'

const A = '9f1e2c7aa0b4c5d6e7f8091a2b3c4d5e6f708192'
const B = '2c87805aa0b4c5d6e7f8091a2b3c4d5e6f708192'

function seen(body: unknown, version: string | undefined, versionFrom = 'auto', headers: Record<string, string> = {}) {
  const judgement = judge(
    answer({ body, headers }),
    expectations({ ...(version === undefined ? {} : { version }), versionFrom }),
  )
  return [judgement.release, judgement.version]
}

test.each<[string, unknown]>([
  ['commit', { commit: A }],
  ['commitSha', { commitSha: A }],
  ['commit_sha', { commit_sha: A }],
  ['git_sha', { git_sha: A }],
  ['gitSha', { gitSha: A }],
  ['sha', { sha: A }],
  ['build_sha', { build_sha: A }],
  ['version.sha', { version: { sha: A } }],
  ['version.commit', { version: { commit: A } }],
  ['releaseId', { releaseId: A }],
  ['version', { version: A }],
  ['a short one', { commit: '9f1e2c7' }],
  ['in capitals', { commit: '9F1E2C7AA0' }],
  ['beside a semver version', { version: '1.4.2', sha: A }],
  ['behind a placeholder', { commit: 'unknown', sha: A }],
])('a commit is found as %s', (_name, body) => {
  expect(seen(body, A)[0]).toBe('expected')
})

test.each<[string, unknown, unknown]>([
  ['another commit', { commit: B }, B],
  ['another short commit', { commit: '2c87805' }, '2c87805'],
  ['the first place wins', { commit: B, sha: A }, B],
])('%s is another release', (_name, body, version) => {
  expect(seen(body, A)).toEqual(['other', version])
})

test.each<[string, unknown]>([
  ['6 digits of it', { commit: '9f1e2c' }],
  ['a semver version alone', { version: '1.4.2' }],
  ['a date as version', { version: '20260301' }],
  ['a date as number', { version: 20_260_301 }],
  ['trap 17: the commit in a field of another name', { echoed: A, notes: `release ${A}` }],
  ['trap 17: the commit deeper down', { data: { commit: A } }],
  ['trap 17: the commit in a text', `you asked for /health?commit=${A}`],
  ['trap 18: unknown', { commit: 'unknown' }],
  ['trap 18: dev', { commit: 'dev' }],
  ['trap 18: DEV', { commit: 'DEV' }],
  ['trap 18: an empty text', { commit: '' }],
  ['trap 18: null', { commit: null }],
  ['an inherited name', { __proto__: 1 }],
  ['a list', [{ commit: A }]],
])('%s is no version', (_name, body) => {
  expect(seen(body, A)).toEqual(['missing', undefined])
})

test('a version of digits alone counts where it matches', () => {
  expect(seen({ version: '20260301' }, '20260301')[0]).toBe('expected')
  expect(seen({ releaseId: '1234567' }, '12345678')[0]).toBe('expected')
})

test.each<[string, unknown, string, string]>([
  ['equal', { version: '1.4.2' }, '1.4.2', 'expected'],
  ['no prefix rule for names', { version: '1.4.20' }, '1.4.2', 'other'],
  ['case counts', { version: 'V1' }, 'v1', 'other'],
  ['a commit beside it is not a mismatch', { commit: A, version: '1.4.2' }, '1.4.2', 'expected'],
  ['a commit alone is', { commit: A }, '1.4.2', 'other'],
  ['a number', { version: 7 }, '7', 'expected'],
])('a release name: %s', (_name, body, wanted, release) => {
  expect(seen(body, wanted)[0]).toBe(release)
})

test('without an expected version the first hit is observed', () => {
  expect(seen({ version: '1.4.2', sha: A }, undefined)).toEqual(['not-asked', A])
})

test.each<[string, unknown, Record<string, string>, string]>([
  ['json:$.build.id', { build: { id: A } }, {}, 'expected'],
  ['json:$.build.id', { build: { id: B } }, {}, 'other'],
  ['json:$.build.id', {}, {}, 'missing'],
  ['json:$..commit', { a: { commit: A }, b: { commit: B } }, {}, 'missing'],
  ['json:$..commit', { a: { commit: A }, b: { commit: A } }, {}, 'expected'],
  ['json:$.build.id', '<html>', {}, 'missing'],
  ['header:X-Version', '', { 'x-version': A }, 'expected'],
  ['header:X-Version', '', {}, 'missing'],
  ['header:X-Version', { commit: A }, {}, 'missing'],
  ['regex:/release (\\S+)/', `this is release ${A}`, {}, 'expected'],
  ['regex:/release (\\S+)/', 'nothing', {}, 'missing'],
  ['json:$.v', { v: '1.4.2' }, {}, 'other'],
])('version-from %s on %j gives %j %s', (from, body, headers, release) => {
  expect(seen(body, A, from, headers)[0]).toBe(release)
})

test.each([
  ['json', 'names no place'],
  ['Json:$.a', 'names no place'],
  ['json:$.a[', 'is not a JSONPath'],
  ['header:X Y', 'names no place'],
  ['regex:/nothing/', 'needs a pattern with a group'],
  ['regex:release', 'needs a pattern with a group'],
  ['regex:/(?:x)/', 'needs a pattern with a group'],
])('version-from %s is refused', (text, problem) => {
  expect(() => parseVersionSource(text, compile)).toThrow(problem)
})
