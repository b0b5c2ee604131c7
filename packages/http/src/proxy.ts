/** Which way a URL is asked. A proxy is given by its own parts, so that no message can show its password. */
export type ProxyChoice =
  | { readonly use: 'direct' }
  | {
      readonly use: 'proxy'
      readonly host: string
      readonly port: number
      readonly isTls: boolean
      /** Value of `proxy-authorization`. */
      readonly authorization?: string
    }
  | { readonly use: 'invalid'; readonly message: string }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * `setting` is `env`, `none` or the URL of a proxy. `no_proxy` counts for `env` only; a proxy that was named goes
 * before it. Loopback is never proxied: on the proxy's machine it would be another server.
 */
export function chooseProxy(url: URL | string, setting = 'env', env: Environment = process.env): ProxyChoice {
  if (setting === 'none') return { use: 'direct' }
  const target = new URL(url)
  const host = bare(target.hostname)
  if (isLoopback(host)) return { use: 'direct' }
  if (setting !== 'env') return readProxy(setting, 'the proxy that was given')
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port
  const name = target.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  // `||`: an empty one counts as unset
  const value = env[name] || env[name.toUpperCase()] || ''
  if (value === '' || isBypassed(host, port, env['no_proxy'] || env['NO_PROXY'] || '')) return { use: 'direct' }
  return readProxy(value, name)
}

function readProxy(value: string, name: string): ProxyChoice {
  // curl takes "host:port" too
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value.trim()) ? value.trim() : `http://${value.trim()}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { use: 'invalid', message: `${name} is not the URL of an http or https proxy` }
  }
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const authorization = basicOf(url)
  const parts = { use: 'proxy', host: bare(url.hostname), port, isTls } as const
  return authorization === undefined ? parts : { ...parts, authorization }
}

/** The user info of a URL as the value of an authorization header. */
export function basicOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`
}

/** A stray % stands for itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The host of a URL without the brackets of an IPv6 address. */
export function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function isLoopback(host: string): boolean {
  const name = host.replace(/\.$/, '')
  if (name === 'localhost' || name.endsWith('.localhost') || name === '0.0.0.0' || name === '::') return true
  return /^127\.\d+\.\d+\.\d+$/.test(name) || name === '::1' || /^::ffff:7f[0-9a-f]{2}:/.test(name)
}

/** `*`, `example.com` and `.example.com` (both with all names below), each with or without a port, or `10.0.0.0/8`. */
function isBypassed(host: string, port: string, list: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && (entry === '*' || isInRange(name, entry) || isNamed(name, port, entry)))
}

function isNamed(name: string, port: string, entry: string): boolean {
  const parts = /^(\[[0-9a-f:.]+\]|[0-9a-f]*:[0-9a-f:.]+|[^:]+)(?::(\d+))?$/.exec(entry)
  if (parts?.[1] === undefined) return false
  if (parts[2] !== undefined && parts[2] !== port) return false
  const wanted = bare(parts[1].replace(/^\*?\./, '').replace(/\.$/, ''))
  if (name === wanted) return true
  // the end of an address is no domain
  const isAddress = process.getBuiltinModule('node:net').isIP(name) !== 0
  return wanted !== '' && !isAddress && name.endsWith(`.${wanted}`)
}

function isInRange(host: string, entry: string): boolean {
  const [network = '', length = '', ...rest] = entry.split('/')
  const { isIP, BlockList } = process.getBuiltinModule('node:net')
  const family = isIP(host)
  if (family === 0 || isIP(network) !== family || !/^\d{1,3}$/.test(length) || rest.length > 0) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const bits = Number(length)
  if (bits > (family === 4 ? 32 : 128)) return false
  const range = new BlockList()
  range.addSubnet(network, bits, type)
  return range.check(host, type)
}
