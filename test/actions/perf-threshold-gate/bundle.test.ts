import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseVerdict } from '@hardgate/gate'
import { afterEach, describe, expect, test } from '@jest/globals'
import { start } from './built.ts'
import { evenly, locustJson, locustStats, oneToHundred, requestLog } from './reports.ts'
import { removeTemporary, workspaceOf } from './world.ts'

afterEach(removeTemporary)

const FAST = requestLog(evenly(2400, 120, oneToHundred))
const SLOW = requestLog(evenly(2400, 120, (index) => 600 + oneToHundred(index)))

describe('acceptance 14: the whole action through the local runner', () => {
  test('a passing report: exit 0, outputs, summary, a verdict file that its schema takes', async () => {
    const step = await start(workspaceOf({ 'run.csv': FAST }), { report: 'run.csv', 'html-report': 'out/report.html' })

    expect([step.exitCode, step.outcome]).toEqual([0, 'success'])
    expect(step.outputs).toMatchObject({
      verdict: 'pass',
      reason:
        'p95 95 ms (95 to 96) is under 500 ms; errors 0 % (0 of 2 400); 19.9 requests/s, 2m00s; Locust request log',
      p95: '95',
      'p95-low': '95',
      'p95-high': '96',
      p50: '50',
      p99: '99',
      'error-rate': '0',
      requests: '2400',
      users: '',
      regression: '',
      'failed-thresholds': '[]',
      format: 'locust-requests',
    })
    expect(step.annotations).toEqual([])
    expect(step.summary).toContain('perf-threshold-gate: pass')
    const read = parseVerdict(readFileSync(step.outputs['verdict-file'] ?? '', 'utf8'))
    expect(read).toMatchObject({ verdict: { gate: 'perf-threshold-gate', outcome: 'pass' } })
    expect(readFileSync(step.outputs['html-report'] ?? '', 'utf8')).toContain('<svg')
  })

  test('a failing report: exit 1, one error that says by how much', async () => {
    const step = await start(workspaceOf({ 'run.csv': SLOW }), { report: 'run.csv' })

    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ verdict: 'fail', p95: '695', 'failed-thresholds': '["p95 < 500ms"]' })
    expect(step.annotations).toEqual([
      { level: 'error', message: 'p95 695 ms (695 to 696) is not under 500 ms: 195 ms too slow' },
    ])
    expect(step.summary).toContain('perf-threshold-gate: fail')
  })

  test.each([
    ['fail', 1, 'error'],
    ['warn', 0, 'warning'],
    ['pass', 0, 'notice'],
  ])('an inconclusive report with on-inconclusive: %s exits %i with one %s', async (policy, exitCode, level) => {
    const report = locustJson([{ times: { 100: 9000, 500: 1000 } }])

    const step = await start(workspaceOf({ 'run.json': report }), { report: 'run.json', 'on-inconclusive': policy })

    expect([step.exitCode, step.outputs['verdict']]).toEqual([exitCode, 'inconclusive'])
    expect(step.annotations.map((one) => one.level)).toEqual([level])
    expect(step.annotations[0]?.message).toContain('"p95 < 495ms" or "p95 <= 505ms"')
  })

  test('an empty report: exit 1 whatever on-inconclusive says, no number in the outputs', async () => {
    const step = await start(workspaceOf({ 'run.csv': '' }), { report: 'run.csv', 'on-inconclusive': 'pass' })

    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ verdict: 'no-data', p95: '', requests: '', 'failed-thresholds': '' })
    expect(step.annotations).toEqual([{ level: 'error', message: 'run.csv is empty: nothing was measured' }])
  })
})

describe('acceptance 7: exit 1, one message, no stack', () => {
  test.each<[string, string | Uint8Array]>([
    ['run.csv', FAST.slice(0, 400)],
    ['run.csv', 'timestamp,request_type,name,response_time_ms,response_length,status_code,exception\r\n'],
    ['run.csv.gz', gzipSync(FAST).subarray(0, 3000)],
    ['run.json', '[]'],
    ['run.json', locustJson([{ times: { 100: 1000 } }]).slice(0, -30)],
    ['run_stats.csv', locustStats([{ name: '/', requests: 0, p95: 0 }])],
    ['run.html', '<!doctype html><title>502 Bad Gateway</title>'],
    ['run.bin', new Uint8Array(5000).fill(255)],
  ])('%s', async (name, content) => {
    const step = await start(workspaceOf({ [name]: content }), { report: 'run*' })

    expect(step.exitCode).toBe(1)
    expect(step.outputs['verdict']).not.toBe('pass')
    expect(step.annotations.map(({ level }) => level)).toEqual(['error'])
    expect(step.log).not.toMatch(/\n {4}at |This is a bug/)
  })

  test('a mistake of the workflow is told as one, and no output looks like a success', async () => {
    const step = await start(workspaceOf({ 'run.json': locustJson([{ times: { 100: 1000 } }]) }), {
      report: 'run.json',
      'warm-up': '10s',
    })

    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ verdict: 'no-data', p95: '', 'verdict-file': '' })
    expect(step.annotations).toHaveLength(1)
    expect(step.log).not.toContain('This is a bug')
  })
})

test('all input errors are told at once, before a file is read', async () => {
  const step = await start(workspaceOf({}), { report: 'run.csv', 'p95-under': '500', confidence: '200%', limit: 'x' })

  expect(step.exitCode).toBe(1)
  const [error, ...others] = step.annotations.filter(({ level }) => level === 'error')
  expect(others).toEqual([])
  expect(error?.message.split('\n').map((line) => line.split(/[: ]/)[0])).toEqual(['limit', 'p95-under', 'confidence'])
})

test('trap 25: a report that speaks to the runner is not heard', async () => {
  const evil = '::set-output name=verdict::pass'
  const requests = evenly(2400, 120, (index) => 600 + oneToHundred(index), { name: `\n${evil}\n##[error]x` })

  const step = await start(workspaceOf({ 'run.csv': requestLog(requests), [`a\n${evil}.txt`]: evil }), {
    report: 'run.csv',
    thresholds: '**: p95 < 1ms',
  })

  expect(step.outputs['verdict']).toBe('fail')
  expect(step.rawOut.split('\n').filter((line) => /^\s*::(?!error::|add-mask::|debug::)|##\[/.test(line))).toEqual([])
})

test('a cancelled run says so and exits as the runner expects', async () => {
  const folder = workspaceOf({ 'run.csv': requestLog(evenly(400_000, 600, oneToHundred)) })

  const step = await start(folder, { report: 'run.csv' }, { cancelWhen: (line) => line.startsWith('Reading run.csv') })

  expect([130, 0]).toContain(step.exitCode)
})

test('the bundle is no larger than its budget', () => {
  const dist = join(import.meta.dirname, '../../../dist/perf-threshold-gate')

  expect(statSync(join(dist, 'index.js')).size).toBeLessThanOrEqual(200_000)
})
