// Started by hostile.test.ts in a process of its own: reads one input, as large as it wants to be, and says as JSON
// what came of it, how much of a processor's time it took (so that other work on the machine does not count), and the
// most memory that the process ever had.

import { JsonScanner, LineScanner, ScanError, type Scanner, XmlScanner } from '@hardgate/scan'
import { peakMegabytes } from '../../peak-memory.ts'

interface Input {
  readonly scanner: () => Scanner
  readonly chunks: () => Iterable<Uint8Array>
}

const CHUNK = 65_536
const GIGABYTE = 1_000_000_000
let events = 0
const count = (): void => {
  events += 1
}
const xml = (): Scanner =>
  new XmlScanner({
    open: (tag) => {
      events += 1
      tag.digits('number')
      tag.text('name')
    },
    close: () => {},
    text: (read) => {
      read()
    },
  })
const json = (): Scanner =>
  new JsonScanner({
    beginObject: count,
    endObject: () => {},
    beginArray: count,
    endArray: () => {},
    key: count,
    string: count,
    number: count,
    literal: count,
  })
const lines = (): Scanner => new LineScanner(count)

function* text(...parts: readonly string[]): Generator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

/** At least `bytes` of `part`, over and over. */
function* repeated(part: string, bytes: number): Generator<Uint8Array> {
  const chunk = Buffer.from(part.repeat(Math.ceil(CHUNK / part.length)))
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk
}

function* sequence(...parts: readonly Iterable<Uint8Array>[]): Generator<Uint8Array> {
  for (const part of parts) yield* part
}

function* oneByOne(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const chunk of chunks) for (let i = 0; i < chunk.length; i += 1) yield chunk.subarray(i, i + 1)
}

/** Names of one hash ("Aa" has that of "BB"), so many that each one finds another in its place. */
function* namesOfOneHash(bytes: number): Generator<Uint8Array> {
  for (let i = 0, sent = 0; sent < bytes; i += 1) {
    const digits = (i % 4096).toString(2).padStart(12, '0')
    const name = digits.replaceAll('0', 'Aa').replaceAll('1', 'BB')
    const tag = Buffer.from(`<${name} ${name}="1"/>`)
    sent += tag.length
    yield tag
  }
}

/** Ten entities, each of them ten times the one before. */
const LAUGHS = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')

const INPUTS: Readonly<Record<string, Input>> = {
  'attribute of 1 GB': {
    scanner: xml,
    chunks: () => sequence(text('<a name="'), repeated('1', GIGABYTE), text('"/>')),
  },
  'attribute of 300 kB, byte by byte': {
    scanner: xml,
    chunks: () => oneByOne(sequence(text('<a name="'), repeated('>', 300_000), text('"/>'))),
  },
  'number of 1 GB': {
    scanner: xml,
    chunks: () => sequence(text('<line number="'), repeated('9', GIGABYTE), text('"/>')),
  },
  'name of 1 GB': { scanner: xml, chunks: () => sequence(text('<'), repeated('n', GIGABYTE), text('/>')) },
  'attributes of 1 GB': { scanner: xml, chunks: () => sequence(text('<a '), repeated('a="" ', GIGABYTE), text('/>')) },
  'blanks of 1 GB in a tag': { scanner: xml, chunks: () => sequence(text('<a'), repeated(' ', GIGABYTE), text('/>')) },
  '100 000 levels': { scanner: xml, chunks: () => repeated('<a>', 300_000) },
  '100 000 levels, not closed': { scanner: xml, chunks: () => repeated('<a b="', 600_000) },
  'billion laughs': {
    scanner: xml,
    chunks: () => text(`<!DOCTYPE a [<!ENTITY l0 "ha">${LAUGHS}]><a name="&l10;"/>`),
  },
  'quadratic blow-up': {
    scanner: xml,
    chunks: () =>
      sequence(
        text('<!DOCTYPE a [<!ENTITY l "'),
        repeated('x', 10_000_000),
        text('">]><a>'),
        repeated('&l;', 100_000),
        text('</a>'),
      ),
  },
  'external entity': {
    scanner: xml,
    chunks: () => text(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a name="&x;"/>`),
  },
  'external DTD and parameter entity': {
    scanner: xml,
    chunks: () => text('<!DOCTYPE a SYSTEM "file:///dev/zero" [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]><a/>'),
  },
  'reference of 1 GB': {
    scanner: xml,
    chunks: () => sequence(text('<a>&#'), repeated('0', GIGABYTE), text('65;</a>')),
  },
  'names of one hash': { scanner: xml, chunks: () => sequence(text('<a>'), namesOfOneHash(2_000_000), text('</a>')) },
  'text of 600 MB': { scanner: xml, chunks: () => sequence(text('<a>'), repeated('t', 600_000_000), text('<b/></a>')) },
  'instruction name of 1 GB': { scanner: xml, chunks: () => sequence(text('<?'), repeated('n', GIGABYTE)) },
  'declaration of 1 GB': { scanner: xml, chunks: () => sequence(text('<?xml '), repeated(' ', GIGABYTE)) },
  'JSON string of 1 GB': { scanner: json, chunks: () => sequence(text('["'), repeated('s', GIGABYTE), text('"]')) },
  'JSON key of 1 GB': { scanner: json, chunks: () => sequence(text('{"'), repeated('\\\\', GIGABYTE), text('":1}')) },
  'JSON string of 300 kB, byte by byte': {
    scanner: json,
    chunks: () => oneByOne(sequence(text('["'), repeated('s', 300_000), text('"]'))),
  },
  'JSON number of 1 GB': { scanner: json, chunks: () => sequence(text('['), repeated('1', GIGABYTE), text(']')) },
  'JSON of 100 000 levels': { scanner: json, chunks: () => repeated('[', 100_000) },
  'JSON of 100 000 objects': { scanner: json, chunks: () => repeated('{"a":', 500_000) },
  'JSON of 600 MB': {
    scanner: json,
    chunks: () => sequence(text('["'), repeated(`${'s'.repeat(65_000)}","`, 600_000_000), text('"]')),
  },
  'line of 1 GB': { scanner: lines, chunks: () => repeated('l', GIGABYTE) },
  'line of 300 kB, byte by byte': { scanner: lines, chunks: () => oneByOne(repeated('l', 300_000)) },
  'lines of 600 MB': { scanner: lines, chunks: () => repeated(`${'l'.repeat(65_000)}\n`, 600_000_000) },
}

const input = INPUTS[process.argv[2] ?? '']
if (input === undefined) throw new Error(`no such input: ${process.argv[2]}`)
const start = process.cpuUsage()
let outcome = 'accepted'
try {
  const scanner = input.scanner()
  for (const chunk of input.chunks()) scanner.push(chunk)
  scanner.end()
} catch (error) {
  if (!(error instanceof ScanError)) throw error
  outcome = `${error.isTruncated ? 'truncated' : 'refused'}: ${error.message}`
}
const { user, system } = process.cpuUsage(start)
process.stdout.write(JSON.stringify({ outcome, events, ms: (user + system) / 1000, maxRssMb: peakMegabytes() }))
