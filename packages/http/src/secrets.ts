import { decoded } from './proxy.ts'
import { sensitiveQueryValues } from './redact.ts'

/** Every form in which a secret may come back in a log: as it is, base64, URL-encoded, in JSON. Empty for none. */
export function secretForms(secret: string): string[] {
  if (secret === '') return []
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64')
  // through bytes: half a surrogate pair would throw
  const encoded = encodeURIComponent(bytes.toString('utf8'))
  const forms = [
    secret,
    base64,
    base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
    encoded,
    encoded.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
  ]
  return [...new Set(forms)]
}

/**
 * The secrets that a URL carries: password, `user:password`, sensitive query values. Give each to `mask`, which
 * adds the other forms.
 */
export function secretsInUrl(url: string): string[] {
  if (!URL.canParse(url)) return []
  const { username, password, search } = new URL(url)
  const pair = [`${decoded(username)}:${decoded(password)}`, decoded(password), password]
  const found = [...(password === '' ? [] : pair), ...sensitiveQueryValues(search)]
  return [...new Set(found)].filter((one) => one !== '')
}
