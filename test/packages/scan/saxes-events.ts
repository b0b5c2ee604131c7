import { SaxesParser } from 'saxes'
import { addText, type XmlEvent } from './xml-events.ts'

/** The same events as those of the scanner, from another parser; undefined where it refuses. */
export function saxesEvents(document: string, attributes: readonly string[]): XmlEvent[] | undefined {
  const events: XmlEvent[] = []
  let depth = 0
  // XML 1.0 whatever the declaration says, as ours: 1.1 has other line ends.
  const parser = new SaxesParser({ xmlns: false, forceXMLVersion: true, defaultXMLVersion: '1.0' })
  parser.on('opentag', (tag) => {
    depth += 1
    const values = new Map<string, string>()
    const byPrefix = Object.entries(tag.attributes).toSorted(
      ([a], [b]) => Number(local(a) !== a) - Number(local(b) !== b),
    )
    for (const [name, value] of byPrefix) {
      if (!name.startsWith('xmlns') && !values.has(local(name))) values.set(local(name), value)
    }
    events.push(['open', local(tag.name), Object.fromEntries(attributes.map((name) => [name, values.get(name)]))])
  })
  parser.on('closetag', (tag) => {
    depth -= 1
    events.push(['close', local(tag.name)])
  })
  // Blanks outside of the root element are text to it.
  const text = (part: string): void => {
    if (depth > 0) addText(events, part)
  }
  parser.on('text', text)
  parser.on('cdata', text)
  try {
    parser.write(document).close()
    return events
  } catch {
    return undefined
  }
}

function local(name: string): string {
  const colon = name.lastIndexOf(':')
  return colon > 0 && colon < name.length - 1 ? name.slice(colon + 1) : name
}
