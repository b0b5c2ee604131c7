import {
  classified,
  colourOf,
  decideRollback,
  healthOfRun,
  type JudgedRound,
  judge,
  needsControl,
  parseRollbackOn,
  type RunHealth,
  type Subject,
  settleRound,
  withFailedControl,
} from '@hardgate/health'
import type { Exchange } from '@hardgate/http'
import { describe, expect, test } from '@jest/globals'
import { answer, expectations, failure } from './answers.ts'

const NEW = '9f1e2c7aa0'
const OLD = '2c87805aa0'

/** One letter for each thing that can happen to a sample. */
const SAMPLES: Readonly<Record<string, Exchange>> = {
  h: answer({ body: { commit: NEW } }),
  n: answer({ body: { fine: true } }), // names no release
  o: answer({ body: { commit: OLD } }),
  O: answer({ status: 500, body: { commit: OLD } }),
  N: answer({ status: 500, body: { commit: NEW } }),
  e: answer({ status: 500 }),
  a: answer({ body: { status: 'fail' } }),
  E: answer({ status: 503, headers: { 'x-render-routing': 'no-server' } }),
  x: failure('refused', { reached: 'name' }),
  r: failure('response-timeout', { reached: 'tcp' }),
  T: failure('tls', { reached: 'tcp' }),
  t: failure('connect-timeout', { reached: 'name' }),
  d: failure('dns'),
  c: answer({ body: { commit: NEW }, headers: { age: '9' } }),
  b: answer({ status: 429 }),
  C: answer({ headers: { age: '9' } }), // cached, and names no release
  p: failure('proxy', { reached: 'tcp' }),
}

interface Scene {
  /** One text a check, one letter a round; ` ` where it was not asked. Small `free` rounds come first. */
  readonly checks: Readonly<Record<string, string>>
  readonly free?: number
  readonly warm?: number
  readonly isReached?: boolean
  readonly version?: string
  readonly advisory?: readonly string[]
  /** Names of checks that expect no version. */
  readonly exempt?: readonly string[]
  readonly origins?: Readonly<Record<string, string>>
}

interface Played {
  readonly run: RunHealth
  readonly rounds: readonly JudgedRound[]
}

function play(scene: Scene): Played {
  const { checks, free = 0, warm = 0, isReached = false, advisory = [], origins = {} } = scene
  const subjects = Object.keys(checks).map(
    (name): Subject => ({ name, isGating: !advisory.includes(name), origin: origins[name] ?? 'http://api' }),
  )
  const length = Math.max(...Object.values(checks).map((letters) => letters.length))
  const rounds = Array.from({ length }, (_, index): JudgedRound => {
    const samples = subjects.flatMap((subject) => sampleOf(scene, subject, index))
    return { samples: settleRound(samples), isFree: index < free, isWarm: index >= length - warm }
  })
  return { run: healthOfRun(subjects, rounds, isReached), rounds }
}

function sampleOf({ checks, version, exempt = [] }: Scene, subject: Subject, index: number) {
  const exchange = SAMPLES[checks[subject.name]?.[index] ?? ' ']
  if (exchange === undefined) return []
  const isAsked = version !== undefined && !exempt.includes(subject.name)
  return [{ subject, judgement: judge(exchange, expectations(isAsked ? { version } : {})) }]
}

const classOf = ({ run }: Played): string => classified(run.health, run.failureClass)

