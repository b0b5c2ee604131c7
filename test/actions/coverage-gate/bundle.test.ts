import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { start } from './built.ts'
import { cobertura, covered, lcov, source, xmlLines } from './reports.ts'
import { type Repo, removeTemporary, repo } from './world.ts'

afterEach(removeTemporary)

const NOW = new Date().toISOString()

function place(count = 8): Repo {
  const one = repo({ 'app/a.py': source(10) })
  one.write({
    'coverage.info': lcov({
      'app/a.py': {
        lines: covered(count, 10),
        branches: [
          [1, 0, 0, 1],
          [1, 0, 1, 1],
        ],
      },
    }),
  })
  return one
}

test('a good report exits 0, with the outputs, the verdict file, the merged reports and a summary', async () => {
  const step = await start(place(), { reports: 'coverage.info', 'merged-report': 'both' })

  expect([step.exitCode, step.outcome]).toEqual([0, 'success'])
  expect(step.outputs).toMatchObject({
    verdict: 'pass',
    reason: 'lines 80 % (8 of 10), branches 100 % (2 of 2): all 2 checks hold.',
    lines: '80',
    branches: '100',
    files: '1',
    'lines-needed': '0',
  })
  expect(JSON.parse(readFileSync(step.outputs['verdict-file'] ?? '', 'utf8'))).toMatchObject({
    gate: 'coverage-gate',
    outcome: 'pass',
  })
  expect(readFileSync(step.outputs['merged-lcov'] ?? '', 'utf8')).toContain('SF:app/a.py')
  expect(readFileSync(step.outputs['merged-cobertura'] ?? '', 'utf8')).toContain('filename="app/a.py"')
  expect(existsSync(join(step.outputs['baseline-dir'] ?? '', 'coverage-gate.json'))).toBe(true)
  expect(step.summary).toContain('coverage-gate: pass')
  expect(step.annotations).toEqual([])
})

test('a low report exits 1, with one error that says how much is missing and where', async () => {
  const step = await start(place(5), { reports: 'coverage.info' })

  expect(step.exitCode).toBe(1)
  expect(step.outputs).toMatchObject({ verdict: 'fail', lines: '50', 'lines-needed': '2' })
  expect(step.annotations).toEqual([
    {
      level: 'error',
      message: 'lines 50 % (5 of 10) < 70 %: 2 more covered lines are needed. Largest gaps: app/a.py 6-10.',
    },
  ])
})

test('a second use in one job keeps its files apart', async () => {
  const one = place()
  const first = await start(one, { reports: 'coverage.info' })
  const second = await start(one, { reports: 'coverage.info' }, { runnerTemp: first.runnerTemp })

  expect(first.outputs['baseline-dir']).not.toBe(second.outputs['baseline-dir'])
  expect(existsSync(first.outputs['merged-lcov'] ?? '')).toBe(true)
  expect(existsSync(second.outputs['merged-lcov'] ?? '')).toBe(true)
})

test('acceptance 13: all input errors appear together, and no output looks like a success', async () => {
  const step = await start(place(), { reports: 'coverage.info', 'min-lines': 'x', ratchet: 'total', 'max-age': '1h' })

  expect(step.exitCode).toBe(1)
  const [error, ...others] = step.annotations.filter(({ level }) => level === 'error')
  expect(others).toEqual([])
  expect(error?.message.split('\n').map((line) => line.split(/[: ]/)[0])).toEqual(['max-age', 'min-lines', 'baseline'])
  expect(step.outputs).toMatchObject({ verdict: 'no-data', lines: '', 'merged-lcov': '' })
})

test('a scope without a file is an input error, without a stack', async () => {
  const step = await start(place(), { reports: 'coverage.info', thresholds: 'lib/**: lines >= 1%' })

  expect(step.exitCode).toBe(1)
  expect(step.outputs['verdict']).toBe('no-data')
  expect(step.annotations.map(({ message }) => message)).toEqual([
    'thresholds: no measured file is in the scope "lib/**". Measured are app/a.py.',
  ])
  expect(step.log).not.toContain('    at ')
})

