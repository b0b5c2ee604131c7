import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalOptions, type LocalRun, runJob, runLocally } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { acts, environmentOf, print, repository } from './puppet.ts'

/** Runs a composite that is written in the workspace; its steps may use the fixtures as OWNER/fixtures. */
function composite(steps: string, options: LocalOptions & { readonly head?: string } = {}): Promise<LocalRun> {
  const { head = '', ...rest } = options
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), `local-runner-${process.pid}-`)))
  mkdirSync(join(workspace, 'gate'))
  writeFileSync(
    join(workspace, 'gate/action.yml'),
    `name: gate\n${head}\nruns:\n  using: composite\n  steps:\n${steps}`,
  )
  return runLocally('./gate', { workspace, local: { 'OWNER/fixtures': repository }, ...rest })
}

const outcomes = ({ steps }: LocalRun): Record<string, string> =>
  Object.fromEntries(Object.entries(steps).map(([id, { outcome }]) => [id, outcome]))

test('inputs, github.action_path and outputs are those of the composite', async () => {
  const run = await runLocally('$/', { root: repository, with: { who: 'you' } })

  expect(run.outcome).toBe('success')
  expect(run.outputs).toEqual({ greeting: 'hello you', path: `${repository} ${repository}`, outcome: 'skipped' })
  expect(run.exitCode).toBeNull()
})

test('an empty input that is passed on arrives empty, not as the default of the inner action', async () => {
  const run = await runLocally('$/', { root: repository })

  expect(environmentOf(run)['INPUT_MIN-LINES']).toBe('')
})

test('a run step of a composite sees no INPUT_ variables', async () => {
  const run = await runLocally('$/', { root: repository })

  expect(run.log.split('\n')).toContain('0')
})

test('success() and failure() look at this composite, not at the job before it', async () => {
  const job = await runJob({
    root: repository,
    steps: [{ run: 'exit 1' }, { id: 'inner', if: 'always()', uses: '$/' }],
  })

  expect(job.steps['inner']?.outcome).toBe('success')
  expect(job.conclusion).toBe('failure')
})

test('after a failure: failure(), always() and !cancelled() run, the rest is skipped, and the composite fails', async () => {
  const run = await composite(`
    - { id: red, run: exit 1, shell: bash }
    - { id: plain, run: 'true', shell: bash }
    - { id: judged, if: "steps.red.outcome == 'failure'", run: 'true', shell: bash }
    - { id: failed, if: failure(), run: 'true', shell: bash }
    - { id: always, if: always(), run: 'true', shell: bash }
    - { id: unless, if: "\${{ !cancelled() && steps.red.outcome == 'failure' }}", run: 'true', shell: bash }
  `)

  expect(outcomes(run)).toEqual({
    red: 'failure',
    plain: 'skipped',
    judged: 'skipped',
    failed: 'success',
    always: 'success',
    unless: 'success',
  })
  expect(run.outcome).toBe('failure')
})

test('continue-on-error keeps failure() false and the composite green', async () => {
  const run = await composite(`
    - { id: red, run: exit 1, shell: bash, continue-on-error: true }
    - { id: failed, if: failure(), run: 'true', shell: bash }
    - { id: next, run: 'true', shell: bash }
  `)

  expect(run.steps['red']).toMatchObject({ outcome: 'failure', conclusion: 'success' })
  expect(outcomes(run)).toMatchObject({ failed: 'skipped', next: 'success' })
  expect(run.outcome).toBe('success')
})

test('an if that throws ends the composite: no later step runs, not even always()', async () => {
  const run = await composite(`
    - { id: thrown, if: "fromJSON('')", run: 'true', shell: bash }
    - { id: after, if: always(), run: 'true', shell: bash }
  `)

  expect(outcomes(run)).toEqual({ thrown: 'failure' })
  expect(run.outcome).toBe('failure')
})

test('outputs are mapped after the last step, also after a failure', async () => {
  const run = await composite(
    `
    - { id: one, run: 'echo a=1 >> "$GITHUB_OUTPUT"; exit 1', shell: bash }
    - { id: two, if: always(), run: 'echo b=2 >> "$GITHUB_OUTPUT"', shell: bash }
    `,
    { head: "outputs: { both: { value: '${{ steps.one.outputs.a }}${{ steps.two.outputs.b }}' } }" },
  )

  expect(run.outputs).toEqual({ both: '12' })
})

