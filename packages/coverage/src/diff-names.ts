import { DiffProblem } from './diff-file.ts'

/** The path in a `---` or `+++` line, without its prefix; undefined for `/dev/null`. */
export function pathOf(text: string, prefix: 'a/' | 'b/'): string | undefined {
  // git ends a name that holds a space with a TAB, so that `patch` finds its end. A TAB in a name is escaped.
  const name = nameOf(text.endsWith('\t') ? text.slice(0, -1) : text)
  if (name === '/dev/null') return undefined
  if (!name.startsWith(prefix)) throw unreadable(text)
  return name.slice(prefix.length)
}

/** A name as git writes it: quoted as in C where it holds a quote, a backslash or a control character. */
export function nameOf(text: string): string {
  if (!text.startsWith('"')) return text
  const { name, end } = unquote(text)
  if (end !== text.length) throw unreadable(text)
  return name
}

/** The one name in `diff --git a/NAME b/NAME`. */
export function nameOfBoth(line: string): string {
  const text = line.slice('diff --git '.length)
  const [first, second] = text.startsWith('"') ? quotedPair(text) : halves(text)
  if (!first.startsWith('a/') || second !== `b/${first.slice(2)}`) throw unreadable(text)
  return first.slice(2)
}

function quotedPair(text: string): [string, string] {
  const { name, end } = unquote(text)
  return [name, nameOf(text.slice(end + 1))]
}

/** Both have the same length, so a space within the name does not matter. */
function halves(text: string): [string, string] {
  const middle = (text.length - 1) / 2
  return [text.slice(0, middle), text.slice(middle + 1)]
}

// git quote.c
const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
}

/** An octal escape is one byte: the name is UTF-8 only when all of it is together. */
function unquote(text: string): { name: string; end: number } {
  const parts: Buffer[] = []
  const token = /([^"\\]+)|\\([0-3][0-7]{2})|\\([abtnvfr"\\])|(")/y
  token.lastIndex = 1
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, plain, octal, letter, quote] = match
    if (quote !== undefined) return { name: Buffer.concat(parts).toString('utf8'), end: token.lastIndex }
    if (plain !== undefined) parts.push(Buffer.from(plain, 'utf8'))
    else parts.push(Buffer.from([octal === undefined ? (ESCAPES[letter ?? ''] ?? 0) : Number.parseInt(octal, 8)]))
  }
  throw unreadable(text)
}

const unreadable = (text: string): DiffProblem =>
  new DiffProblem(`the diff has a name that cannot be read: ${JSON.stringify(text.slice(0, 80))}`)
