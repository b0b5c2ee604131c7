import { InputErrors, readInputs } from '@hardgate/action'
import { READERS } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { WITHOUT_TIMES } from '../../../actions/perf-threshold-gate/src/input-rules.ts'
import { type Inputs, inputs } from '../../../actions/perf-threshold-gate/src/inputs.ts'

const WORKSPACE = '/work/repo'

function read(given: Readonly<Record<string, string>>): Promise<Inputs> {
  const env = Object.entries({ report: 'run.json', ...given }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return readInputs(inputs, { GITHUB_WORKSPACE: WORKSPACE, ...Object.fromEntries(env) })
}

async function problemsOf(given: Readonly<Record<string, string>>): Promise<readonly string[]> {
  try {
    await read(given)
  } catch (error) {
    if (error instanceof InputErrors) return error.problems
    throw error
  }
  return []
}

const linesOf = ({ thresholds }: Inputs): string[] => thresholds.map(({ line }) => line)

test('the everyday case: a report and nothing else', async () => {
  const values = await read({})

  expect(linesOf(values)).toEqual(['p95 < 500ms', 'error_rate <= 1%'])
  expect(values).toMatchObject({ report: ['run.json'], confidence: '95', window: 30_000, 'warm-up': 0, format: 'auto' })
})

test('"off" switches the sugar off, for each by itself', async () => {
  expect(linesOf(await read({ 'p95-under': 'off' }))).toEqual(['error_rate <= 1%'])
  expect(linesOf(await read({ 'max-error-rate': 'off' }))).toEqual(['p95 < 500ms'])
})

test('sugar stands beside lines of the same metric', async () => {
  expect(linesOf(await read({ 'p95-under': '0.8s', thresholds: 'p95 <= 700ms' }))).toEqual([
    'p95 <= 700ms',
    'p95 < 0.8s',
    'error_rate <= 1%',
  ])
})

describe('trap 23: a latency without its unit is refused, with both that it could be', () => {
  test.each([
    [
      { 'p95-under': '500' },
      'p95-under: "500" is no limit: 500ms or 500s? A time needs its unit. Write one such as 500ms, or off.',
    ],
    [{ thresholds: 'p95 < 500' }, 'thresholds: "p95 < 500" is no threshold: 500ms or 500s? A time needs its unit.'],
    [
      { thresholds: 'GET /: p99.9.sustained <= 2' },
      'thresholds: "GET /: p99.9.sustained <= 2" is no threshold: 2ms or 2s? A time needs its unit.',
    ],
  ])('%j', async (given, problem) => {
    expect(await problemsOf(given)).toEqual([problem])
  })
})

test.each([
  [{ 'p95-under': '500ms warn' }, 'p95-under: "500ms warn" is no limit: '],
  [{ 'p95-under': 'baseline' }, 'p95-under: "baseline" is no limit. Write one such as 500ms, or off'],
  [{ 'max-error-rate': '101%' }, 'max-error-rate: "101%" is not a percentage from 0 to 100'],
  [{ 'max-error-rate': 'none' }, 'max-error-rate: "none" is not a percentage'],
  [{ confidence: '50%' }, 'confidence: "50%" is no confidence above 50 % and below 100 %'],
  [{ confidence: '100%' }, 'confidence: "100%" is no confidence'],
  [{ confidence: '95.12345' }, 'confidence: "95.12345" is no confidence'],
  [{ window: '500ms' }, 'window: "500ms" is too small. The least is 1s'],
  [{ 'warm-up': '15 sec' }, 'warm-up: "15 sec" is not a duration'],
  [{ 'baseline-runs': '0' }, 'baseline-runs: "0" is too small'],
  [{ 'baseline-runs': '3' }, 'baseline-runs 3 works only with baseline'],
  [{ 'expect-reports': '0' }, 'expect-reports: "0" is too small'],
  [{ format: 'jmeter' }, 'format: "jmeter" is not one of auto, locust-requests'],
  [
    { baseline: 'artifact:' },
    'baseline: "artifact:" names no artifact. Write artifact:NAME, such as artifact:perf-verdict',
  ],
  [{ baseline: 'artifact:a/b' }, 'baseline: "artifact:a/b" names no artifact'],
  [{ comment: 'sticky' }, 'comment: "sticky" is not one of off, on-failure or always'],
  [{ 'html-report': '../out.html' }, 'html-report: "../out.html" is not a file inside the workspace'],
  [{ 'html-report': '/etc/out.html' }, 'html-report: "/etc/out.html" is not a file inside the workspace'],
  [{ 'html-report': '.' }, 'html-report: "." is not a file inside the workspace'],
  [{ 'html-report': 'results/' }, 'html-report: "results/" is a folder'],
  [{ 'html-report': '.git/hooks/x' }, 'html-report: ".git/hooks/x" lies in .git'],
  [
    { report: '!a.csv' },
    'report: "!a.csv" only excludes. Write the globs of the report files too, such as results/run.json',
  ],
  [{ thresholds: 'p100 < 1s' }, 'thresholds: "p100 < 1s" is no threshold: p100 is no percentile'],
  [
    { thresholds: 'latency < 1s' },
    'thresholds: "latency < 1s" is no threshold: "latency" is not a metric of this gate',
  ],
  [{ 'p95-under': 'off', 'max-error-rate': 'off' }, 'Nothing would be judged'],
  [
    { 'p95-under': 'off', 'max-error-rate': 'off', thresholds: 'p95 < 1s warn' },
    'Nothing could fail: every threshold ends in "warn"',
  ],
  [{ thresholds: 'p95 <= baseline + 10%' }, 'baseline is required with "p95 <= baseline + 10%"'],
  [{ thresholds: 'p95 == baseline', baseline: 'a.json' }, 'thresholds: "p95 == baseline" cannot hold'],
  [{ 'warm-up': '10s', format: 'wrk' }, 'warm-up cannot be cut from wrk: this format has no time per request'],
])('%j is refused', async (given, problem) => {
  const problems = await problemsOf(given)

  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(problem)
})

test('all that is wrong is told at once', async () => {
  const problems = await problemsOf({
    report: '',
    'p95-under': '500',
    confidence: 'much',
    'html-report': '../x',
    thresholds: 'p95 < 1\nwhat',
    'warm-up': '1m',
    format: 'wrk',
  })

  expect(problems.map((problem) => problem.split(/[: ]/, 1)[0])).toEqual([
    'report',
    'p95-under',
    'thresholds',
    'thresholds',
    'confidence',
    'html-report',
    'warm-up',
  ])
})

test('html-report is a path below the workspace, whatever its name looks like', async () => {
  expect((await read({ 'html-report': 'results/..report.html' }))['html-report']).toBe(
    `${WORKSPACE}/results/..report.html`,
  )
})

test('trap 22: the formats that have no time per request are those whose readers say so', () => {
  const without = READERS.filter(({ hasTimes }) => !hasTimes).map(({ format }) => format)

  expect(WITHOUT_TIMES.toSorted()).toEqual(without.toSorted())
})
