import type { Certificate, Observed, Phases, Reached, Trouble } from './exchange.ts'

/** Filled in as a connection goes on, so that a failure can say how far it got. */
export interface Trace {
  phases: { -readonly [K in keyof Phases]: Phases[K] }
  reached: Reached
  address?: string
  certificate?: Certificate
  viaProxy: boolean
}

export function newTrace(): Trace {
  return { phases: {}, reached: 'nothing', viaProxy: false }
}

export function observed({ phases, reached, address, certificate, viaProxy }: Trace): Observed {
  return {
    phases: { ...phases },
    reached,
    viaProxy,
    ...(address === undefined ? {} : { address }),
    ...(certificate === undefined ? {} : { certificate }),
  }
}

export function isTrouble(thing: object): thing is Trouble {
  return 'kind' in thing && 'message' in thing
}
