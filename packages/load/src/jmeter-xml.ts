import { endOrCut, type Scanner, textOf, XmlScanner } from '@hardgate/scan'
import { JmeterElements } from './jmeter-elements.ts'
import type { LoadReader, LoadSink } from './sink.ts'

/** What no JTL comes near. */
const MAX_DEPTH = 64
const BEGINNING_BYTES = 4096

/** JTL as XML: an element is a sample. Two files of it add up. */
export const jmeterXml: LoadReader = {
  format: 'jmeter-xml',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff,
  open: (sink) => new JmeterXml(sink),
}

/** Whatever stands before the root element, a document type declaration too: opening it then says why it is refused. */
function sniff(head: Uint8Array): number {
  const beginning = textOf(head, 0, Math.min(head.length, BEGINNING_BYTES)).trimStart()
  return beginning.startsWith('<') && /<testResults[\s>/]/.test(beginning) ? 1 : 0
}

class JmeterXml implements Scanner {
  readonly #sink: LoadSink
  readonly #elements: JmeterElements
  readonly #scanner: XmlScanner

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#elements = new JmeterElements(sink)
    this.#scanner = new XmlScanner(this.#elements, { maxDepth: MAX_DEPTH, allowsDoctype: false })
    sink.facts({ tool: 'jmeter', isClosedLoop: true })
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    const cut = endOrCut(this.#scanner)
    if (cut !== undefined) this.#sink.partial(`${cut}: JMeter was stopped while it wrote, or the file was cut`)
    this.#elements.end()
  }
}
