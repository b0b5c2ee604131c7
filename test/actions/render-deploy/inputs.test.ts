import { InputErrors, readInputs } from '@hardgate/action'
import { describe, expect, test } from '@jest/globals'
import { type Inputs, inputs } from '../../../actions/render-deploy/src/inputs.ts'

const right = { 'render-api-key': 'rnd_k3y', 'service-id': 'srv-abc123', commit: '1a2b3c4' }
const HOOK = 'https://api.render.com/deploy/srv-abc123?key=h00k'

function read(given: Readonly<Record<string, string>>): Promise<Inputs> {
  const env = Object.entries({ ...right, ...given }).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return readInputs(inputs, Object.fromEntries(env))
}

async function problems(given: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const error = await read(given).then(
    () => undefined,
    (problem: unknown) => problem,
  )
  if (error instanceof InputErrors) return error.problems
  throw new Error('expected input errors')
}

test('the defaults are those of action.yml', async () => {
  expect(await read({})).toEqual({
    'render-api-key': 'rnd_k3y',
    'service-id': 'srv-abc123',
    start: 'api',
    commit: '1a2b3c4',
    'image-url': undefined,
    'deploy-hook-url': undefined,
    'clear-cache': false,
    timeout: 1_800_000,
    'on-inconclusive': 'fail',
    'render-api-url': 'https://api.render.com/v1',
    summary: true,
  })
})

test('all that is wrong is told together', async () => {
  const all = await problems({
    'render-api-key': '',
    'service-id': 'api',
    commit: 'main',
    timeout: '5 min',
    start: 'hok',
    summary: 'yes',
  })

  expect(all.map((line) => line.split(/[: ]/)[0])).toEqual([
    'render-api-key',
    'service-id',
    'start',
    'commit',
    'timeout',
    'summary',
  ])
})

test.each([
  ['service-id', 'dep-abc'],
  ['service-id', 'srv-a/b'],
  ['commit', '1a2b3c'],
  ['commit', 'v1.2.3'],
  ['image-url', 'https://docker.io/octo/api'],
  ['image-url', 'api'],
  ['clear-cache', 'nope'],
  ['render-api-url', 'http://api.render.com/v1'],
])('%s: "%s" is refused', async (name, value) => {
  expect(await problems({ [name]: value })).toEqual([expect.stringMatching(`^${name}: `)])
})

test.each(['octo/api', 'docker.io/octo/api:1.2', 'localhost:5000/api', `ghcr.io/o/a@sha256:${'0d'.repeat(32)}`])(
  '%s is an image',
  async (image) => {
    expect((await read({ 'image-url': image }))['image-url']).toBe(image)
  },
)

describe('the deploy hook', () => {
  test('is taken with start: hook', async () => {
    expect((await read({ start: 'hook', 'deploy-hook-url': HOOK }))['deploy-hook-url']).toBe(HOOK)
  })

  test('is required there, and refused where it would be ignored', async () => {
    expect(await problems({ start: 'hook' })).toEqual(['deploy-hook-url is required with start: hook.'])
    expect(await problems({ 'deploy-hook-url': HOOK })).toEqual([
      'deploy-hook-url is used only with start: hook, and start is api.',
    ])
  })

  test.each([
    ['of another service', HOOK.replace('abc123', 'other'), 'belongs to another service than service-id'],
    ['without a key', HOOK.replace('?key=h00k', ''), 'has no key'],
    ['over http', HOOK.replace('https', 'http'), 'must begin with https://'],
    ['that is none', 'https://api.render.com/v1/services?key=h00k', 'is not a deploy hook'],
    ['that is no URL', 'h00k', 'is not a URL'],
  ])('%s is refused without a word of it', async (_, hook, problem) => {
    const all = await problems({ start: 'hook', 'deploy-hook-url': hook })

    expect(all).toEqual([expect.stringContaining(problem)])
    expect(all.join()).not.toContain('h00k')
  })
})

test('clear-cache is refused where it would be ignored', async () => {
  expect(await problems({ start: 'none', 'clear-cache': 'true' })).toEqual([
    'clear-cache works only with start: api, and start is none.',
  ])
})
