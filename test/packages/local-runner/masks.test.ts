import { runJob } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { createMasker } from '../../../packages/local-runner/src/masker.ts'
import { acts, output, print, puppet, repository } from './puppet.ts'

function masked(text: string, ...values: readonly string[]): string {
  const masker = createMasker()
  for (const value of values) masker.add(value)
  return masker.mask(text)
}

test('a mask hides its value from then on, in log, annotations and summary, not in the output of the step', async () => {
  const run = await puppet([
    print('before: hunter2'),
    print('::add-mask::hunter2'),
    print('after: hunter2'),
    print('::error::hunter2 leaked'),
    { to: 'GITHUB_STEP_SUMMARY', text: 'line\nhunter2\n' },
    output('key=hunter2\n'),
  ])

  expect(run.log.split('\n')).toEqual(['before: hunter2', 'after: ***', 'Error: *** leaked'])
  expect(run.annotations).toEqual([{ level: 'error', message: '*** leaked' }])
  expect(run.summary).toBe('line\n***\n')
  expect(run.outputs).toEqual({ key: 'hunter2' })
  expect(run.rawOut).toContain('after: hunter2')
  expect(run.masks).toContain('hunter2')
})

test('a mask of several lines hides each of them, also a line of one letter everywhere', () => {
  expect(masked('first, second; x in text', 'first\nsecond\r\nx')).toBe('***, ***; *** in te***t')
})

test('values that overlap or touch become one', () => {
  expect(masked('abcdef', 'abc', 'cd', 'ef')).toBe('***')
  expect(masked('ababa!', 'aba')).toBe('***!')
})

test('an empty mask is a warning', async () => {
  const run = await puppet([print('::add-mask::'), print('::add-mask::  ')])

  const warning = { level: 'warning', message: "Can't add secret mask for empty string in ##[add-mask] command." }
  expect(run.annotations).toEqual([warning, warning])
  expect(run.outcome).toBe('success')
})

test('the forms that the runner derives are hidden too: base64 at each shift, URL, JSON, XML', () => {
  const secret = 'p&"ss w0rd'
  const base64 = (text: string): string => Buffer.from(text).toString('base64')

  expect(masked(base64(secret), secret)).toBe('***')
  expect(masked(base64(`x:${secret}`), secret)).toMatch(/^.{1,4}\*\*\*$/)
  expect(masked(encodeURIComponent(secret), secret)).toBe('***')
  expect(masked(JSON.stringify(secret), secret)).toBe('"***"')
  expect(masked('p&amp;&quot;ss w0rd', secret)).toBe('***')
})

test('secrets and the token are masked from the start', async () => {
  const run = await puppet([print('deploy-key ghs_token')], {
    secrets: { KEY: 'deploy-key' },
    github: { token: 'ghs_token' },
  })

  expect(run.log).toBe('*** ***')
})

test("a job's output that holds a masked value is dropped with a warning; others stay", async () => {
  const job = await runJob({
    root: repository,
    steps: [
      {
        id: 'one',
        uses: '$/actions/puppet',
        with: { do: acts(print('::add-mask::srv-123'), output('id=srv-123\nurl=https://x/srv-123\nok=yes\n')) },
      },
    ],
    outputs: {
      id: '${{ steps.one.outputs.id }}',
      url: '${{ steps.one.outputs.url }}',
      ok: '${{ steps.one.outputs.ok }}',
      empty: '${{ steps.one.outputs.none }}',
    },
  })

  expect(job.outputs).toEqual({ ok: 'yes' })
  expect(job.steps['one']?.outputs['id']).toBe('srv-123')
  expect(job.annotations.map(({ message }) => message)).toEqual([
    "Skip output 'id' since it may contain secret.",
    "Skip output 'url' since it may contain secret.",
  ])
})
