import { expect, test } from '@jest/globals'
import { budgetLine } from '../../../actions/health-check-with-retry/src/budget.ts'
import { checksOf } from '../../../actions/health-check-with-retry/src/plan.ts'
import { scheduleOf } from '../../../actions/health-check-with-retry/src/watch.ts'
import { type Given, read } from './read.ts'

async function budget(given: Given, hasWarm = false): Promise<string> {
  const inputs = await read({ url: 'http://h/health', ...given })
  const checks = checksOf(inputs, '', {})
  return budgetLine(scheduleOf(inputs, checks), checks, hasWarm)
}

test.each<[string, Given, string]>([
  [
    'the defaults',
    {},
    'Budget: 60 s wait, then at most 5 attempts (timeout 10 s, 10 s apart): 150 s at most; up to 350 s if the server asks for it with Retry-After.',
  ],
  [
    'a streak may add attempts',
    { 'success-threshold': '3', 'max-retry-after': '10s' },
    'Budget: 60 s wait, then at most 7 attempts (timeout 10 s, 10 s apart): 190 s at most.',
  ],
  [
    'no delay',
    { 'initial-delay': '0', 'max-attempts': '1', interval: '500ms' },
    'Budget: at most 1 attempt (timeout 10 s, 0.5 s apart): 10 s at most.',
  ],
  [
    'grace waits for the round that is under way',
    { 'expect-version': '9f1e2c7', 'max-retry-after': '0' },
    'Budget: 60 s of grace, then at most 5 attempts (timeout 10 s, 10 s apart): 160 s at most.',
  ],
  [
    'until a deadline',
    { 'max-attempts': '0', deadline: '10m' },
    'Budget: 60 s wait, then attempts until the deadline (timeout 10 s, 10 s apart): 610 s at most.',
  ],
  [
    'a deadline caps what a server may ask for',
    { deadline: '3m' },
    'Budget: 60 s wait, then at most 5 attempts (timeout 10 s, 10 s apart): 150 s at most; up to 190 s if the server asks for it with Retry-After.',
  ],
  [
    'the slowest check counts, and 17 checks need two goes of 16 connections',
    {
      'max-retry-after': '0',
      'initial-delay': '0',
      checks: Array.from({ length: 16 }, (_, n) => `- url: http://h/${n}\n  timeout: ${n === 3 ? '20s' : '1s'}`).join(
        '\n',
      ),
    },
    'Budget: at most 5 attempts (timeout 20 s, 10 s apart): 240 s at most.',
  ],
])('%s', async (_name, given, line) => {
  expect(await budget(given)).toBe(line)
})

test('warm samples are told apart', async () => {
  expect(await budget({ 'max-retry-after': '0' }, true)).toBe(
    'Budget: 60 s wait, then at most 5 attempts (timeout 10 s, 10 s apart): 150 s at most. Behind each green streak 5 more samples measure the latency.',
  )
})
