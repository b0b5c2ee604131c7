import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { type Act, print, puppet, repository } from './puppet.ts'

test('the first ten annotations of each level count; the log has all', async () => {
  const many = ['error', 'warning', 'notice'].flatMap((level) =>
    Array.from({ length: 12 }, (_, index): Act => print(`::${level}::${level} ${index + 1}`)),
  )

  const run = await puppet(many)

  const messages = run.annotations.map(({ message }) => message)
  expect(messages).toHaveLength(30)
  expect(messages).toContain('warning 10')
  expect(messages).not.toContain('warning 11')
  expect(run.log).toContain('Warning: warning 12')
})

test('a job shows 50 annotations', async () => {
  const ten = (level: string): string => `for i in 1 2 3 4 5 6 7 8 9 10; do echo ::${level}::$i; done`
  const steps = ['error', 'warning', 'notice', 'error', 'warning', 'notice'].map((level) => ({ run: ten(level) }))

  expect((await runJob({ root: repository, steps })).annotations).toHaveLength(50)
})

test('outputs of a job above 1 MB, counted as UTF-16, are refused', async () => {
  const steps = [{ id: 'a', run: 'printf "x=%0524288d\\n" 1 >> "$GITHUB_OUTPUT"; echo y=1 >> "$GITHUB_OUTPUT"' }]
  const x = '${{ steps.a.outputs.x }}'

  expect((await runJob({ steps, outputs: { x } })).outputs['x']).toHaveLength(524_288)
  await expect(runJob({ steps, outputs: { x, y: '${{ steps.a.outputs.y }}' } })).rejects.toThrow(
    'larger than 1 MB at y',
  )
})

test('a message is cut at 4096 characters', async () => {
  const run = await puppet([print(`::error::${'x'.repeat(5000)}`)])

  expect(run.annotations[0]?.message).toHaveLength(4096)
})

test('a message of several lines stays one annotation', async () => {
  const run = await puppet([print('::error title=Gate::one%0Atwo')])

  expect(run.annotations).toEqual([{ level: 'error', title: 'Gate', message: 'one\ntwo' }])
  expect(run.log).toBe('Error: one\ntwo')
})

test('a file inside of the workspace is made relative to it; a path elsewhere stays and marks no line', async () => {
  const { workspace } = await puppet([])
  mkdirSync(join(workspace, 'src'))

  const run = await puppet(
    [
      print(`::error file=${workspace}/src/a.ts,line=7::in`),
      print('::error file=/etc/passwd,line=x::out'),
      print('::error file=src/b.ts::as it is'),
    ],
    { workspace },
  )

  expect(run.annotations).toEqual([
    { level: 'error', message: 'in', file: 'src/a.ts', line: 7 },
    { level: 'error', message: 'out', file: '/etc/passwd' },
    { level: 'error', message: 'as it is', file: 'src/b.ts' },
  ])
})

test('a summary of 1,048,576 bytes is shown, one byte more is refused whole with an error and does not fail the step', async () => {
  const fits = await puppet(summaryOf(1_048_576))
  const tooLarge = await puppet(summaryOf(1_048_577))

  expect(fits.summary).toHaveLength(1_048_576)
  expect(tooLarge.summary).toBe('')
  expect(tooLarge.outcome).toBe('success')
  expect(tooLarge.annotations).toEqual([
    {
      level: 'error',
      message: expect.stringContaining('upload aborted, supports content up to a size of 1024k, got 1024k'),
    },
  ])
})

const summaryOf = (bytes: number): Act[] => [{ to: 'GITHUB_STEP_SUMMARY', repeat: bytes }]

test('the verdict files of the job are those directly in RUNNER_TEMP/hardgate', async () => {
  const { runnerTemp } = await puppet([])
  const folder = join(runnerTemp, 'hardgate')
  mkdirSync(join(folder, 'other'), { recursive: true })
  for (const name of ['b.json', 'a.json', 'other/c.json']) writeFileSync(join(folder, name), '{}')

  const run = await puppet([], { runnerTemp })

  expect(run.verdictFiles).toEqual([join(folder, 'a.json'), join(folder, 'b.json')])
})
