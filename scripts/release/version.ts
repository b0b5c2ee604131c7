import { Refusal } from './refusal.ts'

export interface Version {
  /** Without the leading `v`: `1.2.3` or `1.2.3-rc.1`. */
  readonly text: string
  readonly numbers: readonly [major: number, minor: number, patch: number]
  /** The identifiers after the hyphen; empty for a version that everybody gets. */
  readonly pre: readonly string[]
}

// semver.org's own grammar but for build metadata: two tags that differ only there have no order
const NUMBER = '(0|[1-9][0-9]{0,8})'
const IDENTIFIER = '(?:0|[1-9][0-9]{0,8}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const GRAMMAR = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?$`)

/** Undefined for what is not a version of ours; a leading `v` belongs to the tag, not to the version. */
export function readVersion(text: string): Version | undefined {
  const found = GRAMMAR.exec(text)
  if (found === null) return undefined
  const [, major, minor, patch, pre] = found
  return { text, numbers: [Number(major), Number(minor), Number(patch)], pre: pre === undefined ? [] : pre.split('.') }
}

export function versionFrom(text: string): Version {
  const version = readVersion(text)
  if (version !== undefined) return version
  throw new Refusal(
    `"${text}" is not a version.`,
    'Write three numbers, such as 1.2.3, or a pre-release such as 1.3.0-rc.1.',
  )
}

/** Undefined for `v1`, and for every tag that no release made. */
export function versionOfTag(tag: string): Version | undefined {
  return tag.startsWith('v') ? readVersion(tag.slice(1)) : undefined
}

export const tagOf = (version: Version): string => `v${version.text}`
export const majorTagOf = (version: Version): string => `v${version.numbers[0]}`
export const isPreRelease = (version: Version): boolean => version.pre.length > 0

/** Below, at or above zero, by the precedence of semver.org, rule 11. */
export function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  return comparePre(a.pre, b.pre)
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  // 1.0.0-rc.1 comes before 1.0.0
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (const [index, identifier] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const difference = compareIdentifiers(identifier, other)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)]
  if (isNumber && isOtherNumber) return Number(a) - Number(b)
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  if (a === b) return 0
  return a < b ? -1 : 1
}
