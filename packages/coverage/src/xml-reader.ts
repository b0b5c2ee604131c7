import { oneLine } from '@hardgate/markdown'
import { type Scanner, XmlScanner } from '@hardgate/scan'
import { type ElementRule, ElementWalk } from './xml-elements.ts'

/** A reader that can say where in the document it is. */
export interface XmlReader extends Scanner {
  /** Such as `<class name="billing.invoice">`, fit for a message. */
  inside(): string | undefined
}

const LONGEST_PLACE = 120

/** `root` with its rule is what the format requires: any other root is an error. */
export function xmlReader(root: string, rule: ElementRule): XmlReader {
  const walk = new ElementWalk(root, rule)
  const scanner = new XmlScanner(walk)
  return {
    push: (chunk) => scanner.push(chunk),
    end: () => scanner.end(),
    inside: () => {
      const place = walk.inside()
      return place === undefined ? undefined : oneLine(place, LONGEST_PLACE)
    },
  }
}
