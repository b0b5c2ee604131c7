import { InputProblem, linesOf, type Parser } from '@hardgate/action'
import { redactUrl, secretsInUrl } from '@hardgate/http'
import { everyLine } from './line-problems.ts'

/** A line of `url`, or what an entry of `checks` says of where it asks. */
export interface Place {
  readonly name?: string
  /** A URL, or a path below `base-url`. */
  readonly at: string
}

/** One target a line: URL, path, `name=URL` or `name=/path`. */
export function targets(): Parser<readonly Place[]> {
  return {
    parse: (raw) => everyLine(linesOf(raw), readTarget),
    whenEmpty: [],
    secretsIn: (raw) => linesOf(raw).flatMap((line) => secretsInUrl(splitName(line).at)),
    show: (raw) => linesOf(raw).map(showTarget).join(' '),
  }
}

function readTarget(line: string): Place {
  const { name, at } = splitName(line)
  const problem = placeProblem(at)
  if (problem !== undefined) throw new InputProblem(problem, line)
  return { at, ...(name === undefined ? {} : { name }) }
}

/** What is wrong with where a check asks; undefined where nothing is. */
export function placeProblem(at: string): string | undefined {
  if (/\s/.test(at)) return 'holds a blank. Write one target a line.'
  if (at.startsWith('/')) return at.startsWith('//') ? 'starts with two slashes. Write https:// in front.' : undefined
  if (/^https?:\/\/[^/?#]/i.test(at) && URL.canParse(at)) return undefined
  return 'is neither a URL nor a path. Write https://example.com/health, or /health with base-url.'
}

/** A line that starts like a URL or a path has no name, whatever its query holds. */
function splitName(line: string): { name?: string; at: string } {
  if (/^(?:\/|https?:\/\/)/i.test(line)) return { at: line }
  const [, name = '', at] = /^([^=]*)=(.*)$/.exec(line) ?? []
  return at === undefined || name.trim() === '' ? { at: line } : { name: name.trim(), at: at.trim() }
}

function showTarget(line: string): string {
  const { name, at } = splitName(line)
  return `${name === undefined ? '' : `${name}=`}${URL.canParse(at) ? redactUrl(at) : at.replace(/\/\/[^/@]*@/, '//')}`
}

/** The absolute URL; undefined for a path where there is no base. */
export function absoluteUrl(at: string, base: string | undefined): string | undefined {
  if (!at.startsWith('/')) return at
  return base === undefined ? undefined : `${base.replace(/\/+$/, '')}${at}`
}

/** Names for those that have none: the path, with the host where hosts differ, and a number where that is not enough. */
export function namesOf(places: readonly { readonly name?: string; readonly url: string }[]): readonly string[] {
  const urls = places.map(({ url }) => new URL(url))
  const isOneHost = new Set(urls.map(({ host }) => host)).size <= 1
  const taken = new Map<string, number>()
  for (const { name } of places) if (name !== undefined) taken.set(name, 1)
  return places.map(({ name }, index) => {
    if (name !== undefined) return name
    const { host = '', pathname = '' } = urls[index] ?? {}
    const derived = isOneHost ? pathname : `${host}${pathname}`
    const count = (taken.get(derived) ?? 0) + 1
    taken.set(derived, count)
    return count === 1 ? derived : `${derived} (${count})`
  })
}
