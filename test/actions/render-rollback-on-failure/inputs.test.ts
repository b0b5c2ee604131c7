import { InputErrors, readInputs } from '@hardgate/action'
import { describe, expect, test } from '@jest/globals'
import { contract } from '../../../actions/render-rollback-on-failure/src/contract.ts'
import { type Inputs, inputs } from '../../../actions/render-rollback-on-failure/src/inputs.ts'

const read = (given: Readonly<Record<string, string>>): Promise<Inputs> => {
  const all = { 'render-api-key': 'rnd_x', 'service-id': 'srv-api', ...given }
  return readInputs(
    inputs,
    Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  )
}

const problemsOf = (given: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  read(given).then(
    () => [],
    (error: unknown) => (error instanceof InputErrors ? error.problems : Promise.reject(error)),
  )

test('the defaults are those of the contract', async () => {
  expect(await read({})).toMatchObject({
    mode: 'rollback',
    'verify-timeout': 300_000,
    'verify-interval': 10_000,
    'verify-successes': 3,
    timeout: 1_200_000,
    'freeze-auto-deploy': true,
    'max-candidates': 3,
    'max-rollbacks': 2,
    'rollback-window': 3_600_000,
    'fail-on-rollback': true,
    'health-url': undefined,
  })
})

describe('trap 19', () => {
  const booleans = ['freeze-auto-deploy', 'cancel-in-progress', 'fail-on-rollback', 'summary'] as const

  test.each(booleans)('"false" is false in %s, and "no" is an input error', async (name) => {
    expect((await read({ [name]: 'false' }))[name]).toBe(false)
    expect(await problemsOf({ [name]: 'no' })).toEqual([`${name}: "no" is not a boolean. Write true or false.`])
  })
})

test.each([
  ['service-id', 'api'],
  ['failed-deploy-id', 'srv-1'],
  ['target-deploy-id', 'dep'],
  ['failed-commit', 'main'],
  ['failed-commit', 'abcdef'],
  ['slack-mention', '<!channel>'],
  ['slack-mention', '@here'],
  ['slack-mention', '<@U1> <!channel>'],
  ['version-from', '$.commit'],
  ['version-from', 'json:$['],
  ['verify-timeout', '5 min'],
  ['verify-successes', '0'],
  ['max-candidates', '1e3'],
  ['github-deployment-id', '0x10'],
  ['mode', 'rolback'],
  ['fallback', 'true'],
  ['health-url', 'api.example.com'],
  ['render-api-url', 'http://api.render.com/v1'],
])('%s: %s is an input error', async (name, value) => {
  const problems = await problemsOf({ [name]: value })

  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(new RegExp(`^${name}: `))
})

test('a webhook over plain http is refused without being shown', async () => {
  const problems = await problemsOf({ 'slack-webhook-url': 'http://hooks.example/services/T/B/s3cr3t' })

  expect(problems).toHaveLength(1)
  expect(problems.join()).not.toContain('s3cr3t')
})

test('the key and the service are needed, except to notify', async () => {
  const none = { 'render-api-key': '', 'service-id': '' }

  expect(await problemsOf(none)).toEqual([
    'render-api-key is required. Only mode notify does without it.',
    'service-id is required. Only mode notify does without it.',
  ])
  expect(await problemsOf({ ...none, mode: 'notify' })).toEqual([])
})

test('all problems are told together', async () => {
  expect(await problemsOf({ timeout: 'x', mode: 'y', 'max-rollbacks': 'z' })).toHaveLength(3)
})

test('every input of the contract has a parser', () => {
  expect(Object.keys(inputs.parsers).toSorted()).toEqual(Object.keys(contract.inputs).toSorted())
})
