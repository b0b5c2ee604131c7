import { runJob } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { acts, environmentOf, print, puppet, repository } from './puppet.ts'

test('state comes back to the post stage as STATE_ and its name', async () => {
  const run = await puppet([{ to: 'GITHUB_STATE', text: 'deploy-id=7\nnote<<E\na\nb\nE\n' }], {
    with: { 'at-the-end': acts({ dump: 'post.json' }) },
  })

  expect(run.state).toEqual({ 'deploy-id': '7', note: 'a\nb' })
  expect(environmentOf(run, 'post.json')).toMatchObject({ 'STATE_deploy-id': '7', STATE_note: 'a\nb' })
})

test('post runs after a red main too, and its own failure makes the job red', async () => {
  const red = await puppet([{ exit: 1 }], { with: { 'at-the-end': acts(print('cleaned up')) } })
  const job = await runJob({
    root: repository,
    steps: [{ uses: '$/actions/puppet', with: { 'at-the-end': acts({ exit: 4 }) } }],
  })

  expect([red.outcome, red.posts[0]?.log]).toEqual(['failure', 'cleaned up'])
  expect([job.conclusion, job.posts[0]?.exitCode]).toEqual(['failure', 4])
})

test('post stages run as a stack, after all steps, and their logs stand apart', async () => {
  const job = await runJob({
    root: repository,
    steps: [
      {
        name: 'one',
        uses: '$/actions/puppet',
        with: { do: acts(print('main 1')), 'at-the-end': acts(print('post 1')) },
      },
      {
        name: 'two',
        uses: '$/actions/puppet',
        with: { do: acts(print('main 2')), 'at-the-end': acts(print('post 2')) },
      },
      { run: 'echo between' },
    ],
  })

  expect(job.runs.map(({ name, log }) => [name, log])).toEqual([
    ['one', 'main 1'],
    ['two', 'main 2'],
    ['echo between', 'between'],
    ['Post two', 'post 2'],
    ['Post one', 'post 1'],
  ])
  expect(job.log.split('\n')).toEqual(['main 1', 'main 2', 'between', 'post 2', 'post 1'])
})

test('the inputs of a post stage are evaluated anew: it sees the final job.status and the outputs of later steps', async () => {
  const job = await runJob({
    root: repository,
    steps: [
      {
        uses: '$/actions/puppet',
        with: {
          do: acts({ dump: 'main.json' }),
          'at-the-end': acts({ dump: 'post.json' }),
          'two words': '${{ steps.later.outputs.x }}',
        },
      },
      { id: 'later', run: 'echo x=1 >> "$GITHUB_OUTPUT"; exit 1' },
    ],
  })

  expect(environmentOf(job, 'main.json')).toMatchObject({ INPUT_STATUS: 'success', INPUT_TWO_WORDS: '' })
  expect(environmentOf(job, 'post.json')).toMatchObject({ INPUT_STATUS: 'failure', INPUT_TWO_WORDS: '1' })
})

test('a skipped step has no post stage', async () => {
  const job = await runJob({ root: repository, steps: [{ if: false, uses: '$/actions/puppet' }] })

  expect(job.posts).toEqual([])
})

test('post-if is evaluated with the status of the job', async () => {
  const steps = (exit: number): Parameters<typeof runJob>[0]['steps'] => [
    { uses: '$/actions/only-when-red' },
    { run: `exit ${exit}` },
  ]

  const green = await runJob({ root: repository, steps: steps(0) })
  const red = await runJob({ root: repository, steps: steps(1) })

  expect(green.posts.map(({ outcome }) => outcome)).toEqual(['skipped'])
  expect(red.posts.map(({ outcome, log }) => [outcome, log])).toEqual([['success', 'red']])
})
