import { InputProblem, linesOf, type Parser } from '@hardgate/action'
import { redactUrl } from '@hardgate/http'
import { kindNamed, kindOfScheme, schemes, secretsOfTarget } from './sinks/kinds.ts'
import type { Endpoint, OptionRule } from './sinks/sink.ts'

/** One line of the input `endpoint`. */
export type EndpointLine = Omit<Endpoint, 'token' | 'headers'>

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/
/** The name of what is kept for whichever endpoints there are. */
const RESERVED = 'all'

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
    secretsIn: (raw) => words(raw).flatMap((word) => secretsOfTarget(kindOfScheme(schemeOf(word)) ?? {}, asUrl(word))),
    // a query may hold what only the receiver knows to be a secret
    show: (raw) =>
      words(raw)
        .map((word) => redactUrl(word).replace(/\?.+$/s, '?…'))
        .join(' '),
  }
}

function readLine(line: string, number: number): EndpointLine | InputProblem {
  const [address = '', ...rest] = words(line)
  const scheme = schemeOf(address)
  const known = kindOfScheme(scheme)
  if (known === undefined)
    return new InputProblem(
      `is not a kind of endpoint (line ${number}). Kinds: ${schemes.join(', ')}.`,
      scheme || address,
    )
  const target = known.address === 'path' ? pathOf(address) : asUrl(address)
  const flaw = FLAWS[known.address](target)
  if (flaw !== undefined) return new InputProblem(`${flaw} (line ${number}).`, address)
  const options = readOptions(rest, known.kind, number)
  if (options instanceof InputProblem) return options
  const { name = known.kind, ...others } = options
  const missing = known.flawOfLine?.(target, others)
  if (missing !== undefined) return new InputProblem(`${missing} (line ${number}).`, address)
  const shown = known.address === 'path' ? target : new URL(target).host
  return { name, kind: known.kind, target, shown, options: others }
}

function readOptions(rest: readonly string[], kind: string, number: number): Record<string, string> | InputProblem {
  const known = kindNamed(kind).options
  const read: Record<string, string> = {}
  for (const word of rest) {
    const [, key = '', value = ''] = /^([a-z][a-z0-9-]*)=(.*)$/.exec(word) ?? []
    const rule = key === 'name' ? undefined : known[key]
    if (key !== 'name' && rule === undefined) {
      const names = ['name', ...Object.keys(known)].join(', ')
      return new InputProblem(`is not an option of ${kind} (line ${number}). Options: ${names}.`, key || word)
    }
    if (read[key] !== undefined) return new InputProblem(`is there twice (line ${number}).`, key)
    const wanted = rule === undefined ? undefined : flawOfOption(rule, value)
    if (wanted !== undefined) return new InputProblem(`is not a value of ${key} (line ${number}). ${wanted}`, value)
    if (key === 'name' && !NAME.test(value))
      return new InputProblem(`is not a name (line ${number}). Write up to 32 of a-z, 0-9 and "-".`, value)
    if (key === 'name' && value === RESERVED)
      return new InputProblem(`stands for every endpoint, so it is no name of one (line ${number}).`, value)
    read[key] = value
  }
  return read
}

/** Undefined: it fits. */
function flawOfOption(rule: OptionRule, value: string): string | undefined {
  if ('pattern' in rule) return rule.pattern.test(value) ? undefined : `One is: ${rule.example}.`
  return rule.includes(value) ? undefined : `Values: ${rule.join(', ')}.`
}

function sameNames(lines: readonly EndpointLine[]): InputProblem[] {
  const names = lines.map(({ name }) => name)
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  return twice.map((name) => new InputProblem('names two endpoints. Give each its own with name=….', name))
}

const schemeOf = (address: string): string => /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase() ?? ''

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

function flawOfSocket(url: string): string | undefined {
  const isSocket = /^(?:udp|tcp):\/\/[^/@?#]+:[0-9]{1,5}\/?$/i.test(url) && URL.canParse(url)
  if (isSocket && Number(new URL(url).port) > 0) return undefined
  return 'is no host and port, and nothing else. Write one such as statsd://127.0.0.1:8125'
}

const FLAWS = { url: flawOfUrl, path: flawOfPath, socket: flawOfSocket } as const

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')
