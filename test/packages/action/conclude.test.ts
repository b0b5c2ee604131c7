import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Check, noData, type Verdict, verdictOf } from '@hardgate/gate'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { conclude, type Step } from '../../../packages/action/src/conclude.ts'
import { endingOf } from '../../../packages/action/src/ending.ts'
import { InputErrors, UserError } from '../../../packages/action/src/errors.ts'
import { createLog } from '../../../packages/action/src/log.ts'
import { createMasks } from '../../../packages/action/src/masks.ts'
import { createOutputs } from '../../../packages/action/src/outputs.ts'

let temp = ''
let printed: string[] = []
let outputs: Record<string, string> = {}

beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'hardgate-conclude-'))
  writeFileSync(join(temp, 'summary'), '')
  printed = []
  outputs = {}
})
afterEach(() => rmSync(temp, { recursive: true, force: true }))

const GATE = ['verdict', 'reason', 'verdict-file', 'detail']

function stepOf(overrides: Partial<Step> & { declares?: readonly string[] } = {}): Step {
  const issue = (kind: string) => (text: string | Error) => {
    printed.push(`${kind}: ${String(text)}`)
  }
  const runner = { error: issue('error'), warning: issue('warning'), notice: issue('notice') }
  const masks = createMasks(
    () => undefined,
    () => [],
  )
  const declares = overrides.declares ?? GATE
  return {
    contract: { name: 'a-gate', inputs: { summary: 'true', 'on-inconclusive': 'fail' }, outputs: declares },
    stage: 'main',
    mayFail: true,
    raw: {},
    env: { RUNNER_TEMP: temp, GITHUB_STEP_SUMMARY: join(temp, 'summary') },
    masks,
    log: createLog(runner, masks.redact, (text) => {
      printed.push(text)
    }),
    outputs: createOutputs(
      {
        setOutput: (name, value) => {
          outputs[name] = String(value)
        },
      },
      declares,
      masks,
    ),
    cancelledBy: () => undefined,
    ...overrides,
  }
}

const checkThat = (outcome: Check['outcome'], severity: Check['severity'] = 'gate'): Check => ({
  threshold: 'lines >= 70%',
  outcome,
  severity,
  explanation: `lines: ${outcome}`,
})
const verdictThat = (...checks: Check[]): Verdict => verdictOf({ gate: 'a-gate', checks })
const summary = (): string => readFileSync(join(temp, 'summary'), 'utf8')

describe('a verdict', () => {
  test.each([
    ['pass', '', 0, 'lines: pass'],
    ['fail', '', 1, 'error: lines: fail'],
    ['no-data', 'pass', 1, 'error: lines: no-data'],
    ['inconclusive', '', 1, 'error: lines: inconclusive'],
    ['inconclusive', 'fail', 1, 'error: lines: inconclusive'],
    ['inconclusive', 'warn', 0, 'warning: lines: inconclusive'],
    ['inconclusive', 'pass', 0, 'notice: lines: inconclusive'],
  ] as const)('that is %s under the policy "%s" exits %d and prints "%s"', (outcome, policy, status, line) => {
    const step = stepOf({ raw: { 'on-inconclusive': policy } })

    const exit = conclude({ kind: 'report', report: { verdict: verdictThat(checkThat(outcome)) } }, step)

    expect(exit).toBe(status)
    expect(printed).toEqual([line])
    expect(outputs).toEqual({
      verdict: outcome,
      reason: `lines: ${outcome}`,
      'verdict-file': join(temp, 'hardgate', 'a-gate.json'),
    })
    expect(summary()).toBe(`### a-gate: ${outcome}\n\n- lines: ${outcome}\n`)
  })

  test('that passes with a warning says the warning and exits 0', () => {
    const verdict = verdictThat(checkThat('pass'), checkThat('fail', 'warn'))

    expect(conclude({ kind: 'report', report: { verdict } }, stepOf())).toBe(0)
    expect(printed).toEqual(['warning: lines: fail', 'lines: pass'])
  })

  test('that says pass and holds a failed check is a bug, and no output says pass', () => {
    const forged: Verdict = { ...verdictThat(checkThat('fail')), outcome: 'pass' }

    expect(() => conclude({ kind: 'report', report: { verdict: forged } }, stepOf())).toThrow(
      'it passes although the check lines >= 70% did not',
    )
    expect(outputs).toEqual({})
  })

  test('of a cancelled run is a warning and exits with the status of the signal', () => {
    const step = stepOf({ cancelledBy: () => 'SIGTERM' })

    expect(conclude({ kind: 'report', report: { verdict: verdictThat(checkThat('fail')) } }, step)).toBe(143)
    expect(printed).toEqual(['warning: lines: fail'])
  })

  test('keeps its outcome where its file cannot be written, and says so', () => {
    writeFileSync(join(temp, 'hardgate'), 'a file where the folder should be')

    const exit = conclude({ kind: 'report', report: { verdict: noData('a-gate', 'no report') } }, stepOf())

    expect(exit).toBe(1)
    expect(outputs['verdict-file']).toBe('')
    expect(printed[0]).toMatch(/^warning: The verdict file cannot be written \(E[A-Z]+\)/)
  })

  test('has no file where the runner gives no folder', () => {
    conclude({ kind: 'report', report: { verdict: noData('a-gate', 'no report') } }, stepOf({ env: {} }))

    expect(outputs).toEqual({ verdict: 'no-data', reason: 'no report', 'verdict-file': '' })
  })

  test('writes no summary under summary: false, and its own sections where it has some', () => {
    const verdict = noData('a-gate', 'no report')
    conclude({ kind: 'report', report: { verdict } }, stepOf({ raw: { summary: 'false' } }))
    expect(summary()).toBe('')

    conclude({ kind: 'report', report: { verdict, summary: ['# mine'] } }, stepOf())
    expect(summary()).toBe('# mine\n')
  })

  test('with an output that action.yml does not declare writes none of them', () => {
    const report = { verdict: noData('a-gate', 'no report'), outputs: { detail: '1', unheard: '2' } }

    expect(() => conclude({ kind: 'report', report }, stepOf())).toThrow('the output unheard is not declared')
    expect(outputs).toEqual({})
  })
})

