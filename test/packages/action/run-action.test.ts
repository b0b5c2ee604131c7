import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { annotations, newTemp, removeTemps, runStep } from './step.ts'

afterAll(removeTemps)

describe('a verdict', () => {
  test('that passes exits 0, says so once and annotates nothing', async () => {
    const step = await runStep({ do: 'pass' })

    expect(step.status).toBe(0)
    expect(step.stdout).toBe('a is 0\n')
    expect(step.stderr).toBe('')
    expect(step.outputs).toEqual({
      verdict: 'pass',
      reason: 'a is 0',
      'verdict-file': join(step.temp, 'hardgate', 'fixture-gate.json'),
      'should-rollback': 'false',
      detail: '',
    })
    expect(step.summary).toBe('### fixture-gate: pass\n\n- a is 0\n')
  })

  test('that fails exits 1 with one error annotation that holds all reasons', async () => {
    const step = await runStep({ do: 'fail' })

    expect(step.status).toBe(1)
    expect(step.stdout).toBe('::error::a is 2%0Ab is 3\n')
    expect(step.outputs).toMatchObject({ verdict: 'fail', reason: 'a is 2', 'should-rollback': 'true', detail: '2' })
  })

  test('without data exits 1', async () => {
    const step = await runStep({ do: 'none', 'on-inconclusive': 'pass' })

    expect(step.status).toBe(1)
    expect(step.outputs['verdict']).toBe('no-data')
    expect(annotations(step.stdout, 'error')).toEqual(['gone.json does not exist'])
  })

  test.each([
    ['', 1, 'error'],
    ['fail', 1, 'error'],
    ['warn', 0, 'warning'],
    ['pass', 0, 'notice'],
  ] as const)('that is inconclusive under on-inconclusive "%s" exits %d with one %s', async (policy, status, kind) => {
    const step = await runStep({ do: 'inconclusive', 'on-inconclusive': policy })

    expect(step.status).toBe(status)
    expect(step.stdout).toBe(`::${kind}::a lies between 0 and 2\n`)
    expect(step.outputs['verdict']).toBe('inconclusive')
  })

  test('with a failed check that only warns passes, with a warning', async () => {
    const step = await runStep({ do: 'warned' })

    expect(step.status).toBe(0)
    expect(annotations(step.stdout, 'warning')).toEqual(['c is 4'])
  })

  test('that passes without a check is a bug, and none of its outputs is written', async () => {
    const step = await runStep({ do: 'bad-pass' })

    expect(step.status).toBe(1)
    expect(step.outputs).toMatchObject({ verdict: 'no-data', 'should-rollback': 'false', 'verdict-file': '' })
    expect(step.outputs['reason']).toContain('it passes without a single check')
    expect(existsSync(join(step.temp, 'hardgate'))).toBe(false)
  })

  test('with an output that action.yml does not declare is a bug, and none of its outputs is written', async () => {
    const step = await runStep({ do: 'undeclared' })

    expect(step.status).toBe(1)
    expect(step.outputs).toMatchObject({ verdict: 'no-data', 'should-rollback': 'false' })
    expect(step.outputs).not.toHaveProperty('deploy')
  })

  test('of a second use in the job goes to a file of its own', async () => {
    const temp = newTemp()
    await runStep({ do: 'none' }, { temp })
    const second = await runStep({ do: 'pass' }, { temp })

    expect(second.outputs['verdict-file']).toBe(join(temp, 'hardgate', 'fixture-gate-2.json'))
    expect(readdirSync(join(temp, 'hardgate')).toSorted()).toEqual(['fixture-gate-2.json', 'fixture-gate.json'])
    expect(JSON.parse(readFileSync(join(temp, 'hardgate', 'fixture-gate-2.json'), 'utf8'))).toMatchObject({
      schemaVersion: 1,
      gate: 'fixture-gate',
      outcome: 'pass',
    })
  })

  test('still counts where its file and its summary cannot be written', async () => {
    const step = await runStep({ do: 'pass' }, { env: { RUNNER_TEMP: '/dev/null', GITHUB_STEP_SUMMARY: '' } })

    expect(step.status).toBe(0)
    expect(step.outputs).toMatchObject({ verdict: 'pass', 'verdict-file': '' })
    expect(annotations(step.stdout, 'warning')).toEqual([
      expect.stringContaining('verdict file cannot be written (ENOTDIR)'),
    ])
  })

  test('passes for nothing where its outputs cannot be written', async () => {
    const step = await runStep({ do: 'pass' }, { env: { GITHUB_OUTPUT: '/dev/null/x' } })

    expect(step.status).toBe(1)
    expect(step.stdout).toContain('file for outputs cannot be written')
  })

  test('trap 1: ends the process although a timer is still open', async () => {
    const step = await runStep({ do: 'open-socket' })

    expect(step.status).toBe(0)
  })

  test('trap 1: comes after all lines that were logged before it', async () => {
    const step = await runStep({ do: 'slow-write', note: 'x'.repeat(100) })

    expect(step.stdout.split('\n')).toHaveLength(5002)
    expect(step.stdout.endsWith('the last line\n')).toBe(true)
  })

  test('counts although nobody reads the log any more', async () => {
    const step = await runStep(
      { do: 'slow-write', note: 'x'.repeat(100) },
      { onOutput: (_, child) => child.stdout?.destroy() },
    )

    expect(step.status).toBe(0)
    expect(step.outputs['verdict']).toBe('pass')
  })

  test('leaves no summary where the input says so', async () => {
    const step = await runStep({ do: 'fail', summary: 'False' })

    expect(step.summary).toBe('')
  })
})

