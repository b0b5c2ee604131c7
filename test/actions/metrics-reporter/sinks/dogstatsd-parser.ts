// A reader of DogStatsD datagrams, written from Datadog's description of the format and sharing nothing with the
// writer. Lengths count bytes, so it reads bytes.

export type Datagram = readonly Read[]
export type Read = Readonly<Record<string, unknown>> & { readonly tags: Readonly<Record<string, string>> }

export function parseDatagram(datagram: Buffer): Datagram {
  const read: Read[] = []
  for (const line of datagram.toString('latin1').split('\n')) if (line !== '') read.push(parseLine(line))
  return read
}

function parseLine(line: string): Read {
  const event = /^_e\{(\d+),(\d+)\}:/.exec(line)
  if (event !== null) {
    const [head, titleLength, textLength] = [event[0].length, Number(event[1]), Number(event[2])]
    if (line[head + titleLength] !== '|') throw new Error(`the title does not end after ${titleLength} bytes`)
    const textAt = head + titleLength + 1
    const title = utf8(line.slice(head, head + titleLength))
    const text = utf8(line.slice(textAt, textAt + textLength)).replaceAll('\\n', '\n')
    return { is: 'event', title, text, ...fields(line.slice(textAt + textLength)) }
  }
  const check = /^_sc\|([^|]+)\|([0-3])(?=\||$)/.exec(line)
  if (check !== null) {
    const [rest = '', message = ''] = line.slice(check[0].length).split('|m:')
    return { is: 'check', name: check[1], status: Number(check[2]), message, ...fields(rest) }
  }
  const metric = /^([A-Za-z][A-Za-z0-9_.]*):(-?\d+(?:\.\d+)?)\|(c|g|d)(?=\||$)/.exec(line)
  if (metric === null) throw new Error(`no DogStatsD: ${line}`)
  return { is: metric[3], name: metric[1], value: Number(metric[2]), ...fields(line.slice(metric[0].length)) }
}

function fields(rest: string): { tags: Record<string, string> } & Record<string, unknown> {
  const [empty, ...parts] = rest.split('|')
  if (empty !== '') throw new Error(`no field: ${rest}`)
  const tags: Record<string, string> = {}
  const others: Record<string, string> = {}
  for (const part of parts) {
    if (part.startsWith('#')) for (const [key, value] of part.slice(1).split(',').map(pair)) tags[key] = value
    else others[part.slice(0, part.indexOf(':'))] = part.slice(part.indexOf(':') + 1)
  }
  return { ...others, tags }
}

const pair = (tag: string): [string, string] => [tag.slice(0, tag.indexOf(':')), utf8(tag.slice(tag.indexOf(':') + 1))]
const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8')
