import { checkSchema, schemaChecker } from '@hardgate/gate'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { buildEventSchema } from '../../../actions/metrics-reporter/src/build-event-schema.ts'
import { checkEvent } from '../../../actions/metrics-reporter/src/event-check.ts'
import { eventText, note } from '../../../actions/metrics-reporter/src/event-text.ts'
import { fit } from '../../../actions/metrics-reporter/src/fit.ts'
import { sampleEvent, sampleRunEvent } from './sample.ts'

const oracle = new Ajv2020({ strict: false, allErrors: false }).compile(buildEventSchema)

/** Numbers that look like chance and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    yield state
  }
}

const STRANGE: readonly unknown[] = [
  null,
  '',
  'x',
  0,
  -1,
  1.5,
  1e300,
  true,
  [],
  {},
  'x'.repeat(600),
  '☃'.repeat(200),
  'a\nb',
  '::x::',
  9_007_199_254_740_991,
  9_007_199_254_740_992,
  8_640_000.5,
  '0',
  '01',
  '9'.repeat(19),
  'https://h/x?y',
  '2026-11-22T20:01:44.25Z',
  'ci.run.completed',
  'skip',
  [null],
  { success: 1 },
]

/** The event with one place in it changed, removed or added. */
function mutated(event: unknown, next: () => number): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(event))
  let place: unknown = copy
  for (;;) {
    if (typeof place !== 'object' || place === null) return copy
    const keys = Object.keys(place)
    const key = keys[next() % Math.max(keys.length, 1)]
    if (key === undefined || next() % 8 === 0)
      return change(copy, place, `${key ?? 'new'}${next() % 2 === 0 ? '' : '_x'}`, next)
    const inner: unknown = Object.getOwnPropertyDescriptor(place, key)?.value
    if (typeof inner !== 'object' || inner === null || next() % 4 === 0) return change(copy, place, key, next)
    place = inner
  }
}

function change(whole: unknown, place: object, key: string, next: () => number): unknown {
  if (next() % 3 === 0) Reflect.deleteProperty(place, key)
  else Reflect.set(place, key, STRANGE[next() % STRANGE.length])
  return whole
}

test('acceptance 14: for 10,000 mutated events our checker and ajv agree', () => {
  const source = numbers(20_261_122)
  const next = () => Math.floor(source.next().value / 65_536)
  const check = schemaChecker(buildEventSchema)
  const disagreements: unknown[] = []
  let valid = 0
  for (let count = 0; count < 10_000; count += 1) {
    const event = mutated(count % 2 === 0 ? sampleEvent : sampleRunEvent, next)
    const ours = check(event)
    if (ours.length === 0) valid += 1
    if ((ours.length === 0) !== oracle(event)) disagreements.push({ event, ours })
  }

  expect(disagreements).toEqual([])
  expect(valid).toBeGreaterThan(500) // both answers are common enough to mean something
  expect(valid).toBeLessThan(9500)
})

test('the samples are valid, and one that is not is never sent', () => {
  expect(oracle(sampleEvent)).toBe(true)
  expect(oracle(sampleRunEvent)).toBe(true)
  expect(() => checkEvent({ ...sampleEvent, build_id: '' }, '/tmp/x.json')).toThrow(
    /^the event does not fit its schema, so it is not sent: \/build_id: .+\. It lies in \/tmp\/x\.json\.$/,
  )
})

describe('foreign text in an event', () => {
  test.each([
    'a\nb',
    '\u001b[31mred',
    'x'.repeat(900),
    '\u0000',
    '\u0085\u2028',
    '\ud83d'.repeat(300),
    '😀'.repeat(150),
  ])('trap 9: %j fits the schema', (text) => {
    expect(checkSchema(buildEventSchema, { ...sampleEvent, build_id: eventText(`b${text}`) })).toEqual([])
    expect(checkSchema(buildEventSchema, { ...sampleEvent, notes: [note('metric-unreadable', text)] })).toEqual([])
  })

  test('is not cut in the middle of a character', () => {
    expect(eventText('😀'.repeat(101), 199)).toBe('😀'.repeat(99))
  })
})

describe('an event that is too long', () => {
  const metrics = Array.from({ length: 200 }, (_, index) => ({
    name: `m${index}`,
    value: index,
    unit: 's',
    scope: 's'.repeat(190),
  }))
  const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v'.repeat(500)]))

  test('loses metrics first, and says so', () => {
    const short = fit({ ...sampleEvent, metrics, attributes }, 60_000)

    expect(Buffer.byteLength(JSON.stringify(short))).toBeLessThanOrEqual(60_000)
    expect(short.metrics).toHaveLength(100)
    expect(Object.keys(short.attributes ?? {})).toHaveLength(50)
    expect(short.notes).toEqual(['matrix-unreadable', 'truncated: metrics 200 to 100'])
    expect(checkSchema(buildEventSchema, short)).toEqual([])
  })

  test('and attributes where that is not enough', () => {
    const short = fit({ ...sampleEvent, metrics, attributes }, 10_000)

    expect(short.metrics).toBeUndefined()
    expect(short.notes).toEqual(['matrix-unreadable', 'truncated: metrics 200 to 0', 'truncated: attributes 50 to 12'])
    expect(checkSchema(buildEventSchema, short)).toEqual([])
  })
})