test('an output of a composite that holds a masked value is kept: only a job drops it', async () => {
  const run = await composite(
    `
    - { id: one, run: 'echo ::add-mask::s3cret; echo a=s3cret >> "$GITHUB_OUTPUT"', shell: bash }
    `,
    { head: "outputs: { a: { value: '${{ steps.one.outputs.a }}' } }" },
  )

  expect(run.outputs).toEqual({ a: 's3cret' })
})

test('a composite counts as one step: its steps share ten annotations of a level', async () => {
  const seven = 'for i in 1 2 3 4 5 6 7; do echo ::error::$i; done'

  const run = await composite(`
    - { run: '${seven}', shell: bash }
    - { run: '${seven}', shell: bash }
  `)

  expect(run.annotations.map(({ message }) => message)).toEqual(['1', '2', '3', '4', '5', '6', '7', '1', '2', '3'])
})

test('summaries of the steps follow each other as blocks', async () => {
  const run = await composite(`
    - { run: 'echo one >> "$GITHUB_STEP_SUMMARY"', shell: bash }
    - { run: 'echo two >> "$GITHUB_STEP_SUMMARY"', shell: bash }
  `)

  expect(run.summary).toBe('one\n\ntwo\n')
})

test('GITHUB_ENV reaches the later steps; the env of the step that uses the composite wins over it', async () => {
  const job = await runJob({
    workspace: repository,
    steps: [{ uses: './actions/passes-env', env: { OUTER: 'kept' } }, { run: 'echo "$INNER $OUTER"' }],
  })

  expect(job.runs[0]?.log.split('\n').at(-1)).toBe('written kept')
  expect(job.runs[1]?.log).toBe('written written')
})

test('composites nest, and their steps have scopes of their own', async () => {
  const run = await composite(
    `
    - { id: greet, uses: OWNER/fixtures@v1, with: { who: '\${{ inputs.name }}' } }
    - { id: seen, run: 'echo "x=\${{ steps.never.outcome }}" >> "$GITHUB_OUTPUT"', shell: bash }
    `,
    { head: 'inputs: { name: { default: nested } }' },
  )

  expect(run.steps['greet']?.outputs['greeting']).toBe('hello nested')
  expect(run.steps['seen']?.outputs).toEqual({ x: '' })
})

test('a composite that uses itself is refused after ten levels', async () => {
  await expect(composite('    - uses: ./gate\n')).rejects.toThrow('Composite action depth exceeded max depth 10')
})

test('post stages inside of a composite run at the end of the job, the last first, with inputs evaluated anew', async () => {
  const job = await runJob({
    root: repository,
    steps: [
      { name: 'gate', uses: '$/actions/has-posts', with: { who: '${{ job.status }}' } },
      { run: 'echo between; exit 1' },
    ],
  })

  expect(job.runs.map(({ name }) => name)).toEqual(['gate', 'echo between; exit 1', 'Post gate'])
  expect(job.posts[0]?.log.split('\n')).toEqual(['post of b', 'post of a'])
  expect(environmentOf(job, 'a.json')['INPUT_TWO_WORDS']).toBe('failure')
})

test('post-if inside of a composite looks at the job', async () => {
  const job = await runJob({
    root: repository,
    steps: [{ uses: '$/actions/has-conditional-post' }, { run: 'exit 1' }],
  })

  expect(job.posts[0]?.log).toBe('red')
})

test.each([
  ['a missing shell', "    - run: 'true'\n", 'Required property is missing: shell'],
  ['secrets', "    - { run: 'echo ${{ secrets.X }}', shell: bash }\n", "Unrecognized named-value: 'secrets'"],
  ['needs', "    - { if: 'needs.x.result', run: 'true', shell: bash }\n", "Unrecognized named-value: 'needs'"],
  [
    'timeout-minutes',
    "    - { run: 'true', shell: bash, timeout-minutes: 1 }\n",
    'timeout-minutes is not a key of a step',
  ],
])('%s is refused in a composite', async (_, steps, message) => {
  await expect(composite(steps)).rejects.toThrow(message)
})

test('an action inside of a composite gets its inputs from expressions over inputs and steps', async () => {
  const run = await composite(`
    - { id: make, run: 'echo v=9 >> "$GITHUB_OUTPUT"', shell: bash }
    - { uses: OWNER/fixtures/actions/puppet@v1, with: { do: '${acts(print('ok'), { dump: 'env.json' })}', min-lines: '\${{ steps.make.outputs.v }}' } }
  `)

  expect(run.log.split('\n').at(-1)).toBe('ok')
  expect(environmentOf(run)['INPUT_MIN-LINES']).toBe('9')
})
