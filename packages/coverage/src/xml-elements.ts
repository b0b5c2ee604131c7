import { ScanError, type XmlHandler, type XmlTag } from '@hardgate/scan'

/** What a reader does with an element. An element that its parent does not name is passed over with all that is in it. */
export interface ElementRule {
  readonly open?: (tag: XmlTag) => void
  readonly close?: () => void
  /** Character data directly in it, possibly in parts. */
  readonly text?: (read: () => string) => void
  /** The attribute that tells a person which of its kind it is. */
  readonly label?: string
  readonly elements?: Readonly<Record<string, ElementRule>>
}

/** Follows a document through the rules that its reader has for it. */
export class ElementWalk implements XmlHandler {
  readonly #root: RuleNode
  readonly #rootName: string
  readonly #path: RuleNode[] = []
  readonly #labels: string[] = []
  #here: RuleNode
  /** How deep within an element that no rule names. */
  #passedOver = 0

  /** Any other root is an error. */
  constructor(name: string, rule: ElementRule) {
    this.#root = new RuleNode({ elements: { [name]: rule } })
    this.#rootName = name
    this.#here = this.#root
  }

  /** The innermost open element that has a label, as it stands in the document. */
  inside(): string | undefined {
    return this.#labels.at(-1)
  }

  open(tag: XmlTag): void {
    if (this.#passedOver > 0) {
      this.#passedOver++
      return
    }
    const next = this.#here.child(tag.name)
    if (next === undefined) {
      if (this.#here === this.#root) {
        throw new ScanError(`the root element is <${tag.name}>: expected <${this.#rootName}>`, tag.offset)
      }
      this.#passedOver = 1
      return
    }
    this.#path.push(this.#here)
    this.#here = next
    if (next.label !== undefined) this.#labels.push(labelOf(tag, next.label))
    if (next.open !== undefined) next.open(tag)
  }

  close(): void {
    if (this.#passedOver > 0) {
      this.#passedOver--
      return
    }
    const { close, label } = this.#here
    if (close !== undefined) close()
    if (label !== undefined) this.#labels.pop()
    this.#here = this.#path.pop() ?? this.#root
  }

  text(read: () => string): void {
    if (this.#passedOver === 0 && this.#here.text !== undefined) this.#here.text(read)
  }
}

function labelOf(tag: XmlTag, attribute: string): string {
  const value = tag.text(attribute)
  return value === undefined ? `<${tag.name}>` : `<${tag.name} ${attribute}="${value}">`
}

/** A rule with its children resolved; made when it is first reached, so that a rule may contain itself. */
class RuleNode {
  readonly open: ElementRule['open']
  readonly close: ElementRule['close']
  readonly text: ElementRule['text']
  readonly label: string | undefined
  readonly #rules: ReadonlyMap<string, ElementRule>
  readonly #children = new Map<string, RuleNode>()
  // Most elements have the name of the one before them.
  #lastName = ''
  #lastChild: RuleNode | undefined

  constructor(rule: ElementRule) {
    this.open = rule.open
    this.close = rule.close
    this.text = rule.text
    this.label = rule.label
    this.#rules = new Map(Object.entries(rule.elements ?? {}))
  }

  child(name: string): RuleNode | undefined {
    if (name === this.#lastName) return this.#lastChild
    const known = this.#children.get(name) ?? this.#made(name)
    if (known === undefined) return undefined
    this.#lastName = name
    this.#lastChild = known
    return known
  }

  #made(name: string): RuleNode | undefined {
    const rule = this.#rules.get(name)
    if (rule === undefined) return undefined
    const node = new RuleNode(rule)
    this.#children.set(name, node)
    return node
  }
}