describe('one check', () => {
  test.each([
    ['the last sample decides', 'eeeea', 'unhealthy:assertion'],
    ['refused to the end', 'xxxxx', 'unhealthy:refused'],
    ['an edge that never serves', 'EEEEE', 'unhealthy:edge-upstream'],
    ['a name that is not known', 'ddddd', 'unreachable:dns'],
    ['never reached', 'ttttt', 'unreachable:connect-timeout'],
    ['correction 1: healthy once, then not reachable', 'httt', 'unhealthy:lost'],
    ['correction 1: 500, then not reachable', 'ettt', 'unhealthy:status'],
    ['correction 1: a hanging server, then not reachable', 'rrtt', 'unhealthy:response-timeout'],
    ['correction 1: 429, then not reachable', 'bttt', 'blocked:rate-limited'],
    ['correction 1: a refusal is no answer', 'xxtt', 'unreachable:connect-timeout'],
    ['correction 1: an answer from a cache is none', 'cctt', 'unreachable:connect-timeout'],
    ['correction 1: an answer of the proxy is none of the host', 'pptt', 'unreachable:connect-timeout'],
    ['correction 2: green and red in turns', 'heheh', 'unhealthy:flapping'],
    ['correction 2: green and not reachable in turns', 'hthth', 'unreachable:connect-timeout'],
    ['correction 2: green and blocked in turns', 'hbh', 'blocked:rate-limited'],
    ['correction 3: all from a cache', 'ccccc', 'unverified:cached'],
    ['correction 3: the last sample that is not void', 'eeecc', 'unhealthy:status'],
    ['correction 3: void samples alone kept the streak', 'hcccc', 'unverified:cached'],
    ['correction 3: void samples alone, since the last red round', 'eehcc', 'unverified:cached'],
    ['blocked to the end', 'bbbbb', 'blocked:rate-limited'],
    ['nothing was bad, and there was no time for a streak', 'hhh', 'unverified:too-few-rounds'],
  ])('%s: %s', (_name, letters, expected) => {
    expect(classOf(play({ checks: { api: letters } }))).toBe(expected)
  })

  test.each([
    ['the old release to the end', 'ooooo', 'stale'],
    ['correction 1: the old release, then not reachable', 'oott', 'unhealthy:lost'],
    ['correction 2: old and new in turns', 'ohoh', 'stale'],
    ['no release is named', 'nnnnn', 'unverified:version-missing'],
    ['trap 24: the old one answers 500, the new one 200', 'OhOh', 'unhealthy:flapping'],
  ])('with a version, %s: %s', (_name, letters, expected) => {
    expect(classOf(play({ checks: { api: letters }, version: NEW }))).toBe(expected)
  })

  test('correction 1: what was answered during the delay counts', () => {
    expect(classOf(play({ checks: { api: 'htttt' }, free: 1 }))).toBe('unhealthy:lost')
  })

  test('failures during the delay are free: they do not make a green run flap', () => {
    expect(classOf(play({ checks: { api: 'eehh' }, free: 2 }))).toBe('unverified:too-few-rounds')
  })

  test('a warm sample that fails makes it flap, where no attempt is left', () => {
    expect(classOf(play({ checks: { api: 'hhe' }, warm: 2 }))).toBe('unhealthy:flapping')
  })

  test('a warm sample that cannot be reached any more is lost', () => {
    expect(classOf(play({ checks: { api: 'hht' }, warm: 2 }))).toBe('unhealthy:lost')
  })

  test('reached is healthy, whatever came before', () => {
    expect(classOf(play({ checks: { api: 'eeeeh' }, isReached: true }))).toBe('healthy')
  })

  test('lost says both', () => {
    expect(play({ checks: { api: 'ht' } }).run.reason).toBe(
      'it failed: connect-timeout; it answered earlier in this run',
    )
  })
})

