import { expect, test } from '@jest/globals'
import { endingOf } from '../../../actions/metrics-reporter/src/status.ts'

const HOUR = 3_600_000
const short = { ranMs: 95_250, jobTimeoutMs: 6 * HOUR }

test.each([
  ['success', 'success', 'success'],
  ['neutral', 'success', 'neutral'],
  ['failure', 'failure', 'failure'],
  ['action_required', 'failure', 'action_required'],
  ['cancelled', 'cancellation', 'cancelled'],
  ['timed_out', 'timeout', 'timed_out'],
  ['startup_failure', 'error', 'startup_failure'],
  ['stale', 'error', 'stale'],
  ['skipped', 'skip', 'skipped'],
  ['Cancelled', 'cancellation', 'cancelled'],
])('GitHub says %s: the event says %s', (word, status, conclusion) => {
  expect(endingOf(word, short)).toEqual({ status, conclusion })
})

test.each([
  ['timeout', 'timeout', 'timed_out'],
  ['cancellation', 'cancellation', 'cancelled'],
  ['error', 'error', 'failure'],
  ['skip', 'skip', 'skipped'],
])('our word %s is taken, with the nearest of GitHub', (word, status, conclusion) => {
  expect(endingOf(word, short)).toEqual({ status, conclusion })
})

test.each(['', 'green', 'toString', 'succes'])('%j is no status', (word) => {
  expect(endingOf(word, short)).toBeUndefined()
})

test('trap 2: a job that was cancelled 10 s before its limit was ended by the limit', () => {
  const length = { jobTimeoutMs: HOUR, ranMs: HOUR - 10_000 }

  expect(endingOf('cancelled', length)).toEqual({ status: 'timeout', conclusion: 'cancelled' })
})

test('trap 2: a job that was cancelled earlier, or whose length is unknown, was cancelled', () => {
  expect(endingOf('cancelled', { jobTimeoutMs: HOUR, ranMs: HOUR - 15_001 })?.status).toBe('cancellation')
  expect(endingOf('cancelled', { jobTimeoutMs: HOUR, ranMs: undefined })?.status).toBe('cancellation')
})

test('trap 2: a job over its limit that failed is a failure, and the word cancellation is final', () => {
  const over = { jobTimeoutMs: HOUR, ranMs: 2 * HOUR }

  expect(endingOf('failure', over)?.status).toBe('failure')
  expect(endingOf('cancellation', over)?.status).toBe('cancellation')
})
