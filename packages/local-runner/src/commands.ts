export interface Command {
  /** In lower case. */
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

// .NET trims these, and U+0085, but not U+FEFF (actions/runner ActionCommand.cs: message.TrimStart()).
const LEADING_BLANKS = /^(?:(?!\uFEFF)[\s\u0085])+/

/** `::name key=value,…::data` at the start of a line, after any blanks. `isKnown` gets the name in lower case. */
export function parseCommand(line: string, isKnown: (name: string) => boolean): Command | undefined {
  return parseColons(line.replace(LEADING_BLANKS, ''), isKnown) ?? parseBracket(line, isKnown)
}

function parseColons(line: string, isKnown: (name: string) => boolean): Command | undefined {
  if (!line.startsWith('::')) return undefined
  const end = line.indexOf('::', 2)
  if (end === -1) return undefined
  const [name, properties] = splitOnce(line.slice(2, end), ' ')
  if (!isKnown(name.toLowerCase())) return undefined
  return {
    name: name.toLowerCase(),
    properties: readProperties(properties.trim(), ',', [
      ['%0D', '\r'],
      ['%0A', '\n'],
      ['%3A', ':'],
      ['%2C', ','],
      ['%25', '%'],
    ]),
    data: unescape(line.slice(end + 2), [
      ['%0D', '\r'],
      ['%0A', '\n'],
      ['%25', '%'],
    ]),
  }
}

/** `##[name key=value;…]data`, anywhere in a line. */
function parseBracket(line: string, isKnown: (name: string) => boolean): Command | undefined {
  const start = line.indexOf('##[')
  const end = start === -1 ? -1 : line.indexOf(']', start)
  if (end === -1) return undefined
  const [name, properties] = splitOnce(line.slice(start + 3, end), ' ')
  if (!isKnown(name.toLowerCase())) return undefined
  const escapes: Escapes = [
    ['%3B', ';'],
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%5D', ']'],
    ['%25', '%'],
  ]
  return {
    name: name.toLowerCase(),
    properties: readProperties(properties, ';', escapes),
    data: unescape(line.slice(end + 1), escapes),
  }
}

type Escapes = readonly (readonly [escaped: string, plain: string])[]

function readProperties(text: string, separator: string, escapes: Escapes): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const part of text.split(separator)) {
    const [key, value] = splitOnce(part, '=')
    if (key !== '' && value !== '') properties[key.toLowerCase()] = unescape(value, escapes)
  }
  return properties
}

// One escape after the other, the per cent sign last, as the runner does.
const unescape = (text: string, escapes: Escapes): string =>
  escapes.reduce((result, [escaped, plain]) => result.replaceAll(escaped, plain), text)

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
