import {
  apiUrlProblem,
  commitsMatch,
  type Deploy,
  identityOf,
  imagesMatch,
  isCancellable,
  isFailed,
  isServed,
  isServiceId,
  isTerminal,
  isUnderWay,
  shortCommit,
} from '@hardgate/render'
import { describe, expect, test } from '@jest/globals'

const COMMIT = '9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c'
const deploy: Deploy = { id: 'dep-a', status: 'live', trigger: 'api', createdAt: '2026-03-01T12:00:00Z' }

test.each([
  // status, terminal, served, failed, cancellable
  ['created', false, false, false, true],
  ['queued', false, false, false, false],
  ['build_in_progress', false, false, false, true],
  ['pre_deploy_in_progress', false, false, false, true],
  ['update_in_progress', false, false, false, true],
  ['live', true, true, false, false],
  ['deactivated', true, true, false, false],
  ['build_failed', true, false, true, false],
  ['pre_deploy_failed', true, false, true, false],
  ['update_failed', true, false, true, false],
  ['canceled', true, false, false, false],
  ['something_new', false, false, false, true],
  ['', false, false, false, true],
  // a name of Object.prototype is no status
  ['constructor', false, false, false, true],
])('"%s": terminal %s, served %s, failed %s, cancellable %s', (status, terminal, served, failed, cancellable) => {
  expect([isTerminal(status), isServed(status), isFailed(status), isCancellable(status)]).toEqual([
    terminal,
    served,
    failed,
    cancellable,
  ])
  expect(isUnderWay(status)).toBe(!terminal)
})

describe('the identity of a deploy', () => {
  test.each([
    ['the commit', { commit: { id: COMMIT, message: '' }, image: { ref: 'r', sha: 's' }, artifactId: 'art' }, COMMIT],
    ['else the image', { image: { ref: 'r', sha: 'sha256:0a' }, artifactId: 'art' }, 'sha256:0a'],
    ['else the artifact', { image: { ref: 'r', sha: '' }, artifactId: 'art' }, 'art'],
    ['else the deploy itself', {}, 'dep-a'],
  ])('is %s', (_, parts, identity) => {
    expect(identityOf({ ...deploy, ...parts })).toBe(identity)
  })
})

describe('commits match', () => {
  test.each([
    [COMMIT, COMMIT, true],
    [COMMIT, COMMIT.slice(0, 7), true],
    [COMMIT.toUpperCase(), COMMIT.slice(0, 12), true],
    [COMMIT, COMMIT.slice(0, 6), false],
    [COMMIT, COMMIT.slice(1, 20), false],
    [COMMIT, '', false],
    ['', '', false],
    ['main', 'main', false],
    ['9f8e7d6-dirty', '9f8e7d6', false],
  ])('%s and %s: %s', (one, other, match) => {
    expect(commitsMatch(one, other)).toBe(match)
    expect(commitsMatch(other, one)).toBe(match)
  })
})

describe('images match', () => {
  const sha = `sha256:${'0d'.repeat(32)}`

  test('by digest, however the deploy writes it', () => {
    for (const written of [sha, sha.slice('sha256:'.length)]) {
      expect(imagesMatch(`octo/api@${sha}`, { ...deploy, image: { ref: 'octo/api:latest', sha: written } })).toBe(true)
    }
    expect(imagesMatch(`octo/api@${sha}`, { ...deploy, image: { ref: `octo/api@${sha}`, sha: '' } })).toBe(true)
  })

  test('not by tag where a digest is wanted', () => {
    expect(imagesMatch(`octo/api@${sha}`, { ...deploy, image: { ref: 'octo/api:latest', sha: '' } })).toBe(false)
    expect(
      imagesMatch(`octo/api@${sha}`, {
        ...deploy,
        image: { ref: 'octo/api:latest', sha: `sha256:${'0e'.repeat(32)}` },
      }),
    ).toBe(false)
  })

  test('by the reference where there is no digest', () => {
    expect(imagesMatch('octo/api:1.2', { ...deploy, image: { ref: 'octo/api:1.2', sha } })).toBe(true)
    expect(imagesMatch('octo/api:1.2', { ...deploy, image: { ref: 'octo/api:1.3', sha } })).toBe(false)
    expect(imagesMatch('octo/api:1.2', deploy)).toBe(false)
  })

  test('a reference means the same with and without what registries add', () => {
    expect(imagesMatch('octo/api', { ...deploy, image: { ref: 'docker.io/octo/api:latest', sha } })).toBe(true)
    expect(imagesMatch('docker.io/library/redis:7', { ...deploy, image: { ref: 'redis:7', sha } })).toBe(true)
    expect(imagesMatch('localhost:5000/api', { ...deploy, image: { ref: 'localhost:5000/api:latest', sha } })).toBe(
      true,
    )
    expect(imagesMatch('ghcr.io/octo/api', { ...deploy, image: { ref: 'octo/api', sha } })).toBe(false)
  })
})

test('a commit is shown with seven digits, any other word as it is', () => {
  expect(shortCommit(COMMIT)).toBe('9f8e7d6')
  expect(shortCommit('v1.2.3')).toBe('v1.2.3')
})

test.each([
  ['https://api.render.com/v1', true],
  ['http://127.0.0.1:4711/v1', true],
  ['http://localhost:4711', true],
  ['http://[::1]:4711', true],
  ['http://api.render.com/v1', false],
  ['http://127.0.0.1.example.com/', false],
  ['http://localhost.example.com/', false],
  ['https://user:pass@api.render.com/v1', false],
  ['https://api.render.com/v1?x=1', false],
  ['ftp://127.0.0.1/', false],
  ['api.render.com', false],
])('the key may go to %s: %s', (url, isAllowed) => {
  expect(apiUrlProblem(url) === undefined).toBe(isAllowed)
})

test.each([
  ['srv-abc123', true],
  ['crn-abc123', true],
  ['dep-abc123', false],
  ['srv-a/../x', false],
  ['srv-a b', false],
  ['', false],
])('"%s" is the id of a service: %s', (id, isOne) => {
  expect(isServiceId(id)).toBe(isOne)
})
