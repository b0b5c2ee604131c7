import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pair {
  readonly key: string
  readonly cert: string
}

export interface CertificatePlan {
  readonly name: string
  /** Such as `DNS:example.test,IP:127.0.0.1`. */
  readonly altNames?: string
  /** Absent: signed by itself. */
  readonly issuer?: Pair
  readonly isAuthority?: boolean
  readonly from?: Date
  readonly to: Date
}

const DAY_MS = 86_400_000

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS)
}

/** Made anew by openssl at test time, so that no key lies in the repository and none ends one day. */
export function makeCertificate(plan: CertificatePlan): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const at = (file: string): string => join(folder, file)
  try {
    openssl(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      at('key'),
      '-out',
      at('csr'),
      '-subj',
      `/CN=${plan.name}`,
    )
    writeFileSync(at('extensions'), extensions(plan))
    // `openssl ca` alone can set both ends of the validity in every version from 1.1.1 on
    writeFileSync(at('index'), '')
    writeFileSync(at('serial'), `01${randomBytes(8).toString('hex')}`)
    writeFileSync(at('conf'), caConfiguration(folder))
    const signer = plan.issuer ?? { key: readFileSync(at('key'), 'utf8'), cert: '' }
    writeFileSync(at('signer.key'), signer.key)
    if (signer.cert !== '') writeFileSync(at('signer.cert'), signer.cert)
    const from = plan.from ?? daysFromNow(-30)
    const by = signer.cert === '' ? ['-selfsign'] : ['-cert', at('signer.cert')]
    openssl(
      ...['ca', '-batch', '-notext', '-config', at('conf'), '-keyfile', at('signer.key'), ...by, '-in', at('csr')],
      ...['-out', at('cert'), '-extfile', at('extensions')],
      ...['-startdate', stamp(from), '-enddate', stamp(plan.to)],
    )
    return { key: readFileSync(at('key'), 'utf8'), cert: readFileSync(at('cert'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function extensions({ altNames, isAuthority = false }: CertificatePlan): string {
  const lines = [`basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`]
  if (altNames !== undefined) lines.push(`subjectAltName=${altNames}`)
  return lines.join('\n')
}

function caConfiguration(folder: string): string {
  return `[ca]
default_ca=one
[one]
database=${folder}/index
serial=${folder}/serial
new_certs_dir=${folder}
default_md=sha256
policy=any
unique_subject=no
[any]
commonName=supplied
`
}

/** YYYYMMDDHHMMSSZ */
function stamp(date: Date): string {
  return `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`
}
