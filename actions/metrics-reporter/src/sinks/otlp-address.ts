export type Signal = 'metrics' | 'traces'

const PATHS: Readonly<Record<Signal, string>> = { metrics: '/v1/metrics', traces: '/v1/traces' }
const SIGNALS: readonly Signal[] = ['metrics', 'traces']

/** A URL that ends in the path of a signal is of that signal alone; any other gets the path of each. */
export function signalsOf(target: string, { signals = 'metrics,traces' }: Readonly<Record<string, string>>): Signal[] {
  const only = signalOfPath(target)
  return only === undefined ? SIGNALS.filter((one) => signals.includes(one)) : [only]
}

export function addressOf(target: string, signal: Signal): string {
  if (signalOfPath(target) !== undefined) return target
  const url = new URL(target)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${PATHS[signal]}`
  return url.href
}

/** Undefined: the URL and the option `signals` can both be right. */
export function flawOfOtlp(target: string, { signals }: Readonly<Record<string, string>>): string | undefined {
  const only = signalOfPath(target)
  if (only === undefined || signals === undefined || signals.includes(only)) return undefined
  return `ends in ${PATHS[only]}, and signals=${signals} asks for another`
}

function signalOfPath(target: string): Signal | undefined {
  const path = new URL(target).pathname.replace(/\/+$/, '')
  return SIGNALS.find((one) => path.endsWith(PATHS[one]))
}
