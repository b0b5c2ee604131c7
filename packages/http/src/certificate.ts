import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { Certificate } from './exchange.ts'

/** What the server showed on this very connection; undefined where it showed nothing. */
export function readCertificate(socket: TLSSocket): Certificate | undefined {
  const chain = [...walk(socket.getPeerCertificate(true))]
  const [leaf] = chain
  const ends = chain.map(({ valid_to }) => Date.parse(valid_to)).filter((end) => !Number.isNaN(end))
  if (leaf === undefined || ends.length === 0) return undefined
  return { subject: nameOf(leaf.subject), issuer: nameOf(leaf.issuer), validTo: new Date(Math.min(...ends)) }
}

/** A root names itself as its issuer, and Node then gives the same object for ever. */
function* walk(first: DetailedPeerCertificate): Generator<DetailedPeerCertificate> {
  const seen = new Set<DetailedPeerCertificate>()
  let certificate: DetailedPeerCertificate | undefined = first
  // where the server sent none, Node gives an object without members
  while (certificate?.valid_to !== undefined && !seen.has(certificate)) {
    seen.add(certificate)
    yield certificate
    certificate = certificate.issuerCertificate
  }
}

function nameOf(part: DetailedPeerCertificate['subject'] | undefined): string {
  // two of one kind make it an array, whatever the types say
  const names: unknown[] = [part?.CN, part?.O, part?.OU]
  const name = names.flat().find((one) => typeof one === 'string' && one !== '')
  return typeof name === 'string' ? name : 'no name'
}
