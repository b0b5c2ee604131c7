import { systemClock } from '@hardgate/http'
import { expect, jest, test } from '@jest/globals'

test('a sleep takes its time, and a signal ends it', async () => {
  const controller = new AbortController()
  const start = systemClock.monotonic()

  await systemClock.sleep(60)
  const slept = systemClock.monotonic() - start
  setTimeout(() => controller.abort(), 20)
  await systemClock.sleep(60_000, controller.signal)
  await systemClock.sleep(60_000, controller.signal)

  // a timer of Node may be a fraction of a millisecond early
  expect(slept).toBeGreaterThan(58)
  expect(systemClock.monotonic() - start).toBeLessThan(2000)
})

test('a sleep longer than the longest timer of Node does not end at once', async () => {
  const controller = new AbortController()
  const ended = jest.fn()

  const sleeping = systemClock.sleep(2 ** 31, controller.signal).then(ended)
  await systemClock.sleep(30)
  expect(ended).not.toHaveBeenCalled()
  controller.abort()
  await sleeping

  expect(ended).toHaveBeenCalledTimes(1)
})

test('a signal keeps no listener after the sleep', async () => {
  const { signal } = new AbortController()
  const removed = jest.spyOn(signal, 'removeEventListener')

  await systemClock.sleep(1, signal)

  expect(removed).toHaveBeenCalledTimes(1)
})
