import type { CheckHealth } from '@hardgate/health'
import type { Exchange } from '@hardgate/http'
import type { Sample } from './watch.ts'

const LOOPBACK = /^(?:127\.|::1$|localhost$|\[::1\]$)/
// https spoken to a server that answers in plain http; which one depends on OpenSSL's version
const NOT_TLS = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST', 'EPROTO']
const UNTRUSTED = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']

/** What a person could do next about a check that is not healthy, the likeliest first. */
export function hintsFor({ failureClass }: CheckHealth, sample: Sample | undefined): readonly string[] {
  if (sample === undefined) return []
  const { exchange, check } = sample
  return [
    ...byClass(failureClass, exchange),
    ...(exchange.ok ? byStatus(exchange.status, exchange.headers, check.method) : byCode(exchange.code, exchange)),
    ...dropped(exchange),
  ]
}

function byClass(failureClass: CheckHealth['failureClass'], exchange: Exchange): string[] {
  if (failureClass === 'refused' && LOOPBACK.test(exchange.address ?? '')) {
    return ['Does the application listen on this address and port? It may bind another one, or not use $PORT.']
  }
  if (failureClass === 'no-route' && (exchange.address ?? '').includes(':')) {
    return ['The name has an IPv6 address (AAAA) and this runner has no IPv6 route: set ip-family: 4.']
  }
  if (failureClass === 'cached') return ['Set cache-bust: true, or probe the origin with resolve.']
  if (failureClass === 'rate-limited') return ['Use a longer interval, or exempt the health path from the limit.']
  if (failureClass === 'version-missing') {
    return [
      'Let the application answer with its commit (the README has the five lines), or say where it is with version-from.',
    ]
  }
  if (failureClass === 'response-timeout') return ['Is it slow or hanging? A longer timeout tells the two apart.']
  return []
}

function byStatus(status: number, headers: Readonly<Record<string, string>>, method: string): string[] {
  const routing = headers['x-render-routing']
  return [
    ...(status === 405 && method === 'HEAD'
      ? ['The server answers HEAD with 405: leave method out, GET is the default.']
      : []),
    ...(status === 401 ? ['Is it the token, not the release?'] : []),
    ...(routing === undefined
      ? []
      : [`Render's router answered (x-render-routing: ${routing}): look at the service's own log.`]),
  ]
}

function byCode(code: string | undefined, { certificate }: Exchange): string[] {
  if (code === undefined) return []
  if (NOT_TLS.includes(code)) return ['The port answers in plain http: write http://, or use the https port.']
  if (UNTRUSTED.includes(code)) return ['A certificate of your own is trusted with ca.']
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return ['The server does not send its intermediate certificate.']
  if (code !== 'CERT_HAS_EXPIRED' || certificate === undefined) return []
  return [`The certificate ended on ${certificate.validTo.toISOString().slice(0, 10)}.`]
}

function dropped({ droppedHeaders, url }: Exchange): string[] {
  if (droppedHeaders.length === 0) return []
  return [`A redirect to another origin dropped ${droppedHeaders.join(', ')}: use the final URL, ${url}.`]
}
