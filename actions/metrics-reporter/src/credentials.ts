import type { Parser } from '@hardgate/action'
import type { EndpointLine } from './endpoints.ts'
import { type HeaderLine, readHeaderLine } from './header-lines.ts'
import { hasCredentialsInTarget, kindNamed, kinds } from './sinks/kinds.ts'
import type { Endpoint } from './sinks/sink.ts'

/** What the inputs `endpoint`, `token` and `headers` say together. No problem repeats a value: it may be a secret. */
export interface Assigned {
  readonly endpoints: readonly Endpoint[]
  readonly problems: readonly string[]
}

/** With several endpoints each line names its own, so that no credential reaches a host it was not given for. */
export function assign(lines: readonly EndpointLine[], tokenText: string, headersText: string): Assigned {
  // in a run from a fork the endpoint may be a secret that is not set, and the headers are still there
  if (lines.length === 0) return { endpoints: [], problems: [] }
  const tokens = assignTokens(lines, tokenText)
  const fields = assignHeaders(lines, headersText)
  const endpoints = lines.map((line) => {
    const secret = tokens.read.get(line.name) ?? ''
    const own = Object.fromEntries((fields.read.get(line.name) ?? []).map(({ name, value }) => [name, value]))
    return { ...line, headers: own, ...(secret === '' ? {} : { token: secret }) }
  })
  const clashes = endpoints.flatMap((endpoint) => clashOf(endpoint) ?? [])
  return { endpoints, problems: [...tokens.problems, ...fields.problems, ...clashes] }
}

/** A request has one header Authorization: of two credentials one would be left out without a word. */
function clashOf({ name, kind, target, token: own, headers: fields }: Endpoint): string | undefined {
  const known = kindNamed(kind)
  const places = [
    ...(own !== undefined && known.tokenScheme !== undefined ? ['the input token'] : []),
    ...(Object.keys(fields).some((field) => field.toLowerCase() === 'authorization') ? ['a header Authorization'] : []),
    ...(hasCredentialsInTarget(known, target) ? ['its URL'] : []),
  ]
  if (places.length < 2) return undefined
  return `"${name}" has credentials in ${places.join(' and in ')}, and a request carries one of them. Leave the rest out.`
}

/** A secret with several parts: each line, and each line without the endpoint's name in front of it. */
export function token(): Parser<string> {
  return {
    parse: (raw) => raw,
    whenEmpty: '',
    isSecret: true,
    secretsIn: (raw) => splitLines(raw).map((line) => line.replace(PREFIX, '')),
  }
}

export function headers(): Parser<string> {
  return {
    parse: (raw) => raw,
    whenEmpty: '',
    isSecret: true,
    secretsIn: (raw) =>
      splitLines(raw).flatMap((line) => {
        const read = readHeaderLine(line.replace(PREFIX, ''))
        return typeof read === 'string' ? [] : read.flatMap(secretsOfHeader)
      }),
  }
}

const PREFIX = /^[a-z0-9][a-z0-9-]*\//
/** Shorter ones are no secrets, and to mask them would hide half of the log. */
const SHORTEST_SECRET = 4

function secretsOfHeader({ value }: HeaderLine): string[] {
  const credentials = /^(?:Basic|Bearer|Token) +(\S+)$/i.exec(value)?.[1]
  return [value, ...(credentials === undefined ? [] : [credentials])].filter((one) => one.length >= SHORTEST_SECRET)
}

interface Read<T> {
  readonly read: ReadonlyMap<string, T>
  readonly problems: readonly string[]
}

function assignTokens(lines: readonly EndpointLine[], raw: string): Read<string> {
  const read = new Map<string, string>()
  const problems: string[] = []
  for (const [index, text] of splitLines(raw).entries()) {
    const where = `token, line ${index + 1}`
    const owner = ownerOf(text, lines)
    const flaw = owner === undefined ? nobodys(lines, 'token') : (flawOfToken(owner, text) ?? twice(read, owner.line))
    if (flaw !== undefined) problems.push(`${where} ${flaw}`)
    else if (owner !== undefined) read.set(owner.line.name, owner.rest)
  }
  return { read, problems }
}

interface Owner {
  readonly line: EndpointLine
  /** The text without the name in front of it. */
  readonly rest: string
}

function flawOfToken({ line, rest }: Owner, text: string): string | undefined {
  const { name, kind } = line
  const known = kindNamed(kind)
  if (!known.takesCredentials) return `is for "${name}", and an endpoint of the kind ${kind} takes none.`
  const other = rest === text ? kinds.find((one) => text.startsWith(`${one}/`)) : undefined
  // it was meant for an endpoint that is gone, and must not reach this one's host
  if (other !== undefined) return `is for "${other}", and no endpoint has that name.`
  const flaw = known.flawOfToken?.(rest)
  return flaw === undefined ? undefined : `${flaw}.`
}

const twice = (read: ReadonlyMap<string, unknown>, { name }: EndpointLine): string | undefined =>
  read.has(name) ? `is a second one for "${name}".` : undefined

function assignHeaders(lines: readonly EndpointLine[], raw: string): Read<readonly HeaderLine[]> {
  const read = new Map<string, HeaderLine[]>()
  const problems: string[] = []
  for (const [index, text] of splitLines(raw).entries()) {
    const owner = ownerOf(text, lines)
    const known = owner === undefined ? [] : (read.get(owner.line.name) ?? [])
    const fields = owner === undefined ? nobodys(lines, 'Name: value') : fieldsOf(owner.line, owner.rest, known)
    if (typeof fields === 'string') problems.push(`headers, line ${index + 1} ${fields}`)
    else if (owner !== undefined) read.set(owner.line.name, [...known, ...fields])
  }
  return { read, problems }
}

function fieldsOf(
  { name, kind }: EndpointLine,
  text: string,
  known: readonly HeaderLine[],
): readonly HeaderLine[] | string {
  if (!kindNamed(kind).takesCredentials) return `is for "${name}", and an endpoint of the kind ${kind} takes none.`
  const fields = readHeaderLine(text)
  if (typeof fields === 'string') return fields
  const names = [...known, ...fields].map((field) => field.name.toLowerCase())
  const again = names.find((field, index) => names.indexOf(field) !== index)
  return again === undefined ? fields : `sets ${again} a second time for "${name}".`
}

/** Whose a line is: the one that it names, or the only one there is. */
function ownerOf(text: string, lines: readonly EndpointLine[]): Owner | undefined {
  const named = lines.find(({ name }) => text.startsWith(`${name}/`))
  if (named !== undefined) return { line: named, rest: text.slice(named.name.length + 1).trim() }
  const [only, ...more] = lines
  return only !== undefined && more.length === 0 ? { line: only, rest: text } : undefined
}

function nobodys(lines: readonly EndpointLine[], what: string): string {
  const names = lines.map(({ name }) => name).join(', ')
  return `does not say whose it is. With several endpoints write NAME/${what}, with one of the names ${names}.`
}

function splitLines(raw: string): string[] {
  return raw
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
