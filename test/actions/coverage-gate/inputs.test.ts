import { InputErrors, readInputs } from '@hardgate/action'
import { fakeClock } from '@hardgate/fakes'
import { describe, expect, test } from '@jest/globals'
import { type Inputs, inputsBy } from '../../../actions/coverage-gate/src/inputs.ts'

const TODAY = new Date('2026-03-01T12:00:00Z')

function read(given: Readonly<Record<string, string>>): Promise<Inputs> {
  const env = Object.entries({ reports: 'coverage.xml', ...given }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return readInputs(inputsBy(fakeClock(TODAY)), Object.fromEntries(env))
}

async function problems(given: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const error = await read(given).then(
    () => undefined,
    (problem: unknown) => problem,
  )
  if (error instanceof InputErrors) return error.problems
  throw new Error('expected input errors')
}

test('acceptance 13: the defaults are those of action.yml, and the minimums become lines of the language', async () => {
  const { thresholds, ...others } = await read({})

  expect(thresholds.map(({ line }) => line)).toEqual(['lines >= 70%', 'branches >= 70%'])
  expect(others).toEqual({
    reports: ['coverage.xml'],
    'min-lines': '70',
    'min-branches': '70',
    'min-patch-lines': undefined,
    'min-patch-branches': undefined,
    ratchet: 'off',
    tolerance: '0',
    baseline: undefined,
    'expected-reports': undefined,
    include: [],
    exclude: [],
    'path-map': [],
    unreported: 'fail',
    unmapped: 'fail',
    stale: 'fail',
    'max-report-age': 86_400_000,
    'patch-base': 'auto',
    annotations: 'patch',
    'merged-report': 'lcov',
    format: 'auto',
    'warn-until': undefined,
    'warn-reason': '',
    'on-inconclusive': 'fail',
    comment: 'off',
    summary: true,
    'github-token': '',
  })
})

test('acceptance 13: all input errors of one call appear together, those between inputs too', async () => {
  const all = await problems({
    reports: '!coverage.xml',
    'min-lines': 'seventy',
    ratchet: 'totals',
    'expected-reports': '0',
    'path-map': '/build/src',
    'warn-until': '2026-06-01',
    'patch-base': '--output=x',
    format: 'xml',
  })

  expect(all.map((line) => line.split(/[: ]/)[0])).toEqual([
    'reports',
    'min-lines',
    'ratchet',
    'expected-reports',
    'path-map',
    'patch-base',
    'format',
    'warn-reason',
    'warn-until',
  ])
})

describe('a minimum', () => {
  test('keeps the digits that were written, and takes a percent sign', async () => {
    const { thresholds } = await read({ 'min-lines': '33.33330%', 'min-branches': 'off', 'min-patch-lines': '80' })

    expect(thresholds.map(({ line }) => line)).toEqual(['lines >= 33.33330%', 'patch.lines >= 80%'])
  })

  test.each(['70oops', '-1', '101', '7e1', '70,5', 'OFF'])('%s is refused', async (value) => {
    expect(await problems({ 'min-branches': value })).toEqual([
      `min-branches: "${value}" is not a percentage from 0 to 100. Write one such as 70, or off.`,
    ])
  })
})

describe('a gate that cannot fail is refused', () => {
  const off = { 'min-lines': 'off', 'min-branches': 'off' }

  test.each([
    [off, 'Nothing would be judged: min-lines and min-branches are off and there is no other threshold.'],
    [
      { ...off, thresholds: 'lines >= 90% warn' },
      'Nothing could fail: every threshold ends in "warn". Leave one without it.',
    ],
  ])('%j', async (given, problem) => {
    expect(await problems(given)).toEqual([problem])
  })
})

describe('a baseline', () => {
  test.each([
    [{ ratchet: 'total' }, 'ratchet: total'],
    [{ ratchet: 'lines' }, 'ratchet: lines'],
    [{ thresholds: 'lines >= baseline - 0.5%' }, '"lines >= baseline - 0.5%"'],
    [{ thresholds: 'newly_uncovered == 0' }, '"newly_uncovered == 0"'],
  ])('is required with %j', async (given, asks) => {
    expect(await problems(given)).toEqual([
      `baseline is required with ${asks}. Write artifact:NAME, or the path of an earlier verdict file.`,
    ])
  })

  test('is the path of a file or the name of an artifact', async () => {
    expect((await read({ baseline: 'old/coverage-gate.json' })).baseline).toEqual({
      kind: 'file',
      path: 'old/coverage-gate.json',
    })
    expect((await read({ baseline: 'artifact:baseline-coverage' })).baseline).toEqual({
      kind: 'artifact',
      name: 'baseline-coverage',
    })
  })

  test.each(['artifact:', 'artifact:a/b', 'artifact:a*'])('%s names no artifact', async (baseline) => {
    expect(await problems({ baseline })).toHaveLength(1)
  })

  test('of the changed lines there is none: each change has its own', async () => {
    expect(await problems({ thresholds: 'patch.lines >= baseline', baseline: 'a.json' })).toEqual([
      'thresholds: "patch.lines >= baseline" compares patch.lines with a baseline, which had another change.',
    ])
  })

  test('tolerance without ratchet: total would do nothing, and is an error', async () => {
    expect(await problems({ tolerance: '0.5' })).toEqual([
      'tolerance works only with ratchet: total, and ratchet is off.',
    ])
  })
})

test('lines that may not become uncovered have to be kept for the next run', async () => {
  const given = { ratchet: 'lines', baseline: 'artifact:baseline' }

  expect(await problems({ ...given, 'merged-report': 'cobertura' })).toEqual([
    'merged-report must be lcov or both with newly_uncovered, and it is cobertura: a baseline needs its lines.',
  ])
  await expect(read({ ...given, 'merged-report': 'both' })).resolves.toBeDefined()
})

describe('a waiver', () => {
  const until = (date: string) => problems({ 'warn-until': date, 'warn-reason': 'the new importer' })

  test('of 90 days is the longest', async () => {
    await expect(read({ 'warn-until': '2026-05-30', 'warn-reason': 'x' })).resolves.toMatchObject({
      'warn-until': Date.UTC(2026, 4, 30),
    })
    expect(await until('2026-05-31')).toEqual([
      'warn-until 2026-05-31 is more than 90 days ahead. The latest day today is 2026-05-30.',
    ])
  })

  test.each(['2026-02-30', '2026-3-1', 'tomorrow', '2026-03-01T00:00:00Z'])('%s is no date', async (date) => {
    expect(await until(date)).toEqual([`warn-until: "${date}" is no date. Write one such as 2026-03-31.`])
  })

  test.each([
    [{ 'warn-until': '2026-03-31' }, 'warn-reason is required with warn-until: say why there is a waiver.'],
    [{ 'warn-reason': 'x' }, 'warn-until is required with warn-reason: say when the waiver ends.'],
  ])('%j is half of one', async (given, problem) => {
    expect(await problems(given)).toEqual([problem])
  })
})

test('an include or exclude that begins with "!" would mean its opposite, and is refused', async () => {
  expect(await problems({ exclude: 'app/**\n!app/core/**' })).toEqual([
    'exclude: "!app/core/**" starts with "!". Write a plain glob: include and exclude are two inputs.',
  ])
})

test('an age of 0 switches the check off', async () => {
  expect((await read({ 'max-report-age': '0' }))['max-report-age']).toBe(0)
})