describe('input errors', () => {
  test('acceptance 3: all of them stand in one message, without a stack, and all outputs are set', async () => {
    const step = await runStep({ 'max-wait': '5 min', site: 'ftp://x', 'on-inconclusive': 'warm' })

    expect(step.status).toBe(1)
    expect(step.stdout).toBe(
      '::error::max-wait: "5 min" is not a duration. Write a number and a unit, such as 90s, 5m or 1m30s.%0A' +
        'site: "ftp://x" has the scheme ftp. Write a URL that starts with https:// or http://.%0A' +
        'on-inconclusive: "warm" is not one of fail, warn or pass. Did you mean warn?\n',
    )
    expect(step.stderr).toBe('')
    expect(step.outputs).toEqual({
      verdict: 'no-data',
      reason:
        'max-wait: "5 min" is not a duration. Write a number and a unit, such as 90s, 5m or 1m30s. (and 2 more input errors)',
      'verdict-file': '',
      'should-rollback': 'false',
      detail: '',
    })
    expect(step.summary).toContain('### fixture-gate: input error')
  })

  test('acceptance 4: an unknown input is an error with the nearest name, and its value is not shown', async () => {
    const step = await runStep({ max_wiat: 'hunter2' })

    expect(step.status).toBe(1)
    expect(annotations(step.stdout, 'error')).toEqual([
      'max_wiat is not an input of fixture-gate. Did you mean max-wait? (A variable INPUT_MAX_WIAT in the env of the job looks the same.)',
    ])
    expect(step.stdout + step.summary + JSON.stringify(step.outputs)).not.toContain('hunter2')
  })

  test('acceptance 4: a renamed input names its new name and the value', async () => {
    const step = await runStep({ 'min-coverage': '70' })

    expect(step.status).toBe(1)
    expect(annotations(step.stdout, 'error')).toEqual(['min-coverage is now attempts; you set 70.'])
  })

  test('a renamed input that became a secret is masked and not shown', async () => {
    const step = await runStep({ 'api-key': 'hunter2hunter2' })

    expect(step.stdout).toContain('::add-mask::hunter2hunter2\n')
    expect(annotations(step.stdout, 'error')).toEqual(['api-key is now token.'])
  })

  test('acceptance 4: an input that is explicitly empty takes its default', async () => {
    const step = await runStep({ do: 'pass', 'max-wait': '', 'on-inconclusive': '  ', summary: '' })

    expect(step.status).toBe(0)
    expect(step.summary).not.toBe('')
  })

  test('that a run finds later end like the others', async () => {
    const step = await runStep({ do: 'late-input-errors' })

    expect(step.status).toBe(1)
    expect(step.stdout).toBe('::error::checks: one%0Achecks: two\n')
  })

  test('a rule over two inputs speaks where both are right', async () => {
    const step = await runStep({ do: 'site' })

    expect(annotations(step.stdout, 'error')).toEqual(['site: "do: site" needs one.'])
  })

  test('a foreign INPUT_ variable is no error under nektos/act, which leaks them', async () => {
    const step = await runStep({ do: 'pass', 'of-the-composite': 'x' }, { env: { ACT: 'true' } })

    expect(step.status).toBe(0)
  })
})

