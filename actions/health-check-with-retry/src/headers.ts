import { type Env, fromEnvironment, InputProblem, linesOf } from '@hardgate/action'
import { isSensitiveName } from '@hardgate/http'
import { everyLine } from './line-problems.ts'

export interface Header {
  readonly name: string
  readonly value: string
  /** The value was read from the environment, or its name says that it is a secret. */
  readonly isSecret: boolean
}

// RFC 9110 field names; a value of visible characters, blanks and tabs
const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t\x20-\x7e\x80-\xff]*)$/
/** What the request itself must say truly, or it is another request. */
const OWN = new Set(['content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'te', 'trailer'])

/** Reads lines `Name: value`; a value `env:NAME` comes from the environment. */
export function readHeaders(raw: string, env: Env): readonly Header[] {
  const headers = everyLine(linesOf(raw), (line) => readHeader(line, env))
  const names = headers.map(({ name }) => name.toLowerCase())
  const twice = headers.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index)
  if (twice !== undefined) throw new InputProblem('is given twice. Join its values with ", ".', twice.name)
  return headers
}

function readHeader(line: string, env: Env): Header {
  const [, name, value] = LINE.exec(line) ?? []
  if (name === undefined || value === undefined || value === '') {
    throw new InputProblem('is not a header. Write Name: value, in printable characters.', nameOf(line))
  }
  if (OWN.has(name.toLowerCase())) throw new InputProblem('is set by the request itself. Leave it out.', name)
  const isSecret = value.startsWith('env:') || isSensitiveName(name)
  return { name, value: fromEnvironment(value, env), isSecret }
}

/** All that a message may show of a header. */
function nameOf(line: string): string {
  return line.includes(':') ? `${line.slice(0, line.indexOf(':')).trim()}: …` : 'a line without a colon'
}

/** Secret values that stand in the lines themselves, with and without their scheme. Never throws. */
export function secretsInHeaders(raw: string): readonly string[] {
  return linesOf(raw).flatMap((line) => {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
    return isSensitiveName(name) && !value.startsWith('env:') ? secretsOfValue(value) : []
  })
}

/** `Bearer abc` is a secret whole, and `abc` is one by itself. */
export function secretsOfValue(value: string): string[] {
  const [, bare = ''] = /^(?:bearer|basic|token|digest)\s+(.+)$/i.exec(value) ?? []
  return [value, bare].filter((one) => one !== '')
}
