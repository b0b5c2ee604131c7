import type { Expectations, Subject } from '@hardgate/health'
import { type RequestPlan, redactUrl, secretsInUrl } from '@hardgate/http'
import type { HttpTarget } from '@hardgate/probe'
import { type Header, secretsOfValue } from './headers.ts'
import type { Inputs } from './inputs.ts'
import { type NamedEntry, namedEntries, settingOf } from './merge.ts'

/** One check, ready to be asked. */
export interface Check {
  readonly subject: Subject
  readonly target: HttpTarget
  readonly expectations: Expectations
  readonly method: string
  /** For messages: no user info, sensitive query values replaced. */
  readonly shownUrl: string
  readonly isHttps: boolean
}

/** `ca` is the text of the certificates to trust beside the system's; empty for none. */
export function checksOf(inputs: Inputs, ca: string, env: RequestPlan['env']): readonly Check[] {
  const common = commonPlan(inputs, ca, env)
  return namedEntries(inputs).map((named) => checkOf(named, inputs, common))
}

type CommonPlan = Omit<RequestPlan, 'url' | 'timeoutMs'>

function commonPlan(inputs: Inputs, ca: string, env: RequestPlan['env']): CommonPlan {
  const family = inputs['ip-family']
  return {
    resolve: inputs.resolve,
    proxy: inputs.proxy,
    insecure: inputs['tls-insecure'],
    ...(family === 'auto' ? {} : { family: family === '4' ? 4 : 6 }),
    ...(ca === '' ? {} : { ca }),
    ...(env === undefined ? {} : { env }),
  }
}

function checkOf({ entry, name, url }: NamedEntry, inputs: Inputs, common: CommonPlan): Check {
  const setting = <Name extends Parameters<typeof settingOf>[1]>(key: Name) => settingOf(entry, key, inputs)
  const { origin, protocol } = new URL(url)
  return {
    subject: { name, isGating: !entry.isAdvisory, origin },
    method: entry.method,
    shownUrl: redactUrl(url),
    isHttps: protocol === 'https:',
    target: {
      isCacheBusted: inputs['cache-bust'],
      plan: {
        ...common,
        url,
        method: entry.method,
        headers: headersOf(setting('headers'), authorizationOf(entry.settings, inputs)),
        ...(entry.body === undefined ? {} : { body: entry.body }),
        timeoutMs: setting('timeout'),
        followRedirects: setting('follow-redirects'),
      },
    },
    expectations: expectationsOf({ entry, name, url }, inputs),
  }
}

function expectationsOf({ entry }: NamedEntry, inputs: Inputs): Expectations {
  const expectedVersion = settingOf(entry, 'expect-version', inputs)
  return {
    status: settingOf(entry, 'expect-status', inputs),
    headers: entry.expectHeader,
    json: settingOf(entry, 'expect-json', inputs),
    body: settingOf(entry, 'expect-body', inputs),
    readsDocuments: settingOf(entry, 'health-format', inputs) === 'auto',
    allowsDegraded: settingOf(entry, 'allow-degraded', inputs),
    allowsCached: settingOf(entry, 'allow-cached', inputs),
    versionFrom: settingOf(entry, 'version-from', inputs),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  }
}

type Credentials = Partial<Pick<Inputs, 'bearer-token' | 'basic-auth'>>

/** An entry that says anything of its credentials says all of it: none of the inputs' is added. */
function authorizationOf(own: Credentials, inputs: Credentials): string | undefined {
  const isOwn = Object.hasOwn(own, 'bearer-token') || Object.hasOwn(own, 'basic-auth')
  const { 'bearer-token': token, 'basic-auth': basic } = isOwn ? own : inputs
  if (token !== undefined) return `Bearer ${token}`
  return basic === undefined ? undefined : `Basic ${Buffer.from(basic).toString('base64')}`
}

/** A header that is written out wins over the credentials. */
function headersOf(headers: readonly Header[], authorization: string | undefined): Record<string, string> {
  const written = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
  const hasOwn = headers.some(({ name }) => name.toLowerCase() === 'authorization')
  return authorization === undefined || hasOwn ? written : { authorization, ...written }
}

/** Every secret that the checks hold, for the runner to hide. */
export function secretsOfInputs(inputs: Inputs): readonly string[] {
  const named = namedEntries(inputs)
  const all = [inputs, ...named.map(({ entry }) => entry.settings)]
  const urls = named.flatMap(({ url }) => secretsInUrl(url))
  const own = all.flatMap(({ headers = [], 'bearer-token': token, 'basic-auth': basic }) => [
    ...headers.filter(({ isSecret }) => isSecret).flatMap(({ value }) => secretsOfValue(value)),
    ...(token === undefined ? [] : [token]),
    ...(basic === undefined ? [] : [basic, basic.slice(basic.indexOf(':') + 1)]),
  ])
  return [...urls, ...own].filter((secret) => secret !== '')
}
