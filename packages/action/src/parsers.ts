import { nearestName, parseBoolean } from '@hardgate/gate'
import { isSensitiveName, redactUrl, secretsInUrl } from '@hardgate/http'

export type Env = Readonly<Record<string, string | undefined>>

/** Turns an input's text into its value, or throws an `InputProblem`. An absent or empty input never reaches it. */
export interface Parser<T> {
  /** `raw` is trimmed and not empty. Several faults in one value are an AggregateError of `InputProblem`s. */
  readonly parse: (raw: string, env: Env) => T
  /** The value where the input is empty and action.yml gives no default. Left out: empty is an input error. */
  readonly whenEmpty?: T
  /** Registered with the runner, with its base64 and URL-encoded forms, before anything else happens. */
  readonly isSecret?: true
  /** The same for parts of the value, such as the password of a URL. Never throws. */
  readonly secretsIn?: (raw: string) => readonly string[]
  /** The value as messages may show it, where it may hold more than everybody's business. */
  readonly show?: (raw: string) => string
  /** The text that `parse` reads back as this value, where `String` gives another. */
  print?(value: T): string
  /** Behind "Write …" where an input is empty that must not be. */
  readonly example?: string
}

/** For a value that needs a module which is loaded only where it is used. */
export interface AsyncParser<T> extends Omit<Parser<T>, 'parse'> {
  readonly parse: (raw: string, env: Env) => Promise<T>
}

export type AnyParser = Parser<unknown> | AsyncParser<unknown>

/** What is wrong with a value and what would be right; the frame adds the input's name and the value. */
export class InputProblem extends Error {
  /** The part of the value that is wrong, such as one of its lines; without it the whole value is shown. */
  readonly part: string | undefined

  constructor(message: string, part?: string) {
    super(message)
    this.part = part
  }
}

export function text(): Parser<string> {
  return { parse: (raw) => raw, whenEmpty: '' }
}

/** Masked first; never printed in a message. */
export function secret(): Parser<string> {
  return { parse: (raw) => raw.trim(), whenEmpty: '', isSecret: true }
}

/** One entry a line: trimmed, empty lines left out. */
export function lines(): Parser<readonly string[]> {
  return { parse: linesOf, whenEmpty: [] }
}

export function linesOf(raw: string): string[] {
  return raw
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The booleans of YAML 1.2's core schema, and no other word. */
export function boolean(): Parser<boolean> {
  return {
    parse: (raw) => {
      const value = parseBoolean(raw)
      if (value === undefined) throw new InputProblem('is not a boolean. Write true or false.')
      return value
    },
    example: 'true or false',
  }
}

/** One of some words, exactly. */
export function choice<const Word extends string>(...words: readonly [Word, ...Word[]]): Parser<Word> {
  return {
    parse: (raw) => {
      const word = words.find((one) => one === raw)
      if (word !== undefined) return word
      const close = nearestName(raw, words)
      throw new InputProblem(
        `is not one of ${enumerate(words)}.${close === undefined ? '' : ` Did you mean ${close}?`}`,
      )
    },
    example: enumerate(words),
  }
}

/** An absolute URL, as it was written. Its password and its sensitive query values are masked and never shown. */
export function url({ schemes = ['https', 'http'] }: { readonly schemes?: readonly string[] } = {}): Parser<string> {
  return {
    parse: (raw) => {
      if (!URL.canParse(raw))
        throw new InputProblem(`is not a URL. Write one such as ${schemes[0]}://example.com/path.`)
      const { protocol } = new URL(raw)
      if (!schemes.includes(protocol.slice(0, -1)))
        throw new InputProblem(
          `has the scheme ${protocol.slice(0, -1)}. Write a URL that starts with ${either(schemes)}.`,
        )
      return raw
    },
    secretsIn: secretsInUrl,
    show: (raw) => (isPlainUrl(raw) ? raw : redactUrl(raw)),
    example: `a URL such as ${schemes[0]}://example.com`,
  }
}

/** Nothing was hidden: then it is shown as it was written. */
const isPlainUrl = (raw: string): boolean => URL.canParse(raw) && new URL(raw).href === redactUrl(raw)

/** undefined where the input is empty. */
export function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return { ...parser, whenEmpty: undefined }
}

/** An empty input is an input error. */
export function required<T>({ whenEmpty: _dropped, ...parser }: Parser<T>): Parser<T> {
  return parser
}

/** `env:NAME` read from the environment, anything else as it is. The caller masks what it gets. */
export function fromEnvironment(value: string, env: Env): string {
  const name = /^env:(.*)$/s.exec(value)?.[1]
  if (name === undefined) return value
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new InputProblem('names no environment variable. Write env:NAME, such as env:API_TOKEN.', value)
  const found = env[name]
  if (found === undefined || found.trim() === '')
    throw new InputProblem(`is not set, or empty. Give the step an "env:" entry ${name}.`, value)
  return found.trim()
}

/** Messages show the value of an input only where neither its parser nor its name says that it is a secret. */
export function mayBeShown(name: string, parser: AnyParser): boolean {
  return parser.isSecret !== true && !isSensitiveName(name)
}

const LONGEST_SHOWN = 200

/** The value as a message shows it. */
export function shown(parser: AnyParser, value: string): string {
  const visible = parser.show?.(value) ?? value
  return visible.length > LONGEST_SHOWN ? `${visible.slice(0, LONGEST_SHOWN)}…` : visible
}

const enumerate = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
const either = (schemes: readonly string[]): string => enumerate(schemes.map((scheme) => `${scheme}://`))