describe('an account', () => {
  const declares = ['reason', 'event-id']

  test.each([
    [{ reason: 'sent' }, 0],
    [{ reason: 'not sent', isFailure: true }, 1],
  ])('%j exits %d', (account, status) => {
    expect(conclude({ kind: 'report', report: account }, stepOf({ declares }))).toBe(status)
    expect(outputs).toEqual({ reason: account.reason })
    expect(printed).toEqual([account.reason])
    expect(summary()).toBe('')
  })

  test('of a cancelled run exits with the status of the signal', () => {
    const step = stepOf({ declares, cancelledBy: () => 'SIGINT' })

    expect(conclude({ kind: 'report', report: { reason: 'sent' } }, step)).toBe(130)
  })

  test('from a gate is a bug: its verdict is missing', () => {
    expect(() => conclude({ kind: 'report', report: { reason: 'sent' } }, stepOf())).toThrow('gave none')
  })

  test('that never fails exits 0 all the same', () => {
    const step = stepOf({ declares, mayFail: false })

    expect(conclude({ kind: 'report', report: { reason: 'x', isFailure: true } }, step)).toBe(0)
  })
})

describe('an ending without a report', () => {
  test.each([
    [['a: wrong'], 'a: wrong'],
    [['a: wrong', 'b: wrong'], 'a: wrong (and 1 more input error)'],
    [['a: wrong', 'b: wrong', 'c: wrong'], 'a: wrong (and 2 more input errors)'],
  ])('tells all input errors at once: %j', (problems, reason) => {
    expect(conclude(endingOf(new InputErrors(problems)), stepOf())).toBe(1)
    expect(printed).toEqual([`error: ${problems.join('\n')}`])
    expect(outputs).toEqual({ reason })
    expect(summary()).toBe(`### a-gate: input error\n\n${problems.map((one) => `- ${one}`).join('\n')}\n`)
  })

  test('repeats no annotation in the post stage', () => {
    conclude(endingOf(new InputErrors(['a: wrong'])), stepOf({ stage: 'post' }))

    expect(printed).toEqual(['a: wrong'])
  })

  test('tells an account made in spite of input errors', () => {
    const account = { reason: 'kept in the spool', outputs: { detail: 'spool' }, summary: ['kept'] }

    conclude({ kind: 'input-errors', problems: ['a: wrong'], account }, stepOf())

    expect(printed).toEqual(['error: a: wrong\nkept in the spool'])
    expect(outputs).toEqual({ detail: 'spool', reason: 'a: wrong' })
  })

  test("is the user's fault with one message and no stack", () => {
    expect(conclude(endingOf(new UserError('reports: nothing matches')), stepOf())).toBe(1)
    expect(printed).toEqual(['error: reports: nothing matches'])
    expect(outputs).toEqual({ reason: 'reports: nothing matches' })
  })

  test('is a warning in the post stage of an action that never fails', () => {
    const step = stepOf({ stage: 'post', mayFail: false })

    expect(conclude(endingOf(new UserError('no spool')), step)).toBe(0)
    expect(printed).toEqual(['warning: no spool'])
  })

  test('is a bug with every stack and cause, one annotation and where to report it', () => {
    const error = new AggregateError([
      new Error('outer', { cause: new TypeError('inner', { cause: 'a text' }) }),
      new UserError('mended'),
    ])

    expect(conclude(endingOf(error), stepOf())).toBe(1)
    expect(printed[0]).toMatch(/^Error: outer[\s\S]*\ncaused by TypeError: inner[\s\S]*\ncaused by a text$/)
    expect(printed.at(-1)).toMatch(/^error: This is a bug in hardgate a-gate: Error: outer\nPlease report it: https:/)
    expect(outputs['reason']).toBe('a bug in a-gate ended the step: Error: outer')
  })

  test('is a bug too where what was thrown is no error, or an empty AggregateError', () => {
    expect(conclude(endingOf('a text'), stepOf())).toBe(1)
    expect(conclude(endingOf(new AggregateError([])), stepOf())).toBe(1)
    expect(printed[0]).toBe('a text')
  })

  test('follows a chain of causes to its limit only', () => {
    let error = new Error('0')
    for (let depth = 1; depth < 20; depth++) error = new Error(String(depth), { cause: error })

    conclude(endingOf(error), stepOf())

    expect(printed[0]?.match(/caused by/g)).toHaveLength(8)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s exits %d and says that nothing was judged', (by, status) => {
    expect(conclude({ kind: 'cancelled', by, meanwhile: new Error('aborted') }, stepOf())).toBe(status)
    expect(printed[0]).toMatch(/^while it ended: Error: aborted/)
    expect(printed[1]).toBe(`warning: a-gate: cancelled by ${by} before anything was judged.`)
    expect(outputs).toEqual({ reason: `cancelled by ${by} before anything was judged` })
  })
})

test('annotations that the runner would drop are counted in the last line', () => {
  const checks = Array.from({ length: 12 }, () => checkThat('fail', 'warn'))

  conclude({ kind: 'report', report: { verdict: verdictThat(checkThat('pass'), ...checks) } }, stepOf())

  expect(printed.at(-1)).toBe('+ 2 more warnings in the summary')
})
