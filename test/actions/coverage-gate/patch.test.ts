import { UserError } from '@hardgate/action'
import { afterEach, describe, expect, test } from '@jest/globals'
import { covered, lcov, source } from './reports.ts'
import { gate, type Repo, removeTemporary, repo, type Setting } from './world.ts'

afterEach(removeTemporary)

const INPUTS = { reports: 'coverage.info', 'min-branches': 'off', 'min-lines': 'off', 'min-patch-lines': '80' }

/** A pull request whose merge is checked out, as GitHub does it. */
function pullRequest(place: Repo, files: Readonly<Record<string, string>>): Setting {
  const base = place.git('rev-parse', 'HEAD')
  place.git('checkout', '--quiet', '-b', 'feature')
  const head = place.commit(files)
  place.git('checkout', '--quiet', '-b', 'merge', base)
  place.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'feature')
  return {
    event: 'pull_request',
    payload: { pull_request: { number: 7, head: { sha: head }, base: { sha: base, ref: 'main' } } },
    env: { GITHUB_REF: 'refs/pull/7/merge' },
  }
}

const changed = (before: number, added: number): string => `${source(before)}${'y = 2\n'.repeat(added)}`

test('the changed lines alone are judged, with what is missing and where', async () => {
  const place = repo({ 'app/a.py': source(10) })
  const setting = pullRequest(place, { 'app/a.py': changed(10, 5) })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: { ...covered(1, 10), 11: 1, 12: 1, 13: 0, 15: 0 } } }) })

  const { end, reasons, outputs, summary } = await gate(place, INPUTS, setting)

  expect(end).toBe('fail below-threshold')
  expect(reasons).toEqual([
    'patch.lines 50 % (2 of 4 changed lines) < 80 %: 2 more covered lines are needed. Not covered: app/a.py 13-15.',
  ])
  expect(outputs['patch-lines']).toBe('50')
  expect(summary).toMatch(/\| `app\/a\.py` \| 5 \| 50 % \(2 of 4\) \| – \| 13-15 \|/)
})

test('uncovered changed lines are annotated, joined and the longest first', async () => {
  const place = repo({ 'app/a.py': source(2), 'app/b.py': source(2) })
  const setting = pullRequest(place, { 'app/a.py': changed(2, 3), 'app/b.py': changed(2, 3) })
  place.write({
    'coverage.info': lcov({
      'app/a.py': { lines: { 3: 0, 4: 1, 5: 1 } },
      'app/b.py': { lines: { 3: 0, 4: 0, 5: 1 } },
    }),
  })

  const { frame } = await gate(place, INPUTS, setting)

  expect(frame.lines.filter(({ kind }) => kind === 'warning')).toEqual([
    {
      kind: 'warning',
      text: 'Lines 3 to 4 are changed and no test covers them.',
      place: { file: 'app/b.py', line: 3 },
    },
    { kind: 'warning', text: 'Line 3 is changed and no test covers it.', place: { file: 'app/a.py', line: 3 } },
  ])
})

test('of more than ten places ten are annotated, less what the frame will warn of', async () => {
  const files = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`app/f${at}.py`, changed(1, 1)]))
  const place = repo(Object.fromEntries(Object.keys(files).map((path) => [path, source(1)])))
  const setting = pullRequest(place, files)
  place.write({
    'coverage.info': lcov(Object.fromEntries(Object.keys(files).map((path) => [path, { lines: { 1: 1, 2: 0 } }]))),
  })

  const { frame } = await gate(place, { ...INPUTS, thresholds: 'lines >= 99% warn' }, setting)

  expect(frame.lines.filter(({ kind }) => kind === 'warning')).toHaveLength(9)
  expect(frame.lines.filter(({ kind }) => kind === 'notice').map(({ text }) => text)).toEqual([
    'Uncovered changed lines: +5 more in the summary.',
  ])
})

describe('a file that no report mentions', () => {
  const place = () => repo({ 'app/a.py': source(10) })
  const report = { 'coverage.info': lcov({ 'app/a.py': { lines: covered(10, 10) } }) }

  test('trap 29, acceptance 9: a new source file fails the gate', async () => {
    const one = place()
    const setting = pullRequest(one, { 'app/new.py': source(5) })
    one.write(report)

    const { end, reasons } = await gate(one, INPUTS, setting)

    expect(end).toBe('fail unreported-file')
    expect(reasons).toEqual([
      'No report mentions app/new.py, a source file that this change touches: no test loads it. Let the tool report files that were never loaded (coverage.py --source, c8 --all, Vitest coverage.include), or exclude it.',
    ])
  })

  test.each([
    'app/test_new.py',
    'app/tests/new.py',
    'app/new_test.py',
    'app/conftest.py',
    'docs/new.py',
    'app/data.json',
  ])('trap 29: %s does not', async (path) => {
    const one = place()
    const setting = pullRequest(one, { [path]: source(5) })
    one.write(report)

    const { end, report: done } = await gate(one, INPUTS, setting)

    expect(end).toBe('pass')
    expect(done.verdict.checks.map(({ explanation }) => explanation)).toEqual([
      'patch.lines not applicable: no changed line is executable.',
    ])
  })

  test('an excluded or generated one does not either', async () => {
    const one = place()
    const setting = pullRequest(one, {
      'app/new.py': source(5),
      'app/gen.py': source(5),
      '.gitattributes': 'app/gen.py linguist-generated',
    })
    one.write(report)

    expect((await gate(one, { ...INPUTS, exclude: 'app/new.py' }, setting)).end).toBe('pass')
  })

  test('with unreported: warn it is told, with ignore it is not looked for', async () => {
    const one = place()
    const setting = pullRequest(one, { 'app/new.py': source(5) })
    one.write(report)

    expect((await gate(one, { ...INPUTS, unreported: 'warn' }, setting)).end).toBe('pass unreported-file')
    expect((await gate(one, { ...INPUTS, unreported: 'ignore' }, setting)).end).toBe('pass')
  })

  test('a waiver does not cover it: it is no missed threshold', async () => {
    const one = place()
    const setting = pullRequest(one, { 'app/new.py': source(5) })
    one.write(report)

    const { end } = await gate(one, { ...INPUTS, 'warn-until': '2026-03-05', 'warn-reason': 'x' }, setting)

    expect(end).toBe('fail unreported-file')
  })
})

