/**
 * Reads the format of GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STATE: `name=value`, or `name<<DELIMITER`, lines, `DELIMITER`.
 * Whatever stands before a fault counts; `fault` is the runner's message.
 */
export function parseFileCommands(text: string): {
  readonly pairs: readonly [string, string][]
  readonly fault?: string
} {
  const pairs: [string, string][] = []
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  // What follows the last line feed is a line only if it is not empty.
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const read = readPair(lines, at)
    if ('fault' in read) return { pairs, fault: read.fault }
    pairs.push([read.name, read.value])
    at = read.last
  }
  return { pairs }
}

type Read = { readonly name: string; readonly value: string; readonly last: number } | { readonly fault: string }

function readPair(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? ''
  const equals = line.indexOf('=')
  const heredoc = line.indexOf('<<')
  if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
    if (equals === 0) return { fault: `Invalid format '${line}'. Name must not be empty` }
    return { name: line.slice(0, equals), value: line.slice(equals + 1), last: at }
  }
  if (heredoc < 0) return { fault: `Invalid format '${line}'` }

  const name = line.slice(0, heredoc)
  const delimiter = line.slice(heredoc + 2)
  if (name === '' || delimiter === '') {
    return { fault: `Invalid format '${line}'. Name must not be empty and delimiter must not be empty` }
  }
  const end = lines.indexOf(delimiter, at + 1)
  if (end === -1) return { fault: `Invalid value. Matching delimiter not found '${delimiter}'` }
  return { name, value: lines.slice(at + 1, end).join('\n'), last: end }
}
