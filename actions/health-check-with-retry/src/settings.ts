import { boolean, choice, duration, type Env, fromEnvironment, InputProblem, linesOf } from '@hardgate/action'
import {
  type BodyExpectation,
  type CompilePath,
  type HeaderExpectation,
  type JsonExpectation,
  parseBodyExpectation,
  parseHeaderExpectation,
  parseJsonExpectation,
  parseStatusSet,
  parseVersionSource,
  type StatusSet,
  type VersionSource,
} from '@hardgate/health'
import { type Header, readHeaders } from './headers.ts'
import { everyLine, told } from './line-problems.ts'

/** What an entry of `checks` may set, and takes from the input of the same name where it does not. */
export interface Settings {
  readonly headers: readonly Header[]
  readonly 'bearer-token': string | undefined
  readonly 'basic-auth': string | undefined
  readonly 'expect-status': StatusSet
  readonly 'expect-json': readonly JsonExpectation[]
  readonly 'expect-body': readonly BodyExpectation[]
  readonly 'health-format': 'auto' | 'none'
  readonly 'expect-version': string | undefined
  readonly 'version-from': VersionSource
  /** Milliseconds. */
  readonly timeout: number
  readonly 'follow-redirects': 'same-host' | 'all' | 'none'
  readonly 'allow-cached': boolean
  readonly 'allow-degraded': boolean
}

export interface ReadContext {
  readonly env: Env
  readonly compile: CompilePath
}

export interface SettingReader<T> {
  /** `raw` is trimmed and not empty. Throws an InputProblem, or several in an AggregateError. */
  readonly read: (raw: string, context: ReadContext) => T
  /** What an emptied setting means; absent: it may not be emptied. */
  readonly emptied?: T
  /** Its value is not for messages. */
  readonly isHidden?: true
}

export const settings: { readonly [Name in keyof Settings]: SettingReader<Settings[Name]> } = {
  headers: { read: (raw, { env }) => readHeaders(raw, env), emptied: [], isHidden: true },
  'bearer-token': { read: (raw, { env }) => fromEnvironment(raw, env), emptied: undefined, isHidden: true },
  'basic-auth': { read: (raw, { env }) => readBasicAuth(raw, env), emptied: undefined, isHidden: true },
  'expect-status': { read: (raw) => told(() => parseStatusSet(raw)), emptied: parseStatusSet('') },
  'expect-json': { read: (raw, { compile }) => readJsonLines(raw, compile), emptied: [] },
  'expect-body': { read: (raw) => everyLine(linesOf(raw), parseBodyExpectation), emptied: [] },
  'health-format': { read: (raw) => choice('auto', 'none').parse(raw, {}) },
  'expect-version': { read: (raw) => (raw === 'none' ? undefined : raw) },
  'version-from': { read: (raw, { compile }) => told(() => parseVersionSource(raw, compile)) },
  timeout: { read: (raw) => duration({ min: 1 }).parse(raw, {}) },
  'follow-redirects': { read: (raw) => choice('same-host', 'all', 'none').parse(raw, {}) },
  'allow-cached': { read: (raw) => boolean().parse(raw, {}) },
  'allow-degraded': { read: (raw) => boolean().parse(raw, {}) },
}

/** Does reading this need the library for paths, which is loaded only then? */
export function needsPaths(name: string, raw: string): boolean {
  return name === 'expect-json' || (name === 'version-from' && raw.startsWith('json:'))
}

export function readHeaderExpectations(raw: string): readonly HeaderExpectation[] {
  return everyLine(linesOf(raw), parseHeaderExpectation)
}

function readJsonLines(raw: string, compile: CompilePath): readonly JsonExpectation[] {
  const lines = linesOf(raw).filter((line) => !line.startsWith('#'))
  return everyLine(lines, (line) => parseJsonExpectation(line, compile))
}

/** `env:NAME` for all of it, `user:env:NAME` for the password. */
function readBasicAuth(raw: string, env: Env): string {
  const whole = fromEnvironment(raw, env)
  const [, user = '', password] = /^([^:]*):([^]*)$/.exec(whole) ?? []
  if (password === undefined) throw new InputProblem('has no colon. Write user:password.')
  return `${user}:${fromEnvironment(password, env)}`
}
