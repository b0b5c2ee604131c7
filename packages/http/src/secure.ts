import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { readCertificate } from './certificate.ts'
import { type Deadline, within } from './deadline.ts'
import type { Certificate, Trouble } from './exchange.ts'
import { answerTrouble, codeOf, isTlsCode, lateTrouble } from './failure.ts'
import type { Trace } from './trace.ts'

export interface TlsWish {
  /** The name that is asked for (SNI) and that the certificate must carry. */
  readonly host: string
  /** PEM, added to the system's roots. */
  readonly ca?: string
  readonly insecure?: boolean
  readonly protocols?: readonly string[]
}

/** Speaks TLS on a connected socket. Not a byte is sent to a peer whose certificate does not hold. */
export async function secure(
  socket: Socket,
  wish: TlsWish,
  deadline: Deadline,
  trace: Trace,
): Promise<TLSSocket | Trouble> {
  const outcome = await handshake(socket, wish, deadline)
  if (outcome === undefined) {
    socket.destroy()
    return lateTrouble(deadline, 'response-timeout', `${wish.host} did not finish the TLS handshake`)
  }
  if (outcome instanceof Error) {
    socket.destroy()
    return handshakeTrouble(wish.host, outcome)
  }
  trace.phases.tls = deadline.elapsed()
  const error = outcome.authorized ? undefined : String(outcome.authorizationError)
  const shown = readCertificate(outcome)
  if (shown !== undefined) trace.certificate = error === undefined ? shown : { ...shown, error }
  if (error !== undefined && wish.insecure !== true) {
    outcome.destroy()
    return { kind: 'tls', code: error, message: certificateMessage(error, wish.host, trace.certificate) }
  }
  trace.reached = 'tls'
  return outcome
}

/**
 * Verification is switched off here and its result read afterwards: that tells the certificate of a refused peer
 * too, and does not depend on NODE_TLS_REJECT_UNAUTHORIZED. No session is handed in, so none is resumed: a resumed
 * one has no certificate to show.
 */
async function handshake(socket: Socket, wish: TlsWish, deadline: Deadline): Promise<TLSSocket | Error | undefined> {
  const tls = process.getBuiltinModule('node:tls')
  const isAddress = process.getBuiltinModule('node:net').isIP(wish.host) !== 0
  return within<TLSSocket | Error>(deadline, (settle) => {
    const secured = tls.connect({
      socket,
      host: wish.host,
      servername: isAddress ? '' : wish.host.replace(/\.$/, ''),
      rejectUnauthorized: false,
      ...(wish.protocols === undefined ? {} : { ALPNProtocols: [...wish.protocols] }),
      ...(wish.ca === undefined ? {} : { secureContext: contextWith(wish.ca) }),
    })
    secured.once('secureConnect', () => settle(secured))
    secured.on('error', settle)
    secured.once('close', () => settle(new Error('closed')))
  })
}

let lastContext: { readonly ca: string; readonly context: SecureContext } | undefined

/** What is wrong with a `ca`; undefined: nothing. TLS itself silently ignores what it cannot read. */
export function caProblem(ca: string): string | undefined {
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) return 'ca holds no certificate in PEM form'
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  for (const [i, block] of blocks.entries()) {
    try {
      void new X509Certificate(block)
    } catch {
      return `certificate ${i + 1} of ${blocks.length} in ca cannot be read`
    }
  }
  return undefined
}

/** Throws a TypeError, for a plan that cannot be carried out. */
export function checkCa(ca: string | undefined): void {
  const problem = ca === undefined ? undefined : caProblem(ca)
  if (problem !== undefined) throw new TypeError(problem)
}

/** Reading all roots takes a while, and every attempt of a run has the same `ca`. */
function contextWith(ca: string): SecureContext {
  if (lastContext?.ca === ca) return lastContext.context
  const tls = process.getBuiltinModule('node:tls')
  // Node 20 has no getCACertificates
  const roots = typeof tls.getCACertificates === 'function' ? tls.getCACertificates() : tls.rootCertificates
  const context = tls.createSecureContext({ ca: [...roots, ca] })
  lastContext = { ca, context }
  return context
}

function handshakeTrouble(host: string, error: Error): Trouble {
  const code = codeOf(error)
  if (code !== undefined && isTlsCode(code)) {
    return { kind: 'tls', code, message: `TLS with ${host} failed (${code}): ${explainHandshake(code)}` }
  }
  const trouble = answerTrouble(error, { target: host, isHeard: false })
  if (trouble.kind !== 'refused') return trouble
  const shown = code === undefined ? '' : ` (${code})`
  return { ...trouble, message: `${host} closed the connection during the TLS handshake${shown}` }
}

const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'])

function explainHandshake(code: string): string {
  if (NOT_TLS.has(code)) return 'the answer is not TLS, so this is probably a plain http port'
  return 'the two sides agree on no protocol, cipher or certificate'
}

function certificateMessage(code: string, host: string, shown: Certificate | undefined): string {
  const day = shown?.validTo.toISOString().slice(0, 10) ?? 'an unknown day'
  const meanings: Readonly<Record<string, string>> = {
    CERT_HAS_EXPIRED: `it ended on ${day}`,
    CERT_NOT_YET_VALID: 'it is not valid yet, or the clock of this machine is wrong',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
    SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends in a root that this machine does not trust',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is unknown; the server probably does not send the intermediate one',
    UNABLE_TO_GET_ISSUER_CERT: 'its issuer is unknown; the server probably does not send the intermediate one',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is unknown to this machine',
    ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  }
  return `the certificate of ${host} does not hold (${code}): ${meanings[code] ?? 'verification failed'}`
}
