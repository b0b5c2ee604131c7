import { join } from 'node:path'
import { type JobStep, Refusal, runJob, runLocally } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { repository } from './puppet.ts'

test.each<[string, JobStep, string]>([
  ['a docker action', { uses: '$/actions/docker' }, 'using: docker is not run here'],
  ['a docker image', { uses: 'docker://alpine:3' }, 'is a docker action'],
  ['an old Node', { uses: '$/actions/old' }, 'using: node16 is not run here. It is node20, node24 or composite.'],
  ['a pre stage', { uses: '$/actions/early' }, 'the pre stage is not run here'],
  ['a remote action', { uses: 'actions/checkout@v5' }, 'uses: actions/checkout@v5 is a remote action'],
  ['a path out of the repository', { uses: '$/../x' }, 'uses: $/../x leaves'],
  ['hashFiles', { run: 'echo ${{ hashFiles(github.sha) }}' }, 'hashFiles() is not evaluated here'],
  ['hashFiles in a condition', { if: "hashFiles('x') != ''", run: 'true' }, 'hashFiles() is not evaluated here'],
  ['an unknown function', { run: 'echo ${{ fromYAML(1) }}' }, "${{ fromYAML(1) }}: Unrecognized function: 'fromYAML'"],
  ['an unknown context', { run: 'echo ${{ nothing.x }}' }, "Unrecognized named-value: 'nothing'"],
  ['secrets in a condition', { if: "secrets.X != ''", run: 'true' }, "Unrecognized named-value: 'secrets'"],
  ['a status function outside of if', { run: 'echo ${{ success() }}' }, "Unrecognized function: 'success'"],
  ['an expression that is not closed', { run: 'echo ${{ github.sha' }, 'The expression is not closed'],
  ['a step without uses and run', { name: 'x' }, 'job: step 1 needs either uses or run'],
  ['with beside run', { run: 'true', with: { a: 'b' } }, 'with does not go with run'],
  ['a shell that is not there', { run: 'true', shell: 'pwsh' }, 'shell: pwsh is not run here'],
])('%s is refused by name', async (_, step, message) => {
  const job = runJob({ root: repository, steps: [step] })

  await expect(job).rejects.toBeInstanceOf(Refusal)
  await expect(job).rejects.toThrow(message)
})

test.each(['services', 'container'])('%s is refused by name', async (key) => {
  await expect(runJob({ steps: [], ...{ [key]: {} } })).rejects.toThrow(`${key}: a job is run here without containers`)
})

test('an unknown key of a step is refused by name', async () => {
  const step = { run: 'true', ...{ 'timeout-seconds': 3 } }

  await expect(runJob({ steps: [step] })).rejects.toThrow('job: step 1: timeout-seconds is not a key of a step')
})

test('two steps with one id are refused', async () => {
  const steps = [
    { id: 'a', run: 'true' },
    { id: 'a', run: 'true' },
  ]

  await expect(runJob({ steps })).rejects.toThrow('the id a is used twice')
})

test('a condition that YAML takes for a tag is refused, for it would be lost', async () => {
  const run = runLocally('tag', { root: join(repository, 'broken') })

  await expect(run).rejects.toThrow('Unresolved tag: !cancelled()')
})

test('a default sees only github, strategy, matrix, job and runner', async () => {
  const run = runLocally('default', { root: join(repository, 'broken') })

  await expect(run).rejects.toThrow("Unrecognized named-value: 'env'")
})

test('an action that does not exist is refused with the folder where it was looked for', async () => {
  const run = runLocally('nothing', { root: repository })

  await expect(run).rejects.toThrow(`nothing: there is no action.yml in ${join(repository, 'actions/nothing')}.`)
})
