import { FORMATS, type FormatName } from '@hardgate/load'
import { afterEach, describe, expect, test } from '@jest/globals'
import { COUNT, DOCUMENTS } from './documents.ts'
import { gate, removeTemporary } from './world.ts'

afterEach(removeTemporary)

/** Views that count nothing themselves. */
const ONLY_VIEWS: readonly FormatName[] = ['locust-failures', 'locust-exceptions', 'locust-history']
/** They list answers or percentiles, and not what got no answer. */
const WITHOUT_ERRORS: readonly FormatName[] = ['hey-csv', 'oha-csv', 'h2load-log', 'ab-percentiles', 'ab-gnuplot']

const MEASURED = FORMATS.filter((format) => !ONLY_VIEWS.includes(format))

describe('every format, of a run that is too slow', () => {
  test('ab-percentiles does not say of how many requests it is: nothing is decided', async () => {
    const { outcome } = await gate({ 'report.any': DOCUMENTS['ab-percentiles'] }, { 'max-error-rate': 'off' })

    expect(outcome).toBe('inconclusive')
  })

  test.each(MEASURED.filter((format) => format !== 'ab-percentiles'))(
    '%s fails on its latency, told by its content alone',
    async (format) => {
      const { outcome, outputs, reasons, report } = await gate(
        { 'report.any': DOCUMENTS[format] },
        { 'max-error-rate': 'off', confidence: 'off' },
      )

      expect(reasons.join()).toMatch(/p95|slow/)
      expect([outcome, outputs['format']]).toEqual(['fail', format])
      expect(Number(outputs['p95'])).toBeGreaterThanOrEqual(600)
      expect(report.verdict.evidence['sources']).toMatchObject([{ path: 'report.any', format, use: 'measured' }])
    },
  )

  test.each(MEASURED.filter((format) => !WITHOUT_ERRORS.includes(format)))(
    '%s counts its failures: 12 of 120',
    async (format) => {
      const { outcome, outputs } = await gate({ 'report.any': DOCUMENTS[format] }, { 'p95-under': 'off' })

      expect([outcome, outputs['requests'], Number(outputs['error-rate'])]).toEqual(['fail', String(COUNT), 10])
    },
  )

  test.each(WITHOUT_ERRORS)('%s does not know its failures, so nothing passes', async (format) => {
    const { outcome, outputs, reasons } = await gate({ 'report.any': DOCUMENTS[format] }, { 'p95-under': '10s' })

    expect([outcome, outputs['error-rate']]).toEqual(['no-data', ''])
    expect(reasons[0]).toMatch(/^errors: /)
  })
})

test.each(ONLY_VIEWS)('%s alone holds no percentile that counts', async (format) => {
  expect((await gate({ 'report.any': DOCUMENTS[format] }, { 'max-error-rate': 'off' })).outcome).toBe('no-data')
})
