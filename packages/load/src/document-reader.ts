import { endOrCut, JsonScanner, type Scanner } from '@hardgate/scan'
import { JsonPicker, type Pick } from './json-picker.ts'
import { LoadProblem } from './sink.ts'

/** RFC 8259 sets no limit; a report of a load test needs less than ten. */
const MAX_DEPTH = 64
const MAX_STRING_BYTES = 1_048_576

export interface DocumentHandler {
  /** What the document has to be. Default an object. */
  readonly root?: 'a list' | 'an object'
  readonly picks: readonly Pick[]
  /** The document ends too early: what was picked is complete. `why` is undefined for a whole document. */
  end(why: string | undefined): void
}

/** One JSON document, of which parts are picked. */
export class DocumentReader implements Scanner {
  readonly #handler: DocumentHandler
  readonly #picker: JsonPicker
  readonly #json: JsonScanner

  constructor(handler: DocumentHandler) {
    this.#handler = handler
    this.#picker = new JsonPicker(handler.picks)
    this.#json = new JsonScanner(this.#picker, { maxDepth: MAX_DEPTH, maxStringBytes: MAX_STRING_BYTES })
  }

  push(chunk: Uint8Array): void {
    this.#json.push(chunk)
  }

  end(): void {
    this.#picker.cut()
    const why = endOrCut(this.#json)
    const { root } = this.#picker
    const expected = this.#handler.root ?? 'an object'
    if (root !== undefined && root !== expected) {
      throw new LoadProblem('unreadable-report', `it is ${root}: expected ${expected}`)
    }
    this.#handler.end(why)
  }
}
