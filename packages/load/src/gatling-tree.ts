import type { JsonHandler } from '@hardgate/scan'
import type { JsonObject, JsonValue } from './json-picker.ts'

/** Request, group or, at the root, everything. */
export interface GatlingNode {
  readonly isRoot: boolean
  readonly type: string
  /** With its groups in front. */
  readonly name: string
  readonly stats: JsonObject
}

type Frame = Map<string, JsonValue>

/**
 * The tree of `stats.json`: a node has `type`, `name`, `path`, `stats`, and its children in `contents`, in any order.
 * In `global_stats.json` the document is the stats. Holds one branch at a time.
 */
export class GatlingTree implements JsonHandler {
  readonly #onNode: (node: GatlingNode) => void
  /** Every open object with what it holds so far, and the key it stands under. */
  readonly #open: { readonly key: string; readonly values: Frame }[] = []
  #key = ''
  /** Arrays hold nothing that is read. */
  #arrays = 0

  constructor(onNode: (node: GatlingNode) => void) {
    this.#onNode = onNode
  }

  beginObject(): void {
    this.#open.push({ key: this.#key, values: new Map() })
  }

  endObject(): void {
    const closed = this.#open.pop()
    if (closed === undefined || this.#arrays > 0) return
    const parent = this.#open.at(-1)
    const isNode = parent === undefined || parent.key === 'contents'
    // A child that was told is not kept: the report may have any number of them.
    if (isNode) this.#tell(closed.values, parent === undefined)
    else parent.values.set(closed.key, closed.values)
  }

  beginArray(): void {
    this.#arrays += 1
  }

  endArray(): void {
    this.#arrays -= 1
  }

  key(name: string): void {
    this.#key = name
  }

  string(value: string): void {
    this.#scalar(value)
  }

  number(value: number): void {
    this.#scalar(value)
  }

  literal(value: true | false | null): void {
    this.#scalar(value)
  }

  #scalar(value: JsonValue): void {
    if (this.#arrays === 0) this.#open.at(-1)?.values.set(this.#key, value)
  }

  #tell(node: Frame, isRoot: boolean): void {
    const stats = node.get('stats')
    const type = textIn(node, 'type')
    const name = textIn(node, 'path') || textIn(node, 'name')
    if (stats instanceof Map) this.#onNode({ isRoot, type, name, stats })
    else if (isRoot && node.has('numberOfRequests')) this.#onNode({ isRoot, type, name, stats: node })
  }
}

function textIn(node: Frame, key: string): string {
  const value = node.get(key)
  return typeof value === 'string' ? value : ''
}
