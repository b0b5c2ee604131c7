import { secretsInUrl } from '@hardgate/http'
import { isHeaderValue } from '../header-lines.ts'
import { flawOfOtlp } from './otlp-address.ts'
import { flawOfSecret } from './signature.ts'
import type { Kind } from './sink.ts'

const PREFIX = { pattern: /^(?=.{1,100}$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/, example: 'ci' }
const ANY = { pattern: /^\S{1,200}$/, example: 'ci' }

// Apart from the sinks themselves, so that the main stage, which sends nothing, need not load them.
const KINDS: readonly Kind[] = [
  {
    kind: 'webhook',
    schemes: { 'webhook+https': 'https', https: 'https', 'webhook+http': 'http', http: 'http' },
    address: 'url',
    options: { sign: ['both', 'standard', 'github', 'none'] },
    takesCredentials: true,
    flawOfToken: flawOfSecret,
  },
  {
    kind: 'otlp',
    schemes: { 'otlp+https': 'https', 'otlp+http': 'http' },
    address: 'url',
    options: {
      signals: ['metrics,traces', 'metrics', 'traces', 'traces,metrics'],
      temporality: ['gauge', 'delta', 'cumulative'],
    },
    takesCredentials: true,
    tokenScheme: 'Bearer',
    flawOfToken: flawOfHeaderToken,
    flawOfLine: flawOfOtlp,
  },
  {
    kind: 'pushgateway',
    schemes: { 'pushgateway+https': 'https', 'pushgateway+http': 'http' },
    address: 'url',
    options: { job: { pattern: /^[^\s/]{1,100}$/, example: 'ci' } },
    takesCredentials: true,
    tokenScheme: 'Bearer',
    flawOfToken: flawOfHeaderToken,
  },
  {
    kind: 'influx',
    schemes: { 'influx+https': 'https', 'influx+http': 'http' },
    address: 'url',
    options: { bucket: ANY, org: ANY, db: ANY },
    takesCredentials: true,
    tokenScheme: 'Token',
    flawOfToken: flawOfHeaderToken,
    secretQuery: ['p'],
    flawOfLine: flawOfInflux,
  },
  {
    kind: 'statsd',
    schemes: { statsd: 'udp', 'statsd+tcp': 'tcp' },
    address: 'socket',
    options: { prefix: PREFIX },
    takesCredentials: false,
  },
  {
    kind: 'dogstatsd',
    schemes: { dogstatsd: 'udp', 'dogstatsd+tcp': 'tcp' },
    address: 'socket',
    options: { prefix: PREFIX },
    takesCredentials: false,
  },
  { kind: 'file', schemes: { file: 'file' }, address: 'path', options: {}, takesCredentials: false },
]

/** What a line of the input `endpoint` may begin with. */
export const schemes: readonly string[] = KINDS.flatMap((one) => Object.keys(one.schemes))

/** Also the names of endpoints that are given none. */
export const kinds: readonly string[] = KINDS.map(({ kind }) => kind)

export const kindOfScheme = (scheme: string): Kind | undefined =>
  KINDS.find((one) => Object.hasOwn(one.schemes, scheme))

export function kindNamed(kind: string): Kind {
  const known = KINDS.find((one) => one.kind === kind)
  if (known === undefined) throw new Error(`no kind of endpoint is called ${kind}`)
  return known
}

/** All that is secret in the address of an endpoint, for masking. */
export function secretsOfTarget({ secretQuery = [] }: Pick<Kind, 'secretQuery'>, target: string): string[] {
  if (!URL.canParse(target)) return []
  const { searchParams } = new URL(target)
  const query = secretQuery.flatMap((name) => searchParams.getAll(name))
  return [...secretsInUrl(target), ...query].filter((one) => one !== '')
}

/** Does the address itself say who asks? */
export function hasCredentialsInTarget({ address, secretQuery = [] }: Kind, target: string): boolean {
  if (address !== 'url') return false
  const { username, password, searchParams } = new URL(target)
  return username !== '' || password !== '' || secretQuery.some((name) => searchParams.has(name))
}

/** InfluxDB 2 has buckets of organisations, InfluxDB 1 databases; a URL that ends in a write path says it all. */
function flawOfInflux(target: string, { bucket, org, db }: Readonly<Record<string, string>>): string | undefined {
  const { pathname, searchParams } = new URL(target)
  const isWhole = /\/write$/.test(pathname)
  const isOne = [isWhole, bucket !== undefined, db !== undefined].filter((is) => is).length === 1
  // the times of the lines are in nanoseconds: by another unit they would lie centuries off, and be taken
  if (isWhole && !['ns', 'n', null].includes(searchParams.get('precision')))
    return 'asks for a precision other than ns. Leave precision=… out'
  if (isOne && (bucket === undefined) === (org === undefined)) return undefined
  return 'needs either bucket=… and org=…, or db=…, or a URL that ends in /write'
}

/** It goes behind the word Bearer or Token into a header. */
function flawOfHeaderToken(token: string): string | undefined {
  const scheme = /^(?:Bearer|Token|Basic) /i.exec(token)?.[0].trim()
  if (scheme !== undefined) return `starts with the word ${scheme}, which this action writes itself: leave it out`
  return isHeaderValue(token) ? undefined : 'has a character that no header may hold'
}
