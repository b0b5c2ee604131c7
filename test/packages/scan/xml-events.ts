import { type XmlLimits, XmlScanner } from '@hardgate/scan'

export type XmlEvent =
  | readonly ['open', string, Readonly<Record<string, string | undefined>>]
  | readonly ['close', string]
  | readonly ['text', string]

interface Asked {
  /** Names of the attributes that are asked for. */
  readonly attributes?: readonly string[]
  /** Undefined: all in one chunk. */
  readonly chunk?: number | undefined
  readonly limits?: Partial<XmlLimits>
}

/** What a scanner says of a document, texts next to each other joined. Throws what the scanner throws. */
export function xmlEvents(
  document: string | Uint8Array,
  { attributes = [], chunk, limits = {} }: Asked = {},
): XmlEvent[] {
  const events: XmlEvent[] = []
  const scanner = new XmlScanner(
    {
      open: (tag) =>
        events.push(['open', tag.name, Object.fromEntries(attributes.map((name) => [name, tag.text(name)]))]),
      close: (name) => events.push(['close', name]),
      text: (read) => addText(events, read()),
    },
    limits,
  )
  pushInChunks(scanner, Buffer.from(document), chunk)
  return events
}

export function addText(events: XmlEvent[], text: string): void {
  const last = events.at(-1)
  if (text === '') return
  if (last?.[0] === 'text') events[events.length - 1] = ['text', last[1] + text]
  else events.push(['text', text])
}

/** The bytes in chunks of one size, and the end. The memory of a chunk is spoilt after its push: nobody may keep it. */
export function pushInChunks(
  scanner: { push: (chunk: Uint8Array) => void; end: () => void },
  bytes: Uint8Array,
  size: number = Math.max(1, bytes.length),
): void {
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = Uint8Array.from(bytes.subarray(at, at + size))
    scanner.push(chunk)
    chunk.fill(0x21)
  }
  scanner.end()
}
