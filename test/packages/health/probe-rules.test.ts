import { classified, compileProbeRules, healthOfProbes, judgeProbe } from '@hardgate/health'
import type { Exchange } from '@hardgate/http'
import { expect, test } from '@jest/globals'
import { answer, failure } from './answers.ts'

const target = '1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b'
const good = answer({ body: { commit: '1a2b3c4' } })
const old = answer({ body: { commit: '9f8e7d6' } })
const dead = answer({ status: 503 })
const away = failure('connect-timeout')

async function healthOf(exchanges: readonly Exchange[], versionFrom = 'json:$.commit'): Promise<string> {
  const rules = await compileProbeRules({ versionFrom, expectVersion: target })
  const { health, failureClass } = healthOfProbes(
    exchanges.map((exchange) => judgeProbe(exchange, rules)),
    3,
  )
  return classified(health, failureClass)
}

test.each<[string, readonly Exchange[], string]>([
  ['three good ones at the end', [dead, good, good, good], 'healthy'],
  ['two good ones', [dead, good, good], 'unhealthy:flapping'],
  ['only good ones, too few', [good, good], 'unverified:too-few-rounds'],
  ['dead to the end', [good, dead, dead, dead], 'unhealthy:status'],
  ['another release to the end', [old, old, old], 'stale'],
  ['no version', [answer({ body: {} }), answer({ body: {} })], 'unverified:version-missing'],
  ['never reached', [away, away, away], 'unreachable:connect-timeout'],
  ['lost', [good, away], 'unhealthy:lost'],
  ['a challenge', [answer({ status: 403, headers: { 'cf-mitigated': 'challenge' } })], 'blocked:challenge'],
  ['a redirect', [answer({ status: 302 })], 'unhealthy:status'],
  ['nothing asked', [], 'unverified'],
])('probes of a restored release, %s', async (_name, exchanges, expected) => {
  expect(await healthOf(exchanges)).toBe(expected)
})

test('an answer from a cache is no evidence among the last probes', async () => {
  const cached = answer({ body: { commit: '1a2b3c4' }, headers: { age: '7' } })

  expect(await healthOf([good, good, cached, good])).toBe('healthy')
  expect(await healthOf([good, cached, cached])).toBe('unverified:cached')
})

test('without a version any 2xx will do, whatever its document says', async () => {
  const rules = await compileProbeRules({})

  expect(judgeProbe(answer({ body: { status: 'degraded' } }), rules).health).toBe('healthy')
  expect(judgeProbe(answer({ status: 204 }), rules).health).toBe('healthy')
})

test('a version alone is read as auto does', async () => {
  expect(await healthOf([good, good, good], '')).toBe('healthy')
  expect(await healthOf([old, old, old], '')).toBe('stale')
})

test.each(['json:commit', 'header:', 'commit'])('version-from %s is refused', async (versionFrom) => {
  await expect(compileProbeRules({ versionFrom })).rejects.toThrow(/is not a JSONPath|names no place/)
})
