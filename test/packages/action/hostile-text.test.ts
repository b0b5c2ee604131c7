import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import { annotations, commands, removeTemps, runStep, type Step } from './step.ts'

afterAll(removeTemps)

const hostile = [
  '::error::forged',
  '  ::add-mask::a',
  '\t::set-output name=verdict::pass',
  'foo ##[error]bar',
  'foo\r::warning::after a carriage return',
  '\u001b[2K::notice::after a terminal sequence',
  '\u200b::debug::after a blank of no width',
].join('\n')

/** What of a log the runner would obey, our own annotations left out. */
const forged = ({ stdout, stderr }: Step): string[] =>
  commands(`${stdout}\n${stderr}`).filter(
    (line) => !/^::(?:error|warning|notice)(?: [^:]*)?::\\?/.test(line) || line.includes('##['),
  )

test('acceptance 7: foreign text becomes no command on either stream, whatever it goes through', async () => {
  const step = await runStep({ do: 'hostile', note: hostile })

  expect(forged(step)).toEqual([])
  // notice, warning and error of the run, the check that warns, the reason: each one annotation and no more
  expect(annotations(step.stdout, 'notice')).toHaveLength(1)
  expect(annotations(step.stdout, 'warning')).toHaveLength(2)
  expect(annotations(step.stdout, 'error')).toHaveLength(2)
  expect(step.stdout).not.toMatch(/^::add-mask/m)
  expect(step.outputs['verdict']).toBe('fail')
  expect(step.outputs['reason']).not.toContain('\n')
})

test('acceptance 7: the message of a bug becomes no command either', async () => {
  const step = await runStep({ do: 'hostile-bug', note: hostile })

  expect(forged(step)).toEqual([])
  expect(annotations(step.stdout, 'error')).toHaveLength(1)
})

test('acceptance 7: the value of a wrong input becomes no command', async () => {
  const step = await runStep({ 'max-wait': `x\n${hostile}` })

  expect(forged(step)).toEqual([])
  expect(annotations(step.stdout, 'error')).toHaveLength(1)
})

test('acceptance 7: a secret is in no log, output, summary or verdict file, in none of its three forms', async () => {
  const token = 'rnd_Ab/c+d*e%f:g`h"i'
  const step = await runStep({ do: 'leak', token })

  const file = readFileSync(step.outputs['verdict-file'] ?? '', 'utf8')
  const log = step.stdout.replaceAll(/^::add-mask::.*$/gm, '') + step.stderr
  const forms = [token, Buffer.from(token).toString('base64'), encodeURIComponent(token), token.replaceAll('_', '\\_')]
  for (const place of [
    log,
    JSON.stringify(step.outputs),
    JSON.parse(JSON.stringify(step.outputs))['detail'],
    step.summary,
    file,
  ])
    for (const form of [...forms, ...forms.map((one) => JSON.stringify(one).slice(1, -1)), 'second-secret'])
      expect(place).not.toContain(form)
  expect(file).toContain('***')
  expect(JSON.parse(file)).toMatchObject({
    outcome: 'fail',
    evidence: { '***': ['*** *** ***', { deep: '*** *** ***' }] },
  })
})

test('a secret is registered in its three forms before anything else is said', async () => {
  const step = await runStep({ do: 'pass', token: 'a b?c=d&e' })

  const masks = step.stdout.split('\n').slice(0, -2)
  expect(masks).toEqual(
    expect.arrayContaining([
      '::add-mask::a b?c=d&e',
      '::add-mask::YSBiP2M9ZCZl',
      '::add-mask::a%2520b%253Fc%253Dd%2526e',
    ]),
  )
  expect(masks.every((line) => line.startsWith('::add-mask::'))).toBe(true)
})

test('acceptance 8: of 50 findings 10 are annotated, the others are in the log, and "+ 40 more" says so', async () => {
  const step = await runStep({ do: 'findings' })

  expect(step.status).toBe(1)
  expect(annotations(step.stdout, 'error')).toHaveLength(10)
  expect(step.stdout).toContain('\nerror: a.ts:11: finding 11\n')
  expect(step.stdout).toContain('\nerror: a.ts:50: finding 50\n')
  expect(step.stdout).toContain('+ 40 more errors in the summary')
  // the errors are used up, and the reason must be seen all the same
  expect(annotations(step.stdout, 'notice')).toEqual(['50 findings'])
})

test('acceptance 8: a summary of 5 MB is cut below 1 MiB, at a section, and says what is missing', async () => {
  const step = await runStep({ do: 'big-summary' })

  expect(step.status).toBe(0)
  expect(Buffer.byteLength(step.summary)).toBeLessThan(1_048_576)
  expect(step.summary).toMatch(/^# the heading/)
  expect(step.summary).toMatch(/left out/)
})

test('a secret that is a word by which later steps decide changes no output of that word', async () => {
  const step = await runStep({ do: 'fail', token: 'true' })

  expect(step.outputs).toMatchObject({ verdict: 'fail', 'should-rollback': 'true' })
  expect((await runStep({ do: 'pass', token: 'pass' })).outputs['verdict']).toBe('pass')
})
