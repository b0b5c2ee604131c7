export interface HeaderLine {
  readonly name: string
  readonly value: string
}

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// what a connection cannot carry in a field, line ends first of all
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const NOT_IN_A_VALUE = /[^\t\u0020-\u007e\u0080-\u00ff]/
/** Can a header carry it? */
export const isHeaderValue = (text: string): boolean => !NOT_IN_A_VALUE.test(text)

/** They say how the message is framed, or are what the receiver trusts. */
const OURS = ['host', 'content-length', 'transfer-encoding', 'connection', 'content-type', 'x-hub-signature-256']

/**
 * `Name: value`, taken as it is, or the form of OTEL_EXPORTER_OTLP_HEADERS, `k=v,k2=v2`, with percent-encoded values.
 * A text says what is wrong with the line. A header without a value is left out: its secret is not set in this run.
 */
export function readHeaderLine(line: string): HeaderLine[] | string {
  const plain = /^([^\s:=]+)\s*:\s*(.*)$/s.exec(line)
  const read = plain === null ? readPairs(line) : [{ name: plain[1] ?? '', value: plain[2] ?? '' }]
  if (typeof read === 'string') return read
  for (const field of read) {
    const flaw = flawOf(field)
    if (flaw !== undefined) return flaw
  }
  return read.filter(({ value }) => !/^(?:|Basic|Bearer|Token)$/i.test(value))
}

function readPairs(line: string): HeaderLine[] | string {
  const read: HeaderLine[] = []
  for (const pair of line.split(',')) {
    const [, name, raw = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair) ?? []
    const value = decoded(raw.trim())
    if (name === undefined) return 'is neither "Name: value" nor "name=value,name2=value2".'
    if (value === undefined) return `has a value of ${shown(name)} that is not percent-encoded as a URL is.`
    read.push({ name, value })
  }
  return read
}

function flawOf({ name, value }: HeaderLine): string | undefined {
  if (!FIELD_NAME.test(name)) return 'does not start with the name of a header.'
  const lower = name.toLowerCase()
  if (OURS.includes(lower) || lower.startsWith('webhook-')) return `sets ${shown(name)}, which this action sets itself.`
  if (!isHeaderValue(value)) return `has a line end, or another character that no header may hold, in ${shown(name)}.`
  return undefined
}

const shown = (name: string): string => (FIELD_NAME.test(name) && name.length <= 60 ? name : 'a header')

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
