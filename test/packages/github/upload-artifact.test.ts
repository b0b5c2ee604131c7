import { type FakeResults, type FakeResultsOptions, fakeClock, fakeResults } from '@hardgate/fakes'
import {
  GitHubError,
  type NewZipFile,
  readZip,
  resultsServiceOf,
  type UploadWorld,
  uploadArtifact,
  writeZip,
} from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function service(options: FakeResultsOptions = {}): Promise<FakeResults> {
  const fake = await fakeResults(options)
  open.push(fake.close)
  return fake
}

const CREATE = 'POST /twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact'
const FILES = [{ name: 'a.json', content: '{"a":1}' }]

async function upload(fake: FakeResults, files: readonly NewZipFile[] = FILES, world: Partial<UploadWorld> = {}) {
  const masks: string[] = []
  const clock = fakeClock(new Date('2026-11-22T20:00:00Z'))
  const found = resultsServiceOf(fake.env)
  if (typeof found === 'string') throw new Error(found)
  const uploading = uploadArtifact(
    found,
    { name: 'kept-1', files, retentionDays: 7 },
    {
      request: (plan) => request({ ...plan, env: {} }),
      clock,
      signal: new AbortController().signal,
      deadline: 10_000,
      mask: (secret) => void masks.push(secret),
      ...world,
    },
  )
  return { outcome: await uploading.catch((error: unknown) => error), masks, clock }
}

async function textsOf(archive: Buffer): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { path, read } of readZip(archive, { maxBytes: 10_000_000 })) {
    const chunks: Buffer[] = []
    for await (const chunk of read()) chunks.push(chunk)
    found[path] = Buffer.concat(chunks).toString()
  }
  return found
}

describe('writeZip', () => {
  test('what is packed is read again by the reader that trusts nothing', async () => {
    const long = 'ä'.repeat(200_000)

    const archive = writeZip([
      { name: 'a.json', content: '{"a":1}' },
      { name: 'rejected/ü.json', content: long },
      { name: 'empty', content: '' },
    ])

    expect(await textsOf(archive)).toEqual({ 'a.json': '{"a":1}', 'rejected/ü.json': long, empty: '' })
    expect(archive.length).toBeLessThan(5000)
  })

  test('the same files give the same bytes', () => {
    expect(writeZip(FILES).equals(writeZip(FILES))).toBe(true)
  })
})

describe('uploadArtifact', () => {
  test('it arrives whole, with its hash and its end after seven days', async () => {
    const fake = await service()

    const { outcome } = await upload(fake)

    expect(outcome).toEqual({ id: 1 })
    expect(fake.uploaded).toHaveLength(1)
    expect(fake.uploaded[0]).toMatchObject({ name: 'kept-1', expiresAt: '2026-11-29T20:00:00.000Z' })
    expect(await textsOf(fake.uploaded[0]?.archive ?? Buffer.alloc(0))).toEqual({ 'a.json': '{"a":1}' })
  })

  test('the store of another owner gets no token', async () => {
    const fake = await service()

    await upload(fake)

    expect(fake.storeRequests).toHaveLength(1)
    expect(JSON.stringify(fake.storeRequests[0]?.headers)).not.toContain('ey')
    expect(fake.storeRequests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('the token and the signed address are masked before they are used', async () => {
    const fake = await service()

    const { masks } = await upload(fake)

    expect(masks).toContain(fake.env['ACTIONS_RUNTIME_TOKEN'])
    expect(masks.some((mask) => mask.startsWith('http') && mask.includes(fake.signature))).toBe(true)
    expect(masks).toContain(`sv=2025&sig=${fake.signature}`)
  })

  test('a name that the run has is status 409, so that another one can be tried', async () => {
    const { outcome } = await upload(await service({ names: ['kept-1'] }))

    expect(outcome).toBeInstanceOf(GitHubError)
    expect(outcome).toMatchObject({ status: 409, message: expect.stringContaining('Uploading the artifact "kept-1"') })
  })

  test('a service that fails for a moment is asked again', async () => {
    const fake = await service({ faults: [{ route: CREATE, status: 503, times: 1 }] })

    const { outcome, clock } = await upload(fake)

    expect(outcome).toEqual({ id: 1 })
    expect(clock.waits).toHaveLength(1)
  })

  test.each([
    ['refuses the token', { route: CREATE, status: 403 }, /answered 403/],
    ['resets', { route: CREATE, close: true }, /no answer/],
    ['answers with a page', { route: CREATE, status: 200, body: '<html>' }, /answered 200/],
    ['is not ok', { route: CREATE, status: 200, body: { ok: false } }, /answered 200/],
    [
      'names a foreign scheme',
      { route: CREATE, status: 200, body: { ok: true, signed_upload_url: 'ftp://x/y' } },
      /no https address/,
    ],
    ['has no store', { route: 'PUT /blobs/*', status: 403 }, /answered 403/],
    ['does not finish', { route: CREATE.replace('Create', 'Finalize'), status: 500 }, /answered 500/],
  ] as const)('a service that %s is an error without an address', async (_, fault, message) => {
    const fake = await service({ faults: [fault] })

    const { outcome } = await upload(fake)

    expect(outcome).toBeInstanceOf(GitHubError)
    expect(String(outcome)).toMatch(message)
    expect(String(outcome)).not.toMatch(/127\.0\.0\.1|sig=|eyJ/)
    expect(fake.uploaded).toEqual([])
  })

  test('the deadline holds for all of it', async () => {
    const fake = await service({ faults: [{ route: CREATE, hang: true }] })

    const { outcome } = await upload(fake, FILES, { deadline: 60 })

    expect(outcome).toMatchObject({ kind: 'timeout' })
  })
})

describe('resultsServiceOf', () => {
  const env = async () => (await service()).env
  const token = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

  test.each([
    ['GitHub Enterprise Server', { GITHUB_SERVER_URL: 'https://github.example.com' }],
    ['a host that only ends like GitHub', { GITHUB_SERVER_URL: 'https://evilgithub.com' }],
    ['no token', { ACTIONS_RUNTIME_TOKEN: '' }],
    ['no address', { ACTIONS_RESULTS_URL: '' }],
    ['a token that is none', { ACTIONS_RUNTIME_TOKEN: 'abc' }],
    ['a token without the scope', { ACTIONS_RUNTIME_TOKEN: token({ scp: 'Actions.Results:only-one' }) }],
    ['a token whose claims are null', { ACTIONS_RUNTIME_TOKEN: token(null) }],
  ])('%s has none, and says why', async (_, change) => {
    const found = resultsServiceOf({ ...(await env()), ...change })

    expect(typeof found).toBe('string')
    expect(found).not.toContain('x.')
  })

  test.each(['https://github.com', 'https://tenant.ghe.com', ''])('"%s" has one', async (url) => {
    expect(resultsServiceOf({ ...(await env()), GITHUB_SERVER_URL: url })).toMatchObject({
      runId: 'ce7f54c7-61c7-4aae-887f-30da475f5f1a',
      jobId: 'ca395085-040a-526b-2ce8-bdc85f692774',
    })
  })
})