test('trap 30, acceptance 9: a change of YAML and documentation alone passes as not applicable', async () => {
  const place = repo({ 'app/a.py': source(10) })
  const setting = pullRequest(place, { 'README.md': 'new\n', '.github/workflows/ci.yml': 'on: push\n' })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(1, 10) } }) })

  const { end, reasons } = await gate(place, INPUTS, setting)

  expect(end).toBe('pass')
  expect(reasons[0]).toContain('patch.lines not applicable')
})

test('trap 31: a base that is not there is inconclusive, and never an empty diff', async () => {
  const place = repo({ 'app/a.py': source(10) })
  const gone = '1'.repeat(40)
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(10, 10) } }) })

  const { end, reasons } = await gate(place, INPUTS, { payload: { before: gone } })

  expect(end).toBe('inconclusive patch-unknown')
  expect(reasons[0]).toMatch(/^patch\.lines >= 80%: the changed lines are not known\. /)
  expect(reasons[0]).toContain('fetch-depth')
})

test('a file that git takes for binary hides its lines, so the patch is not known', async () => {
  const place = repo({ 'app/a.py': source(10), '.gitattributes': '*.py -diff' })
  const setting = pullRequest(place, { 'app/a.py': changed(10, 5) })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(10, 15) } }) })

  const { end, reasons } = await gate(place, INPUTS, setting)

  expect(end).toBe('inconclusive patch-unknown')
  expect(reasons[0]).toContain('Git shows no lines of app/a.py')
})

test('trap 7: changed lines without branch data are no 100 % of branches', async () => {
  const place = repo({ 'app/a.py': source(10) })
  const setting = pullRequest(place, { 'app/a.py': changed(10, 1) })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: { ...covered(10, 10), 11: 1 } } }) })

  const { end } = await gate(place, { ...INPUTS, 'min-patch-branches': '50' }, setting)

  expect(end).toBe('no-data no-branch-data')
})

test('a scope of the patch is judged by its own changed lines', async () => {
  const place = repo({ 'app/a.py': source(2), 'lib/b.py': source(2) })
  const setting = pullRequest(place, { 'app/a.py': changed(2, 2), 'lib/b.py': changed(2, 2) })
  place.write({
    'coverage.info': lcov({ 'app/a.py': { lines: { 3: 1, 4: 1 } }, 'lib/b.py': { lines: { 3: 0, 4: 0 } } }),
  })

  const { report } = await gate(
    place,
    { ...INPUTS, 'min-patch-lines': '50', thresholds: 'lib/**: patch.lines >= 50%\napp/**: patch.lines >= 100%' },
    setting,
  )

  expect(report.verdict.checks.map(({ threshold, outcome }) => [threshold, outcome])).toEqual([
    ['lib/**: patch.lines >= 50%', 'fail'],
    ['app/**: patch.lines >= 100%', 'pass'],
    ['patch.lines >= 50%', 'pass'],
  ])
})

test('a patch threshold where the event names no base is an input error, told before anything is read', async () => {
  const place = repo({ 'app/a.py': source(2) })

  await expect(gate(place, INPUTS, { event: 'schedule' })).rejects.toThrow(UserError)
})

test('without a patch threshold git is not asked for a diff', async () => {
  const place = repo({ 'app/a.py': source(10) })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(10, 10) } }) })

  const { end, outputs } = await gate(place, { reports: 'coverage.info', 'min-branches': 'off' }, { event: 'schedule' })

  expect([end, outputs['patch-lines']]).toEqual(['pass', ''])
})

test('trap 37: names that look like commands and markdown forge neither', async () => {
  const names = ['app/::error::x.py', 'app/a|b.py', 'app/`c`.py', 'app/<img src=x>.py', 'app/##[error]d.py']
  const place = repo(Object.fromEntries(names.map((name) => [name, source(2)])))
  const setting = pullRequest(place, Object.fromEntries(names.map((name) => [name, changed(2, 1)])))
  place.write({ 'coverage.info': lcov(Object.fromEntries(names.map((name) => [name, { lines: { 1: 0, 3: 0 } }]))) })

  const { summary, end } = await gate(place, INPUTS, setting)

  expect(end).toBe('fail below-threshold')
  // inline code shows what is in it
  expect(summary.replaceAll(/`[^`\n]*`/g, '')).not.toContain('<img')
  // a bar would end its cell: rows of the patch table have five cells each
  const rows = summary.split('\n').filter((line) => line.startsWith('| ') && line.includes('0 % (0 of 1)'))
  for (const row of rows) expect(row.replaceAll(/\\\||<code>.*?<\/code>/g, '').split('|')).toHaveLength(7)
})
