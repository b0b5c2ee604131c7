import { decoded } from './proxy.ts'

export const HIDDEN = '***'

const SENSITIVE = /token|key|sig|secret|passw|pwd|passphrase|dsn|credential|authorization|cookie/i

/** Does a name say that its value is nobody's business? Rather one too many than one too few. */
export function isSensitiveName(name: string): boolean {
  return SENSITIVE.test(name)
}

/** For messages: no user info, no fragment, no value of a sensitive query member, no path of a Slack webhook. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return redactText(url)
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  parsed.hash = ''
  parsed.search = redactQuery(parsed.search)
  // whoever knows the path may post
  if (parsed.hostname === 'hooks.slack.com') parsed.pathname = `/${HIDDEN}`
  return redactText(parsed.href)
}

/** The values of a query that `redactUrl` hides, as they stand and decoded: for masking. */
export function sensitiveQueryValues(search: string): string[] {
  return membersOf(search)
    .filter(({ name }) => isSensitiveMember(name))
    .flatMap(({ value }) => [value, decoded(value.replaceAll('+', ' '))])
}

function redactQuery(search: string): string {
  if (search === '') return ''
  return `?${membersOf(search)
    .map(({ raw, name, value }) => {
      const text = decoded(value)
      const isPlain = !isSensitiveMember(name) && redactText(text) === text
      return isPlain || value === '' ? raw : `${raw.slice(0, raw.indexOf('='))}=${HIDDEN}`
    })
    .join('&')}`
}

function membersOf(search: string): { raw: string; name: string; value: string }[] {
  return search
    .replace(/^\?/, '')
    .split('&')
    .map((raw) => {
      const [name = '', ...rest] = raw.split('=')
      return { raw, name: decoded(name), value: rest.join('=') }
    })
}

/** `code` is what OAuth hands over in a query; elsewhere it is an error's number. */
function isSensitiveMember(name: string): boolean {
  return isSensitiveName(name) || /code/i.test(name)
}

/**
 * Foreign text without the secrets that can be told by their place: user info in URLs, and values whose name is
 * sensitive in JSON, queries, `NAME=value` and `name: value` lines. Redact first and cut then, or half of a secret
 * stays. Takes time linear in the text.
 */
export function redactText(text: string): string {
  return [redactUserInfo, redactMembers, redactPairs, redactLines, redactSchemes].reduce((now, rule) => rule(now), text)
}

