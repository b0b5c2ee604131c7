import { type JsonDocument, membersOf } from './json.ts'
import type { CompilePath, JsonPath } from './json-path.ts'
import { ExpectationError, type Release } from './judgement.ts'
import { parsePattern } from './pattern.ts'

/** Where an answer tells its release. */
export type VersionSource =
  | { readonly kind: 'auto' }
  | { readonly kind: 'json'; readonly path: JsonPath }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'regex'; readonly pattern: RegExp }

/** Of an answer, what may hold a version. */
export interface VersionCarrier {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly document: JsonDocument
}

/** Reads `auto`, `json:$.path`, `header:Name`, `regex:/…(group)…/`. */
export function parseVersionSource(text: string, compile: CompilePath): VersionSource {
  if (text === 'auto') return { kind: 'auto' }
  const [, kind, rest = ''] = /^(json|header|regex):(.+)$/s.exec(text) ?? []
  if (kind === 'json') return { kind, path: compile(rest) }
  if (kind === 'header' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(rest)) return { kind, name: rest.toLowerCase() }
  if (kind === 'regex') return { kind, pattern: patternWithGroup(rest) }
  throw new ExpectationError(text, 'names no place; write auto, json:$.path, header:Name or regex:/release (\\S+)/')
}

function patternWithGroup(text: string): RegExp {
  const pattern = parsePattern(text)
  // an alternative that matches nothing shows how many groups there are
  const groups = pattern === undefined ? 0 : (new RegExp(`${pattern.source}|`, pattern.flags).exec('')?.length ?? 1) - 1
  if (pattern !== undefined && groups > 0) return pattern
  throw new ExpectationError(text, 'needs a pattern with a group, such as regex:/release (\\S+)/')
}

/** The version that an answer carries; undefined where it carries none, or a placeholder such as "unknown". */
export function readVersion(
  source: VersionSource,
  carrier: VersionCarrier,
  expected: string | undefined,
): string | undefined {
  if (source.kind === 'auto') return autoVersion(carrier.document, expected)
  if (source.kind === 'json') return jsonVersion(source.path, carrier.document)
  if (source.kind === 'regex') return versionText(source.pattern.exec(carrier.body)?.[1])
  return versionText(Object.hasOwn(carrier.headers, source.name) ? carrier.headers[source.name] : undefined)
}

/** Several values that differ are no version: whichever were taken, it could be the wrong one. */
function jsonVersion(path: JsonPath, document: JsonDocument): string | undefined {
  if (!document.isJson) return undefined
  const found = new Set((path.select(document.value) ?? []).map(versionText))
  return found.size === 1 ? [...found][0] : undefined
}

const AUTO_PLACES: readonly (readonly string[])[] = [
  ['commit'],
  ['commitSha'],
  ['commit_sha'],
  ['git_sha'],
  ['gitSha'],
  ['sha'],
  ['build_sha'],
  ['version', 'sha'],
  ['version', 'commit'],
  ['releaseId'],
  ['version'],
]

function autoVersion(document: JsonDocument, expected: string | undefined): string | undefined {
  if (!document.isJson) return undefined
  const found = AUTO_PLACES.flatMap((place) => {
    const version = versionText(valueAt(document.value, place))
    return version === undefined ? [] : [{ place: place.join('.'), version }]
  })
  if (expected === undefined) return found[0]?.version
  if (isCommit(expected)) return found.find(({ place, version }) => isCandidate(place, version, expected))?.version
  // a commit beside a release name is not a mismatch, as a release name beside a commit is none
  return (found.find(({ version }) => !isCommit(version)) ?? found[0])?.version
}

/** `20260301` may be a date: digits alone, where a release name usually stands, count only if they match. */
function isCandidate(place: string, version: string, expected: string): boolean {
  if (!isCommit(version)) return false
  const isAmbiguous = /^\d+$/.test(version) && (place === 'version' || place === 'releaseId')
  return !isAmbiguous || isSameVersion(version, expected)
}

function valueAt(document: unknown, place: readonly string[]): unknown {
  return place.reduce<unknown>((value, name) => membersOf(value)?.get(name), document)
}

/** Longer than any commit, tag or image digest: a text of that size is something else. */
const MAX_VERSION = 200
const PLACEHOLDERS = new Set(['', 'null', 'unknown', 'dev'])

function versionText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const text = String(value).trim()
  return PLACEHOLDERS.has(text.toLowerCase()) || text.length > MAX_VERSION ? undefined : text
}

const isCommit = (text: string): boolean => /^[0-9a-f]{7,}$/i.test(text)

/** Commits match where one is the beginning of the other, both of 7 or more digits; anything else where it is equal. */
export function isSameVersion(observed: string, expected: string): boolean {
  if (!isCommit(observed) || !isCommit(expected)) return observed === expected
  const [one, other] = [observed.toLowerCase(), expected.toLowerCase()]
  return one.startsWith(other) || other.startsWith(one)
}

/** What an answer says of its release. */
export function releaseOf(observed: string | undefined, expected: string | undefined): Release {
  if (expected === undefined) return 'not-asked'
  if (observed === undefined) return 'missing'
  return isSameVersion(observed, expected) ? 'expected' : 'other'
}

/** A commit as people write it; anything else, shortened where it is long. */
export function showVersion(version: string): string {
  if (isCommit(version)) return version.slice(0, 7)
  return version.length <= 40 ? version : `${version.slice(0, 39)}…`
}