describe('other endings', () => {
  test('a fault of the user exits 1 with its message and no stack', async () => {
    const step = await runStep({ do: 'user-error' })

    expect(step.status).toBe(1)
    expect(step.stdout).toBe('::error::The token is refused. Make a new one.\n')
    expect(step.outputs).toMatchObject({ verdict: 'no-data', reason: 'The token is refused. Make a new one.' })
  })

  test('several faults of the user stand in one message', async () => {
    const step = await runStep({ do: 'several-user-errors' })

    expect(step.stdout).toBe('::error::one%0Atwo\n')
  })

  test('a bug among faults of the user is a bug', async () => {
    const step = await runStep({ do: 'mixed-errors' })

    expect(step.stdout).toContain('issues/new')
  })

  test('a bug exits 1 with its stack, its causes and a link, without secrets and without the query of a URL', async () => {
    const step = await runStep({ do: 'bug', token: 'hunter2hunter2' })

    expect(step.status).toBe(1)
    expect(step.stdout).toMatch(/^ +at .*deeds\.ts/m)
    expect(step.stdout).toContain('caused by Error: deep')
    expect(step.stdout).toContain('https://github.com/OWNER/hardgate/issues/new')
    expect(step.outputs['verdict']).toBe('no-data')
    expect(step.outputs['reason']).toContain('a bug in fixture-gate ended the step: TypeError: cannot read ***')
    const told = step.stdout.replaceAll(/^::add-mask::.*$/gm, '') + step.summary + JSON.stringify(step.outputs)
    for (const secret of ['hunter2', 'pw12345', 'q7654321']) expect(told).not.toContain(secret)
  })

  test.each(['floating-rejection', 'uncaught'])('a %s is a bug, and the outputs are set', async (deed) => {
    const env = { NODE_OPTIONS: '--unhandled-rejections=none' } // an env of the job reaches us
    const step = await runStep({ do: deed }, { env })

    expect(step.status).toBe(1)
    expect(step.stdout).toContain('RangeError')
    expect(step.stderr).toBe('')
    expect(step.outputs['reason']).toContain('a bug in fixture-gate')
  })

  test('a run that waits for nothing that can come is a bug, not a silent end', async () => {
    const step = await runStep({ do: 'never-ends' })

    expect(step.status).toBe(1)
    expect(step.outputs['reason']).toContain('nothing is left to wait for')
  })
})

describe('the post stage', () => {
  test('gets the state of the main stage, and its verdict is reported', async () => {
    const main = await runStep({ do: 'state' })
    const env = Object.fromEntries(Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]))
    const post = await runStep({ do: 'pass' }, { env })

    expect(post.status).toBe(0)
    expect(post.stdout).toBe('post of x7\na is 0\n')
  })

  test('a bug in it warns and does not turn a good job red', async () => {
    const post = await runStep({ do: 'post-fails' }, { env: { 'STATE_hardgate-stage': 'post' } })

    expect(post.status).toBe(0)
    expect(annotations(post.stdout, 'error')).toEqual([])
    expect(annotations(post.stdout, 'warning')).toEqual([
      expect.stringContaining('This is a bug in hardgate fixture-gate'),
    ])
  })

  test('input errors are not annotated a second time', async () => {
    const post = await runStep({ 'max-wait': 'x' }, { env: { 'STATE_hardgate-stage': 'post' } })

    expect(post.status).toBe(0)
    expect(post.stdout).toMatch(/^max-wait: "x" is not a duration/)
  })

  test('a secret in the state is a bug: state is a plain file', async () => {
    const main = await runStep({ do: 'state', token: 'hunter2hunter2' })

    expect(main.status).toBe(1)
    expect(JSON.stringify(main.state)).not.toContain('hunter2')
  })
})

describe('an action that never fails', () => {
  test('delivers with the outputs of its account and no verdict', async () => {
    const step = await runStep({}, { entry: 'reporter' })

    expect(step.status).toBe(0)
    expect(step.stdout).toBe('delivered to 1 of 1\n')
    expect(step.outputs).toEqual({ result: 'delivered', reason: 'delivered to 1 of 1' })
    expect(step.summary).toBe('one line\n')
    expect(existsSync(join(step.temp, 'hardgate'))).toBe(false)
  })

  test.each([
    ['warn', 0],
    ['perhaps', 0],
    ['fail', 1],
  ] as const)('on-error "%s": an outage and a bug exit %d in both stages', async (policy, status) => {
    const given = { 'on-error': policy }
    const post = { entry: 'reporter', env: { 'STATE_hardgate-stage': 'post' } } as const

    expect((await runStep({ ...given, do: 'outage' }, { entry: 'reporter' })).status).toBe(status)
    expect((await runStep({ ...given, do: 'bug' }, { entry: 'reporter' })).status).toBe(status)
    expect((await runStep({ ...given, do: 'outage' }, post)).status).toBe(status)
    expect((await runStep({ ...given, do: 'bug' }, post)).status).toBe(status)
  })

  test('input errors are one error annotation that ends in what the action made of them, and exit 0', async () => {
    const step = await runStep({ timeout: 'soon', deadlin: '1' }, { entry: 'reporter' })

    expect(step.status).toBe(0)
    expect(annotations(step.stdout, 'error')).toEqual([
      expect.stringMatching(/^deadlin is not .*%0Atimeout: "soon" .*%0Akept in the main stage, with 2 faults$/),
    ])
    expect(step.outputs['result']).toBe('spooled')
  })

  test('a signal exits 0 and keeps the report', async () => {
    const step = await runStep({ do: 'hang' }, { entry: 'reporter', onOutput: (_, child) => child.kill('SIGTERM') })

    expect(step.status).toBe(0)
    expect(step.outputs['result']).toBe('delivered')
  })
})
