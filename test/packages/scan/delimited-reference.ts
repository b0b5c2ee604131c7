/** Records of delimited text, character by character: slow and simple, to hold the scanner against. */
export function parseDelimited(text: string, delimiter: string): { records: string[][]; isOpen: boolean } {
  const records: string[][] = []
  let at = 0
  let isOpen = false
  while (at < text.length) {
    const { record, next, hasEnd } = parseRecord(text, at, delimiter)
    isOpen = !hasEnd
    if (!/^(\r?\n)?$/.test(text.slice(at, next))) records.push(record)
    at = next
  }
  return { records, isOpen }
}

function parseRecord(text: string, start: number, delimiter: string) {
  const record: string[] = []
  let at = start
  for (;;) {
    const { field, next } = text[at] === '"' ? parseQuoted(text, at) : parsePlain(text, at, delimiter)
    record.push(field)
    if (text[next] === delimiter) {
      at = next + 1
      continue
    }
    const lineEnd = /^\r?\n/.exec(text.slice(next, next + 2))?.[0]
    return { record, next: next + (lineEnd?.length ?? 0), hasEnd: lineEnd !== undefined }
  }
}

function parseQuoted(text: string, start: number) {
  let field = ''
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') field += text[at]
    else if (text[at + 1] === '"') {
      field += '"'
      at += 1
    } else return { field, next: at + 1 }
  }
  throw new Error('a quote is left open')
}

function parsePlain(text: string, start: number, delimiter: string) {
  let at = start
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at += 1
  if (text[at] === '\n' && at > start && text[at - 1] === '\r') at -= 1
  return { field: text.slice(start, at), next: at }
}
