import { oneLine } from '@hardgate/markdown'

const LONGEST_PLACE = 160

/** Where in a document an event is: how many objects and arrays are open, and the last key of each. */
export class JsonPlace {
  depth = 0
  readonly #keys: string[] = ['']
  readonly #isArray: boolean[] = [false]

  begin(isArray: boolean): void {
    this.depth++
    this.#keys[this.depth] = ''
    this.#isArray[this.depth] = isArray
  }

  end(): void {
    this.depth--
  }

  set key(name: string) {
    this.#keys[this.depth] = name
  }

  /** Of the object that is the `depth`th from outside; '' for an array. */
  keyAt(depth: number): string {
    return this.#keys[depth] ?? ''
  }

  isArrayAt(depth: number): boolean {
    return this.#isArray[depth] === true
  }

  /** For a message: `files > app/a.py > missing_lines`. */
  text(): string {
    const keys = this.#keys.slice(1, this.depth + 1).filter((key) => key !== '')
    return keys.length === 0 ? 'the document' : oneLine(keys.join(' > '), LONGEST_PLACE)
  }
}
