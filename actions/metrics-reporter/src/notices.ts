import { hasCredentialsInTarget, kindNamed } from './sinks/kinds.ts'
import type { Endpoint } from './sinks/sink.ts'

/** Does a request to it show who sends it? */
export function hasCredentials(endpoint: Endpoint): boolean {
  return endpoint.token !== undefined || sendsCredentials(endpoint)
}

/** The endpoints to which credentials travel in the clear, beyond this machine. A signing secret does not travel. */
export function clearCredentials(endpoints: readonly Endpoint[]): string[] {
  return endpoints
    .filter((one) => sendsCredentials(one) && isClear(one))
    .map(({ name, shown }) => `${name} (${shown}) is asked over http: its credentials can be read on the way.`)
}

function sendsCredentials({ kind, target, headers, token }: Endpoint): boolean {
  const known = kindNamed(kind)
  if (known.address !== 'url') return false
  const isTokenSent = token !== undefined && known.tokenScheme !== undefined
  return isTokenSent || Object.keys(headers).length > 0 || hasCredentialsInTarget(known, target)
}

function isClear({ target }: Endpoint): boolean {
  const { protocol, hostname } = new URL(target)
  return protocol === 'http:' && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}