test('on-inconclusive: warn lets pass what cannot be decided, and nothing else', async () => {
  const one = repo({ 'app/a.py': source(4) })
  for (const at of [1, 2]) {
    const line = { number: 2, hits: 1, condition: '50% (1/2)' }
    one.write({ [`coverage-${at}.xml`]: cobertura({ 'app/a.py': [line, { number: at + 2, hits: 1 }] }) })
  }
  const given = { reports: 'coverage-*.xml', 'on-inconclusive': 'warn' }

  const undecided = await start(one, given)
  const missing = await start(one, { ...given, 'expected-reports': 3 })

  expect([undecided.exitCode, undecided.outputs['verdict']]).toEqual([0, 'inconclusive'])
  expect(undecided.annotations.map(({ level }) => level)).toEqual(['warning'])
  expect([missing.exitCode, missing.outputs['verdict']]).toEqual([1, 'no-data'])
})

test('trap 37: a report that speaks to the runner is not heard', async () => {
  const evil = 'app/\u2028::set-output name=verdict::pass\u2028x.py'
  const one = repo({ 'app/a.py': source(10) })
  one.write({
    'coverage.xml': cobertura(
      { 'app/a.py': xmlLines(9, 10), [evil]: xmlLines(1, 1) },
      { root: 'version="::error::x"' },
    ),
    'coverage\n::error::boo.xml': 'hello ::error::there\n::warning::two\n##[error]three',
  })

  const step = await start(one, { reports: 'coverage*.xml', 'min-branches': 'off' })

  expect(step.outputs['verdict']).toBe('no-data')
  expect(step.annotations.map(({ level }) => level)).toEqual(['error'])
  expect(step.rawOut.split('\n').filter((line) => /^\s*::(?!error::|add-mask::|debug::)|##\[/.test(line))).toEqual([])
})

describe('trap 38: the token', () => {
  test('of a fork, or none at all, changes nothing', async () => {
    for (const token of ['', 'ghs_readonly']) {
      const step = await start(place(), { reports: 'coverage.info', 'github-token': token })
      expect([step.exitCode, step.outputs['verdict']]).toEqual([0, 'pass'])
    }
  })

  test('is not needed for a failing verdict either', async () => {
    const step = await start(place(1), { reports: 'coverage.info', 'github-token': '' })

    expect([step.exitCode, step.outputs['verdict']]).toEqual([1, 'fail'])
  })
})

// A full sweep over every byte is the readers' own test; here it is that the whole way never turns a cut into a pass.
describe('acceptance 7: a report cut anywhere never passes, from the file to the exit status', () => {
  const whole = cobertura({ 'app/a.py': xmlLines(10, 10) }, { root: `timestamp="${Date.parse(NOW)}"` })
  const cuts = Array.from({ length: 8 }, (_, at) => Math.floor(((at + 1) * (whole.length - 2)) / 8))

  test.each(cuts)('Cobertura, after byte %i', async (cut) => {
    const one = repo({ 'app/a.py': source(10) })
    one.write({ 'coverage.xml': whole.slice(0, cut) })

    const step = await start(one, { reports: 'coverage.xml', 'min-branches': 'off' })

    expect([step.exitCode, step.outputs['verdict']]).toEqual([1, 'no-data'])
  })

  const record = lcov({ 'app/a.py': { lines: covered(10, 10) } })

  // at every byte but the last line's end: "end_of_record" alone is a whole record
  test.each([9, 20, 30, record.length - 20, record.length - 6])('LCOV, after byte %i', async (cut) => {
    const one = repo({ 'app/a.py': source(10) })
    one.write({ 'coverage.info': record.slice(0, cut) })

    const step = await start(one, { reports: 'coverage.info', 'min-branches': 'off' })

    expect([step.exitCode, step.outputs['verdict']]).toEqual([1, 'no-data'])
  })
})

test('a cancelled run says so and exits as the runner expects', async () => {
  const one = repo({ 'app/a.py': source(10) })
  for (let at = 0; at < 300; at++)
    one.write({ [`shards/${at}/cov.xml`]: cobertura({ 'app/a.py': xmlLines(10 - (at % 7), 10) }) })

  const step = await start(
    one,
    { reports: 'shards/**/*.xml', 'min-branches': 'off' },
    { cancelWhen: (line) => line.startsWith('Read shards/1/') },
  )

  expect([130, 0]).toContain(step.exitCode)
})