describe('several checks', () => {
  test.each([
    [{ a: 'tttt', b: 'eeee' }, 'unhealthy:status', 'b'],
    [{ a: 'bbbb', b: 'dddd' }, 'blocked:rate-limited', 'a'],
    [{ a: 'cccc', b: 'bbbb' }, 'unverified:cached', 'a'],
    [{ a: 'eeee', b: 'xxxx' }, 'unhealthy:status', 'a'],
    [{ a: 'hhhh', b: 'heee' }, 'unhealthy:status', 'b'],
  ])('trap 21: of %j the worst decides, the first of the worst in the order given', (checks, expected, deciding) => {
    const played = play({ checks })

    expect(classOf(played)).toBe(expected)
    expect(played.run.deciding.subject.name).toBe(deciding)
  })

  test('a check that is fine does not flap because another one failed', () => {
    const { run } = play({ checks: { a: 'hhhh', b: 'eeee' } })

    expect(run.checks.map(({ health }) => health)).toEqual(['healthy', 'unhealthy'])
  })

  test('correction 3: where one check is void and the other has recovered, the void ones decide', () => {
    const { run } = play({ checks: { a: 'eeeeh', b: 'hhhhc' } })

    expect(run.checks.map(({ health, failureClass }) => classified(health, failureClass))).toEqual([
      'healthy',
      'unverified:cached',
    ])
  })

  test('an advisory check never decides, and is reported', () => {
    const { run } = play({ checks: { docs: 'eeee', api: 'hhhh' }, advisory: ['docs'], isReached: true })

    expect(run.health).toBe('healthy')
    expect(run.deciding.subject.name).toBe('api')
    expect(run.checks.map(({ health }) => health)).toEqual(['unhealthy', 'healthy'])
  })

  test('one version an origin is enough, and a version that is missing is told of one that is wanted', () => {
    expect(classOf(play({ checks: { a: 'hhhh', b: 'nnnn' }, version: NEW, isReached: true }))).toBe('healthy')
    expect(classOf(play({ checks: { a: 'hhhh', b: 'nnnn' }, version: NEW, origins: { b: 'http://other' } }))).toBe(
      'unverified:version-missing',
    )
  })

  test('an exempt entry is not asked for a version, and lends none', () => {
    expect(
      play({ checks: { a: 'hhhh', b: 'nnnn' }, version: NEW, exempt: ['b'], origins: { b: 'http://other' } }).run
        .checks[1]?.health,
    ).toBe('healthy')
    expect(classOf(play({ checks: { a: 'nnnn', b: 'hhhh' }, version: NEW, exempt: ['b'] }))).toBe(
      'unverified:version-missing',
    )
  })

  test('an advisory answer lends no version, and needs none', () => {
    const { run } = play({ checks: { a: 'nnnn', b: 'hhhh', c: 'nnnn' }, version: NEW, advisory: ['b', 'c'] })

    expect(run.checks.map(({ health }) => health)).toEqual(['unverified', 'healthy', 'healthy'])
  })

  test('a cached answer leaves open what it would have said: the round is void, not red', () => {
    const { rounds } = play({ checks: { a: 'C', b: 'n' }, version: NEW })

    expect(rounds.map(({ samples }) => colourOf(samples))).toEqual(['void'])
  })

  test.each([
    [{ a: 'h', b: 'h' }, 'green'],
    [{ a: 'h', b: 'e' }, 'red'],
    [{ a: 'h', b: 'c' }, 'void'],
    [{ a: 'e', b: 'c' }, 'red'],
  ])('a round of %j is %s', (checks, colour) => {
    expect(colourOf(play({ checks }).rounds[0]?.samples ?? [])).toBe(colour)
  })
})

describe('control', () => {
  test.each([
    ['xxxx', true],
    ['httt', true],
    ['EEEE', true],
    ['hehh', true],
    ['rrrr', true],
    ['TTTT', true],
    ['dddd', true],
    ['eeee', false],
    ['aaaa', false],
    ['bbbb', false],
    ['cccc', false],
  ])('correction 4: after %s the control is asked: %s', (letters, isAsked) => {
    expect(needsControl(play({ checks: { api: letters } }).run)).toBe(isAsked)
  })

  test('correction 4: where it fails too, the release was not judged', () => {
    const run = withFailedControl(play({ checks: { api: 'xxxx' } }).run, 'it got 503')

    expect(classified(run.health, run.failureClass)).toBe('unreachable:control-failed')
    expect(run.reason).toBe('it failed: refused; but the control failed as well: it got 503')
    expect(run.checks[0]?.failureClass).toBe('control-failed')
  })
})

