import { InputProblem, linesOf, type Parser } from '@hardgate/action'
import { redactUrl, secretsInUrl } from '@hardgate/http'
import { kindNamed, kindOfScheme, schemes } from './sinks/kinds.ts'
import type { Endpoint } from './sinks/sink.ts'

/** One line of the input `endpoint`. */
export type EndpointLine = Omit<Endpoint, 'token' | 'headers'>

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/

/** One a line: a URL whose scheme picks the kind, then options. */
export function endpoints(): Parser<readonly EndpointLine[]> {
  return {
    parse: (raw) => {
      const problems: InputProblem[] = []
      const read: EndpointLine[] = []
      for (const [index, line] of linesOf(raw).entries()) {
        const one = readLine(line, index + 1)
        if (one instanceof InputProblem) problems.push(one)
        else read.push(one)
      }
      problems.push(...sameNames(read))
      if (problems.length > 0) throw new AggregateError(problems)
      return read
    },
    whenEmpty: [],
    secretsIn: (raw) => words(raw).flatMap((word) => secretsInUrl(asUrl(word))),
    show: (raw) => words(raw).map(redactUrl).join(' '),
  }
}

function readLine(line: string, number: number): EndpointLine | InputProblem {
  const [address = '', ...rest] = words(line)
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase() ?? ''
  const known = kindOfScheme(scheme)
  if (known === undefined)
    return new InputProblem(
      `is not a kind of endpoint (line ${number}). Kinds: ${schemes.join(', ')}.`,
      scheme || address,
    )
  const target = known.kind === 'file' ? pathOf(address) : asUrl(address)
  const flaw = known.kind === 'file' ? flawOfPath(target) : flawOfUrl(target)
  if (flaw !== undefined) return new InputProblem(`${flaw} (line ${number}).`, address)
  const options = readOptions(rest, known.kind, number)
  if (options instanceof InputProblem) return options
  const { name = known.kind, ...others } = options
  return {
    name,
    kind: known.kind,
    target,
    shown: known.kind === 'file' ? target : new URL(target).host,
    options: others,
  }
}

function readOptions(rest: readonly string[], kind: string, number: number): Record<string, string> | InputProblem {
  const known = kindNamed(kind).options
  const read: Record<string, string> = {}
  for (const word of rest) {
    const [, key = '', value = ''] = /^([a-z][a-z0-9-]*)=(.*)$/.exec(word) ?? []
    const allowed = key === 'name' ? undefined : known[key]
    if (key !== 'name' && allowed === undefined) {
      const names = ['name', ...Object.keys(known)].join(', ')
      return new InputProblem(`is not an option of ${kind} (line ${number}). Options: ${names}.`, key || word)
    }
    if (read[key] !== undefined) return new InputProblem(`is there twice (line ${number}).`, key)
    if (allowed !== undefined && !allowed.includes(value))
      return new InputProblem(`is not a value of ${key} (line ${number}). Values: ${allowed.join(', ')}.`, value)
    if (key === 'name' && !NAME.test(value))
      return new InputProblem(`is not a name (line ${number}). Write up to 32 of a-z, 0-9 and "-".`, value)
    read[key] = value
  }
  return read
}

function sameNames(lines: readonly EndpointLine[]): InputProblem[] {
  const names = lines.map(({ name }) => name)
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  return twice.map((name) => new InputProblem('names two endpoints. Give each its own with name=….', name))
}

/** `webhook+https://host` is asked as `https://host`. */
function asUrl(address: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(address) ?? []
  const asked = kindOfScheme(scheme.toLowerCase())?.schemes[scheme.toLowerCase()]
  return asked === undefined ? address : `${asked}:${rest}`
}

/** `file:out/ci.ndjson` and `file:///tmp/ci.ndjson`. */
const pathOf = (address: string): string => address.replace(/^file:(?:\/\/(?=\/))?/i, '')

function flawOfPath(path: string): string | undefined {
  if (path === '') return 'names no file. Write file:PATH'
  return path.startsWith('//') ? 'names a host. Write file:PATH' : undefined
}

function flawOfUrl(url: string): string | undefined {
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) return 'is not a URL. Write one such as https://host/path'
  return undefined
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')
