import type { Delivery } from './sink.ts'

/** Where lines go. */
export interface Place {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  /** As a person knows it. */
  readonly shown: string
}

export interface Limits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** `again`: not one line left this machine, so another attempt counts nothing twice. */
export type Attempted =
  | { readonly end: 'again'; readonly reason: string }
  | ({ readonly end: 'settled' } & Omit<Delivery, 'attempts'>)

export const failed = (reason: string): Attempted => ({ end: 'settled', result: 'failed', reason })
export const again = (reason: string): Attempted => ({ end: 'again', reason })

/** Aborted with the step, or when the time of this attempt is over, of which a part may be used. */
export function limitOf({ timeoutMs, signal }: Limits, usedMs = 0): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs - usedMs)))])
}

/** Waits for what settles; undefined: the limit came first, or the step was cancelled. */
export function within<T>(signal: AbortSignal, begin: (settle: (value: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined)
    const expire = (): void => resolve(undefined)
    signal.addEventListener('abort', expire, { once: true })
    begin((value) => {
      signal.removeEventListener('abort', expire)
      resolve(value)
    })
  })
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no code'
