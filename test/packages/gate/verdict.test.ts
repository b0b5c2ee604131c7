import { type Check, checkSchema, noData, verdictOf, verdictSchema } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

const check = (outcome: Check['outcome'], explanation: string, severity: Check['severity'] = 'gate'): Check => ({
  threshold: 'expectation',
  outcome,
  severity,
  explanation,
})

test('the reasons are the explanations of the checks that decided', () => {
  const checks = [
    check('pass', 'a'),
    check('fail', 'b'),
    check('fail', 'c', 'warn'),
    check('fail', 'd'),
    check('no-data', 'e'),
  ]

  expect(verdictOf({ gate: 'sample', checks })).toMatchObject({ outcome: 'fail', reasons: ['b', 'd'] })
  expect(verdictOf({ gate: 'sample', checks, reasons: ['own'] }).reasons).toEqual(['own'])
})

test('nothing that gates is no-data with a reason, never a pass', () => {
  expect(verdictOf({ gate: 'sample', checks: [check('pass', 'a', 'warn')] })).toMatchObject({
    outcome: 'no-data',
    reasons: ['nothing was judged'],
  })
})

test('no data is a verdict that fits its schema', () => {
  const verdict = noData('sample', 'report.xml is empty', { size: 0 })

  expect(verdict).toMatchObject({ outcome: 'no-data', reasons: ['report.xml is empty'], evidence: { size: 0 } })
  expect(checkSchema(verdictSchema, verdict)).toEqual([])
})
