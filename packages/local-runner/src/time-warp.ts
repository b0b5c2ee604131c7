import type { Clock } from '@hardgate/http'

/** How time runs in a started action, and in a fake server that must agree with it. */
export interface Warp {
  /** How many times faster time passes. */
  readonly scale: number
  /** The moment, in milliseconds since 1970, at which warped and real time agree. Default: `warpEpoch`. */
  readonly epoch?: number
}

/** When this module was loaded: the default of all that is warped, so that it agrees without being told. */
export const warpEpoch: number = Date.now()

/** Milliseconds since 1970, as an action sees them that runs `scale` times faster. */
export function scaledNow(scale: number, epoch: number = warpEpoch): number {
  return epoch + (Date.now() - epoch) * scale
}

/** The clock of a fake server beside warped actions. */
export function scaledClock({ scale, epoch = warpEpoch }: Warp): Clock {
  return {
    monotonic: () => performance.now() * scale,
    now: () => new Date(scaledNow(scale, epoch)),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const end = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, shrink(ms, scale))
        signal?.addEventListener('abort', end)
      }),
  }
}

// A timer of Node may fire a fraction of a millisecond early, which the scale would make seconds: one more is never early.
const shrink = (ms: number, scale: number): number => (ms > 0 ? Math.ceil(ms / scale) + 1 : ms)

/**
 * The value of Node's `--import` that makes time pass faster in a process: Date, performance.now, hrtime, the timers,
 * also those of `timers` and `timers/promises`, and AbortSignal.timeout. Timers inside of Node itself, such as that of
 * socket.setTimeout, keep real time.
 */
export function timeWarp({ scale, epoch = warpEpoch }: Warp): string {
  if (!(scale > 0)) throw new RangeError(`${scale} is not a scale of time.`)
  const parameters = `const scale = ${scale}, epoch = ${epoch}\n`
  return `data:text/javascript,${encodeURIComponent(parameters + PRELOAD)}`
}

// Text, not a function: a tool that measures coverage would put its counters into it.
const PRELOAD = `
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import promises from 'node:timers/promises'
import { promisify } from 'node:util'

const shrink = (ms) => (ms > 0 ? Math.ceil(ms / scale) + 1 : ms)
const RealDate = Date, realNow = Date.now, start = performance.now(), realPerformanceNow = performance.now.bind(performance)
const now = () => Math.floor(epoch + (realNow() - epoch) * scale)

RealDate.now = now
globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
})
performance.now = () => start + (realPerformanceNow() - start) * scale

const realHrtime = process.hrtime, startHrtime = realHrtime.bigint()
const nanoseconds = () => startHrtime + BigInt(Math.round(Number(realHrtime.bigint() - startHrtime) * scale))
process.hrtime = (since) => {
  const at = nanoseconds() - (since === undefined ? 0n : BigInt(since[0]) * 1000000000n + BigInt(since[1]))
  return [Number(at / 1000000000n), Number(at % 1000000000n)]
}
process.hrtime.bigint = nanoseconds

for (const name of ['setTimeout', 'setInterval']) {
  const real = timers[name], realPromise = promises[name]
  promises[name] = (ms, ...rest) => realPromise(shrink(ms), ...rest)
  timers[name] = globalThis[name] = (call, ms, ...rest) => real(call, shrink(ms), ...rest)
}
Object.defineProperty(timers.setTimeout, promisify.custom, { value: promises.setTimeout })
promises.scheduler.wait = (ms, options) => promises.setTimeout(ms, undefined, options)
AbortSignal.timeout = (ms) => {
  const controller = new AbortController()
  const end = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  setTimeout(end, ms).unref()
  return controller.signal
}
syncBuiltinESMExports()
`
