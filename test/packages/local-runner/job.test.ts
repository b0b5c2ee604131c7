import { type JobOptions, type JobRun, type JobStep, runJob } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { acts, dump, environmentOf, repository } from './puppet.ts'

const job = (steps: readonly JobStep[], options: Partial<JobOptions> = {}): Promise<JobRun> =>
  runJob({ root: repository, ...options, steps })

const outcomes = ({ runs }: JobRun): string[] => runs.map(({ outcome }) => outcome)

test('an if without a status function has success() in front: after a failure it is skipped, whatever it says', async () => {
  const run = await job([{ run: 'exit 1' }, { if: "1 == 1 || 'failure()'", run: 'true' }, { run: 'true' }])

  expect(outcomes(run)).toEqual(['failure', 'skipped', 'skipped'])
  expect(run.conclusion).toBe('failure')
})

test('failure(), always() and !cancelled() run after a failure, success() does not', async () => {
  const run = await job([
    { run: 'exit 1' },
    { if: 'failure()', run: 'true' },
    { if: '${{ always() }}', run: 'true' },
    { if: '!cancelled()', run: 'true' },
    { if: 'success()', run: 'true' },
    { if: 'cancelled()', run: 'true' },
  ])

  expect(outcomes(run)).toEqual(['failure', 'success', 'success', 'success', 'skipped', 'skipped'])
})

test('text outside of ${{ }} makes a condition a string, which is true', async () => {
  const run = await job([
    { if: '${{ false }} && true', run: 'true' },
    { if: '!${{ true }}', run: 'true' },
    { if: '${{ false }}', run: 'true' },
    { if: 'false', run: 'true' },
  ])

  expect(outcomes(run)).toEqual(['success', 'success', 'skipped', 'skipped'])
})

test('continue-on-error makes the conclusion success, leaves the outcome failure, and the job green', async () => {
  const run = await job([
    { id: 'a', run: 'exit 1', 'continue-on-error': true },
    { if: 'success()', run: 'true' },
  ])

  expect(run.steps['a']).toMatchObject({ outcome: 'failure', conclusion: 'success' })
  expect(outcomes(run)).toEqual(['failure', 'success'])
  expect(run.conclusion).toBe('success')
})

test('a condition that cannot be evaluated fails its step, and the later steps of the job go on as after a failure', async () => {
  const run = await job([{ if: "fromJSON('')", run: 'true' }, { if: 'always()', run: 'true' }, { run: 'true' }])

  expect(outcomes(run)).toEqual(['failure', 'success', 'skipped'])
})

test('the end of an expression is not looked for inside of its quotes', async () => {
  const run = await job([{ run: "echo \"${{ format('{0}-}}-it''s', '}}') }}\"" }])

  expect(run.log).toBe("}}-}-it's")
})

test('outputs, secrets and matrix reach the later steps', async () => {
  const run = await job(
    [
      { id: 'make', run: 'echo "v=1.2" >> "$GITHUB_OUTPUT"' },
      {
        uses: '$/actions/puppet',
        with: { do: acts(dump), 'two words': '${{ steps.make.outputs.v }}-${{ secrets.KEY }}-${{ matrix.shard }}' },
      },
    ],
    { secrets: { KEY: 'k3y' }, matrix: { shard: 4 } },
  )

  expect(environmentOf(run)['INPUT_TWO_WORDS']).toBe('1.2-k3y-4')
})

test('bash ends at the first error and in a pipe, sh has no pipefail, a program may be named with {0}', async () => {
  const run = await job([
    { shell: 'bash', run: 'false | true\necho not reached' },
    { if: 'always()', shell: 'sh', run: 'false | true\necho sh' },
    { if: 'always()', shell: `${process.execPath} {0}`, run: 'console.log(typeof process.argv)' },
    { if: 'always()', shell: 'bash', run: 'exit 3' },
  ])

  expect(run.runs.map(({ log }) => log)).toEqual([
    'Error: Process completed with exit code 1.',
    'sh',
    'object',
    'Error: Process completed with exit code 3.',
  ])
})

test('a run step has no INPUT_ variables; env is how a value gets in', async () => {
  const run = await job([
    { run: 'env | grep -c ^INPUT_ || true', shell: 'bash' },
    { env: { WHO: '${{ github.actor }}' }, run: 'echo "$WHO"', shell: 'bash' },
  ])

  expect(run.runs.map(({ log }) => log)).toEqual(['0', 'octocat'])
})

test('working-directory lies in the workspace', async () => {
  const run = await job([{ run: 'mkdir sub' }, { run: 'pwd', 'working-directory': 'sub' }])

  expect(run.runs[1]?.log).toBe(`${run.workspace}/sub`)
})

test('uses: ./x is looked up in the workspace, and is missing there without a checkout', async () => {
  const here = await job([{ uses: './actions/greeter' }], { workspace: repository })
  const missing = await job([{ uses: './actions/greeter' }])

  expect(here.log).toMatch(/^hello/)
  expect(missing.conclusion).toBe('failure')
  expect(missing.log).toContain("Can't find 'action.yml' or 'action.yaml' under")
})

test('a remote action runs from the folder that stands for it, and $/ inside of it means that folder', async () => {
  const run = await job([{ uses: 'OWNER/hardgate/actions/greeter@v1' }, { uses: 'OWNER/hardgate@v1' }], {
    root: '/nowhere',
    local: { 'OWNER/hardgate': repository },
  })

  expect(run.conclusion).toBe('success')
  expect(run.runs[1]?.outputs['greeting']).toBe('hello world')
})

test('GITHUB_ACTION_REPOSITORY and GITHUB_ACTION_REF name a remote action', async () => {
  const run = await job([{ uses: 'OWNER/hardgate/actions/puppet@v1', with: { do: acts(dump) } }], {
    local: { 'OWNER/hardgate': repository },
  })

  expect(environmentOf(run)).toMatchObject({
    GITHUB_ACTION: '__OWNER_hardgate_actions_puppet_v1',
    GITHUB_ACTION_REPOSITORY: 'OWNER/hardgate',
    GITHUB_ACTION_REF: 'v1',
  })
})
