import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noData, type Verdict, verdictOf } from '@hardgate/gate'
import { afterAll, describe, expect, test } from '@jest/globals'
import { redactVerdict, writeVerdict } from '../../../packages/action/src/verdict-file.ts'
import { flawOf } from '../../../packages/action/src/verdict-shape.ts'
import { newTemp, removeTemps } from './step.ts'

afterAll(removeTemps)

const sound: Verdict = verdictOf({
  gate: 'sample',
  checks: [{ threshold: 'a < 1', outcome: 'pass', severity: 'gate', explanation: 'a is 0', measured: 0 }],
  measurements: [{ metric: 'a', value: 0, unit: '' }],
  evidence: { list: [1, 'x', null, true] },
})

describe('writeVerdict', () => {
  test('never overwrites: the first free name is taken, and no draft stays', () => {
    const folder = newTemp()
    writeFileSync(join(folder, 'sample.json'), 'mine')
    mkdirSync(join(folder, 'sample-2.json'))

    expect(writeVerdict(sound, folder)).toBe(join(folder, 'sample-3.json'))
    expect(readdirSync(folder).toSorted()).toEqual(['sample-2.json', 'sample-3.json', 'sample.json'])
    expect(readFileSync(join(folder, 'sample.json'), 'utf8')).toBe('mine')
    expect(JSON.parse(readFileSync(join(folder, 'sample-3.json'), 'utf8'))).toEqual(sound)
  })
})

describe('redactVerdict', () => {
  test('texts lose the secret; words and numbers that programs read keep theirs', () => {
    const masks = { add: () => undefined, holds: () => false, redact: (text: string) => text.replaceAll('pass', '***') }
    const verdict = verdictOf({
      gate: 'pass-gate',
      checks: [
        {
          threshold: 'pass < 1',
          outcome: 'pass',
          severity: 'gate',
          explanation: 'pass',
          measured: ['pass'],
          scope: 'pass',
        },
      ],
      measurements: [{ metric: 'a', scope: 'pass', value: 1, unit: 's' }],
      evidence: { pass: { deep: ['pass', 7] } },
    })

    expect(redactVerdict(verdict, masks)).toEqual({
      schemaVersion: 1,
      gate: 'pass-gate',
      outcome: 'pass',
      checks: [
        {
          threshold: '*** < 1',
          outcome: 'pass',
          severity: 'gate',
          explanation: '***',
          measured: ['***'],
          scope: '***',
        },
      ],
      measurements: [{ metric: 'a', scope: '***', value: 1, unit: 's' }],
      reasons: ['***'],
      evidence: { '***': { deep: ['***', 7] } },
    })
  })
})

describe('flawOf', () => {
  test('a sound verdict has none, and one without data neither', () => {
    expect(flawOf(sound)).toBeUndefined()
    expect(flawOf(noData('sample', 'gone'))).toBeUndefined()
  })

  test.each<[string, Partial<Verdict>]>([
    ['/gate', { gate: '../x' }],
    ['/reasons', { reasons: [] }],
    ['/reasons/1', { reasons: ['fine', ' '] }],
    ['it holds something that JSON cannot say', { measurements: [{ metric: 'a', value: Number.NaN, unit: '' }] }],
    ['it holds something that JSON cannot say', { evidence: { a: Number.POSITIVE_INFINITY } }],
    ['it passes without a single check', { checks: [] }],
    ['it passes without a single check', { checks: sound.checks.map((check) => ({ ...check, severity: 'warn' })) }],
    [
      'it passes although the check a < 1 did not',
      { checks: sound.checks.map((check) => ({ ...check, outcome: 'fail' })) },
    ],
    [
      'it passes although the check a < 1 did not',
      { checks: sound.checks.map((check) => ({ ...check, outcome: 'inconclusive' })) },
    ],
  ])('%s', (flaw, change) => {
    expect(flawOf({ ...sound, ...change })).toContain(flaw)
  })

  test('a failed verdict may hold passing checks', () => {
    expect(flawOf({ ...sound, outcome: 'fail' })).toBeUndefined()
  })
})