describe('should-rollback', () => {
  interface Question extends Scene {
    readonly on?: string
    readonly control?: 'not-asked' | 'answered' | 'failed'
    readonly isCancelled?: boolean
  }

  function decide({ on = 'unhealthy', control = 'not-asked', isCancelled = false, ...scene }: Question) {
    const { run, rounds } = play(scene)
    const rules = parseRollbackOn(on)
    const expected = scene.version === undefined ? {} : { expectedVersion: scene.version }
    return decideRollback({ run, rounds, rules, control, isCancelled, ...expected })
  }

  test.each<[string, Question, boolean]>([
    ['unhealthy', { checks: { api: 'eeee' } }, true],
    ['healthy', { checks: { api: 'hhhh' }, isReached: true }, false],
    ['unreachable', { checks: { api: 'tttt' } }, false],
    ['unreachable, where that was asked for', { checks: { api: 'tttt' }, on: 'unhealthy, unreachable' }, true],
    ['blocked', { checks: { api: 'bbbb' } }, false],
    ['unverified', { checks: { api: 'cccc' } }, false],
    ['trap 23: tls', { checks: { api: 'TTTT' } }, false],
    ['trap 23: tls, where it is named', { checks: { api: 'TTTT' }, on: 'unhealthy:tls' }, true],
    ['another class than the one named', { checks: { api: 'eeee' }, on: 'unhealthy:tls' }, false],
    ['none', { checks: { api: 'eeee' }, on: 'none' }, false],
    ['cancelled', { checks: { api: 'eeee' }, isCancelled: true }, false],
    ['a control that failed', { checks: { api: 'xxxx' }, control: 'failed' }, false],
    [
      'a control that failed, where unreachable was asked for',
      { checks: { api: 'tttt' }, on: 'unreachable', control: 'failed' },
      false,
    ],
    ['a control that answered', { checks: { api: 'xxxx' }, control: 'answered' }, true],
    ['stale', { checks: { api: 'oooo' }, version: NEW }, false],
    ['stale, even where it was asked for', { checks: { api: 'oooo' }, version: NEW, on: 'stale' }, false],
    ['the new release answers 500', { checks: { api: 'NNNN' }, version: NEW }, true],
    ['the old release answers 500', { checks: { api: 'OOOO' }, version: NEW }, false],
    ['500 without a version', { checks: { api: 'eeee' }, version: NEW }, true],
    ['first the old release, then 500 without a version', { checks: { api: 'ooeee' }, version: NEW }, true],
    [
      'trap 24: the old release on one check, 500 without a version on the other',
      { checks: { a: 'oooo', b: 'eeee' }, version: NEW },
      false,
    ],
    [
      'trap 24: the same behind another origin',
      { checks: { a: 'oooo', b: 'eeee' }, version: NEW, origins: { a: 'http://other' } },
      true,
    ],
    ['trap 24: but the new one was seen', { checks: { a: 'hooo', b: 'eeee' }, version: NEW }, true],
    ['trap 24: the old one answers 500, the new one 200', { checks: { api: 'OhOh' }, version: NEW }, false],
    ['trap 24: the same, the new one last but not long enough', { checks: { api: 'OhOhO' }, version: NEW }, false],
    ['the new one answers 500 as well', { checks: { api: 'OhNhO' }, version: NEW }, true],
    ['the same, though the new one was seen', { checks: { api: 'xhOhO' }, version: NEW, free: 2 }, false],
    [
      'the old one 500 in the attempts, what was before is free',
      { checks: { api: 'xOOO' }, version: NEW, free: 1 },
      false,
    ],
  ])('%s', (_name, question, expected) => {
    const { shouldRollback, reason } = decide(question)

    expect(shouldRollback).toBe(expected)
    expect(reason).not.toBe('')
  })

  test.each<[string, Question, string]>([
    ['cancelled', { checks: { api: 'eeee' }, isCancelled: true }, 'the run was cancelled before its budget was used'],
    ['healthy', { checks: { api: 'h' }, isReached: true }, 'the release is healthy'],
    [
      'tls',
      { checks: { api: 'T' } },
      'rollback-on (unhealthy) does not cover unhealthy:tls: no release cures a certificate',
    ],
    ['none', { checks: { api: 'e' }, on: 'none' }, 'rollback-on (none) does not cover unhealthy:status'],
    [
      'unreachable',
      { checks: { api: 't' } },
      'rollback-on (unhealthy) does not cover unreachable:connect-timeout: the release was not judged',
    ],
    [
      'stale',
      { checks: { api: 'o' }, version: NEW },
      'rollback-on (unhealthy) does not cover stale: the new release does not serve, so a rollback would change nothing',
    ],
    [
      'the old one fails',
      { checks: { api: 'O' }, version: NEW },
      'every failed answer came from another release (2c87805), not from 9f1e2c7',
    ],
    [
      'the old one serves',
      { checks: { a: 'o', b: 'e' }, version: NEW },
      'release 2c87805 still answers, and 9f1e2c7 never did: a rollback would change nothing',
    ],
    [
      'yes',
      { checks: { api: 'x' }, control: 'answered' },
      'unhealthy:refused after the whole budget, and the control answered',
    ],
  ])('the reason where %s', (_name, question, reason) => {
    expect(decide(question).reason).toBe(reason)
  })

  test.each([
    'unhealty',
    'healthy',
    'cancelled',
    '',
    'unhealthy:',
    'unhealthy:slow',
    'stale:old',
    'unhealthy:tls:x',
    'none, stale',
  ])('rollback-on %j is refused', (text) => {
    expect(() => parseRollbackOn(text)).toThrow(/is no result to roll back on|names no class/)
  })
})
