import {
  type AsyncParser,
  boolean,
  choice,
  defineInputs,
  duration,
  InputProblem,
  integer,
  optional,
  type Parser,
  sugar,
  text,
  thresholds,
  url,
  type Values,
} from '@hardgate/action'
import { loadJsonPath, parseRollbackOn, type RollbackRule } from '@hardgate/health'
import { secretsInUrl } from '@hardgate/http'
import { checkEntries } from './checks-input.ts'
import { contract } from './contract.ts'
import { secretsInHeaders } from './headers.ts'
import { told } from './line-problems.ts'
import { METRICS } from './metrics.ts'
import { resolveLines } from './resolve-lines.ts'
import { rules } from './rules.ts'
import { needsPaths, type Settings, settings } from './settings.ts'
import { targets } from './targets.ts'

export const inputs = defineInputs(
  contract,
  {
    url: targets(),
    'base-url': optional(url()),
    'expect-version': { ...setting('expect-version'), whenEmpty: undefined },
    'initial-delay': duration(),
    'max-attempts': integer({ min: 0, max: 100_000 }),
    interval: duration(),
    timeout: setting('timeout'),
    'success-threshold': integer({ min: 1, max: 100_000 }),
    'expect-status': setting('expect-status'),
    'expect-json': { ...setting('expect-json'), whenEmpty: [] },
    'expect-body': { ...setting('expect-body'), whenEmpty: [] },
    headers: { ...setting('headers'), whenEmpty: [], secretsIn: secretsInHeaders, show: () => '…' },
    'bearer-token': { ...setting('bearer-token'), whenEmpty: undefined, secretsIn: literal, show: () => '…' },
    'basic-auth': { ...setting('basic-auth'), whenEmpty: undefined, secretsIn: literalPassword, show: () => '…' },
    checks: checkEntries(),
    thresholds: thresholds(METRICS),
    'max-latency': sugar('max < {}', duration({ min: 1 })),
    'min-cert-days': integer({ min: 0, max: 10_000 }),
    'rollback-on': rollbackOn(),
    'control-url': optional(url()),
    'on-inconclusive': choice('fail', 'warn', 'pass'),
    summary: boolean(),
    deadline: optional(duration({ min: 1 })),
    'initial-delay-mode': choice('auto', 'fixed', 'grace'),
    'max-retry-after': duration(),
    'version-from': setting('version-from'),
    'health-format': setting('health-format'),
    'allow-degraded': setting('allow-degraded'),
    'allow-cached': setting('allow-cached'),
    'cache-bust': boolean(),
    'follow-redirects': setting('follow-redirects'),
    resolve: resolveLines(),
    'ip-family': choice('auto', '4', '6'),
    ca: text(),
    'tls-insecure': boolean(),
    proxy: proxy(),
    'log-body': choice('failure', 'never'),
  },
  { check: rules },
)
export type Inputs = Values<typeof inputs>

/** The input of a setting that an entry of `checks` may have as well. */
function setting<Name extends keyof Settings>(name: Name): AsyncParser<Settings[Name]> {
  return {
    parse: async (raw, env) =>
      settings[name].read(raw, { env, compile: needsPaths(name, raw) ? await loadJsonPath() : noPaths }),
  }
}

const noPaths = (): never => {
  throw new Error('a path was read, and the library for it was not loaded')
}

function literal(raw: string): string[] {
  return raw.startsWith('env:') ? [] : [raw]
}

function literalPassword(raw: string): string[] {
  if (raw.startsWith('env:')) return []
  const password = raw.slice(raw.indexOf(':') + 1)
  return password.startsWith('env:') ? [] : [raw, password]
}

function rollbackOn(): Parser<readonly RollbackRule[]> {
  return { parse: (raw) => told(() => parseRollbackOn(raw)) }
}

/** `env`, `none` or the URL of a proxy. */
function proxy(): Parser<string> {
  return {
    parse: (raw) => {
      if (raw === 'env' || raw === 'none') return raw
      if (/^https?:\/\/[^/]/i.test(raw) && URL.canParse(raw)) return raw
      throw new InputProblem('is no proxy. Write env, none or a URL such as http://proxy.example.com:3128.')
    },
    secretsIn: secretsInUrl,
    show: (raw) => raw.replace(/\/\/[^/]*@/, '//'),
  }
}