function redactUserInfo(text: string): string {
  return text.replace(/[^\s"<>]+/g, (token) => (/:\\?\/\\?\//.test(token) ? redactToken(token) : token))
}

/** `token` has no blank. JSON may write "/" as "\/". */
function redactToken(token: string): string {
  const lastAt = token.lastIndexOf('@')
  let kept = ''
  let from = 0
  for (const { 0: mark, index } of token.matchAll(/:\\?\/\\?\//g)) {
    const start = index + mark.length
    if (start < from) continue
    const end = endOfUserInfo(token, start, lastAt)
    if (end === undefined) continue
    kept += `${token.slice(from, start)}${HIDDEN}`
    from = end
  }
  return kept + token.slice(from)
}

const NAME_AND_COLON = /[^:/?#@[]*:(?!\d{1,5}(?:[/?#\\,;)\]}'`.]|$))/y

/**
 * A password may hold "/" and "@" unescaped, so after `name:` that is no port the last "@" ends it; where there is
 * none the text was cut, and all that is left is the password. undefined: no user info.
 */
function endOfUserInfo(token: string, start: number, lastAt: number): number | undefined {
  NAME_AND_COLON.lastIndex = start
  if (NAME_AND_COLON.test(token)) return lastAt >= start ? lastAt : token.length
  const length = token.slice(start).search(/[/?#]/)
  const at = token.slice(start, length === -1 ? undefined : start + length).lastIndexOf('@')
  return at === -1 ? undefined : start + at
}

/** A member's name with its quotes, which are escaped where JSON lies in a string of JSON. */
const MEMBER = /(\\{0,7})(["'])([^"'\\\n]{1,200})\1\2\s{0,20}:\s{0,20}/g

function redactMembers(text: string): string {
  let kept = ''
  let from = 0
  for (const match of text.matchAll(MEMBER)) {
    const [whole, escapes = '', , name = ''] = match
    const start = match.index + whole.length
    if (match.index < from || !isSensitiveName(name)) continue
    const end = endOfValue(text, start, escapes.length)
    const value = text.slice(start, end)
    if (/^(?:null|true|false|\\*""|\\*''|)$/.test(value)) continue
    const quote = `${escapes}${match[2]}`
    kept += `${text.slice(from, start)}${quote}${HIDDEN}${quote}`
    from = end
  }
  return kept + text.slice(from)
}

/** Where the JSON value that begins at `start` ends; the end of the text where it was cut. */
function endOfValue(text: string, start: number, escapes: number): number {
  const first = text[start + escapes]
  if (first === '"' || first === "'") return endOfString(text, start + escapes, escapes)
  if (text[start] === '{' || text[start] === '[') return endOfBrackets(text, start, escapes)
  let end = start
  while (end < text.length && !/[\s,}\]"']/.test(text.charAt(end))) end += 1
  return end
}

function endOfBrackets(text: string, start: number, escapes: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '"' || char === "'") at = endOfString(text, at, escapes) - 1
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}

/** `open` is the index of the quote; the end is behind the closing one. */
function endOfString(text: string, open: number, escapes: number): number {
  const quote = text.charAt(open)
  let backslashes = 0
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === quote && closes(backslashes, escapes)) return at + 1
    backslashes = char === '\\' ? backslashes + 1 : 0
  }
  return text.length
}

/** Each level of JSON in a string of JSON doubles the backslashes and adds one before a quote. */
function closes(backslashes: number, escapes: number): boolean {
  if (backslashes <= escapes) return true
  return escapes === 0 ? backslashes % 2 === 0 : closes((backslashes - 1) / 2, (escapes - 1) / 2)
}

const LONGEST_NAME = 100

/** `NAME=value` in a query, a connection string, an environment. */
function redactPairs(text: string): string {
  let kept = ''
  let from = 0
  for (const { index } of text.matchAll(/=/g)) {
    if (index < from || text[index + 1] === '=') continue
    const { name, before } = nameBefore(text, index)
    const isCode = /[?&;]/.test(before) || /^u0026/i.test(name) ? /code/i.test(name) : false
    if (!isSensitiveName(name) && !isCode) continue
    VALUE.lastIndex = index + 1
    const value = VALUE.exec(text)
    if (value?.[1] === undefined) continue
    const end = VALUE.lastIndex
    kept += `${text.slice(from, end - value[1].length)}${HIDDEN}`
    from = end
  }
  return kept + text.slice(from)
}

const VALUE = /[ \t]{0,20}("[^"\n]*"?|'[^'\n]*'?|(?!\\u0026)[^\s&"<>][^\s&"<>]*?(?=\\u0026|[\s&"<>]|$))/iy

function nameBefore(text: string, end: number): { name: string; before: string } {
  let last = end
  while (last > 0 && end - last < 20 && /[ \t]/.test(text.charAt(last - 1))) last -= 1
  let first = last
  while (first > 0 && last - first < LONGEST_NAME && /[\w.\-%[\]$]/.test(text.charAt(first - 1))) first -= 1
  return { name: text.slice(first, last), before: text.charAt(first - 1) }
}

/** YAML, dumps of headers. */
function redactLines(text: string): string {
  return text.replace(
    /^([ \t]{0,40}(?:- )?)([\w.-]{1,100})([ \t]{0,20}:[ \t]{1,20})(\S.*)$/gm,
    (whole, indent: string, name: string, colon: string) =>
      isSensitiveName(name) ? `${indent}${name}${colon}${HIDDEN}` : whole,
  )
}

/** The credentials of an authorization header, wherever one is quoted; "Basic authentication" is none. */
function redactSchemes(text: string): string {
  return text.replace(/\b(Bearer|Basic) +(?=\S{0,200}\d|\S{16})[\w+/=.~-]{6,}/gi, `$1 ${HIDDEN}`)
}
