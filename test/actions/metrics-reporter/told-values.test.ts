import { describe, expect, test } from '@jest/globals'
import { readAttributes } from '../../../actions/metrics-reporter/src/attributes.ts'
import { readMetricLines } from '../../../actions/metrics-reporter/src/metric-lines.ts'
import { softFailures } from '../../../actions/metrics-reporter/src/soft-failures.ts'
import { readInstant, timesOf } from '../../../actions/metrics-reporter/src/times.ts'

describe('metrics', () => {
  test.each([
    ['bundle_size = 340 KiB', { name: 'bundle_size', value: 348_160, unit: 'By' }],
    ['bundle_size=348160 By', { name: 'bundle_size', value: 348_160, unit: 'By' }],
    ['p95 = 612ms', { name: 'p95', value: 0.612, unit: 's' }],
    ['share = 85.29%', { name: 'share', value: 0.8529, unit: '1' }],
    ['delta = -3', { name: 'delta', value: -3, unit: '1' }],
    ['tiny = 1e-7', { name: 'tiny', value: 1e-7, unit: '1' }],
  ])('%j is read', (line, metric) => {
    expect(readMetricLines(line)).toEqual({ metrics: [metric], notes: [] })
  })

  test.each(['size =', 'size = By', 'size', 'size = 1,024', 'size = 1 2 3', '9lives = 1', 'a b = 1', 'size = NaN'])(
    '%j is left out with a note, and the next line still counts',
    (line) => {
      const { metrics, notes } = readMetricLines(`${line}\n\nok = 1`)

      expect(metrics).toEqual([{ name: 'ok', value: 1, unit: '1' }])
      expect(notes).toEqual([`metric-unreadable: ${line.split('=')[0]?.trim()}`])
    },
  )
})

describe('attributes', () => {
  test('are lines of key=value; the value may hold "="', () => {
    expect(readAttributes('team=messaging\n\n query = a=b ')).toEqual({
      attributes: { team: 'messaging', query: 'a=b' },
      notes: [],
    })
  })

  test('a line that is none is noted by its number, for it may hold anything', () => {
    expect(readAttributes('team=x\nsecret\n9=a\n=b').notes).toEqual([
      'attribute-unreadable: line 2',
      'attribute-unreadable: line 3',
      'attribute-unreadable: line 4',
    ])
  })

  test('above 50 are cut with a note', () => {
    const { attributes, notes } = readAttributes(Array.from({ length: 60 }, (_, index) => `k${index}=v`).join('\n'))

    expect(Object.keys(attributes)).toHaveLength(50)
    expect(notes).toEqual(['truncated: attributes 60 to 50'])
  })
})

describe('soft failures', () => {
  const gate = { gate: 'coverage-gate', outcome: 'fail' as const, file: 'coverage-gate.json' }

  test('are steps whose failure was hidden, and gates that failed', () => {
    const steps = JSON.stringify({
      lint: { outcome: 'failure', conclusion: 'success', outputs: {} },
      unit: { outcome: 'success', conclusion: 'success' },
      e2e: { outcome: 'failure', conclusion: 'failure' },
    })

    expect(softFailures(steps, [gate]).part).toEqual({ count: 2, names: ['step lint', 'gate coverage-gate'] })
  })

  test('none among the steps is 0', () => {
    expect(softFailures('{}', [])).toEqual({ part: { count: 0 }, notes: [] })
  })

  test('without the steps, none is unknown and not 0', () => {
    expect(softFailures('', [])).toEqual({ notes: [] })
    expect(softFailures('{', [])).toEqual({ notes: ['steps-unreadable'] })
  })
})

describe('times', () => {
  const end = new Date('2026-11-22T20:01:44.250Z')
  const at = new Date('2026-11-22T20:00:09Z')

  test('from a known start the duration is exact', () => {
    expect(timesOf({ at, source: 'local', seenAt: at }, end, undefined)).toEqual({
      part: { started_at: '2026-11-22T20:00:09.000Z', completed_at: '2026-11-22T20:01:44.250Z', source: 'local' },
      seconds: 95.25,
      ranMs: 95_250,
      notes: [],
    })
  })

  test('an unknown start is no duration, and yet the job ran since it was seen', () => {
    const times = timesOf({ at: undefined, source: 'local', seenAt: at }, end, undefined)

    expect(times).toMatchObject({ ranMs: 95_250, notes: ['start-unknown'] })
    expect(times.seconds).toBeUndefined()
    expect(times.part.started_at).toBeUndefined()
  })

  test('a start after the end is no duration, rather than a negative one', () => {
    const times = timesOf({ at: new Date('2026-11-22T20:01:45Z'), source: 'input', seenAt: undefined }, end, undefined)

    expect(times).toMatchObject({ ranMs: undefined, notes: ['clock-anomaly'] })
    expect(times.seconds).toBeUndefined()
  })

  test('a duration that is given wins, and is from the input', () => {
    const times = timesOf({ at: undefined, source: 'local', seenAt: undefined }, end, 1500)

    expect(times).toMatchObject({ seconds: 1.5, notes: [] })
    expect(times.part.source).toBe('input')
  })

  test.each([
    ['2026-11-22T20:00:09Z', '2026-11-22T20:00:09.000Z'],
    ['2026-11-22T21:00:09+01:00', '2026-11-22T20:00:09.000Z'],
  ])('started-at %s is an instant', (text, iso) => {
    expect(readInstant(text)?.toISOString()).toBe(iso)
  })

  test.each(['unknown', '', 'yesterday', '2026-11-22', '20:00:09'])('started-at %j is no instant', (text) => {
    expect(readInstant(text)).toBeUndefined()
  })
})
