import { LabelFinder, type Place } from './label-finder.ts'

/** More than there are in HTTP: names of further ones are looked up by their text. */
const MOST_METHODS = 16

/** Where a method and a name stand in some bytes. Either may be empty. */
export interface LabelPlace {
  method: number
  methodEnd: number
  name: number
  nameEnd: number
}

/** Finds the number of a label by the bytes of its method and its name, without making text of them. */
export class ByteLabels {
  readonly #methods: { readonly method: Uint8Array; readonly names: LabelFinder }[] = []

  /** -1: not known. */
  find(place: Place, { method, methodEnd, name, nameEnd }: LabelPlace): number {
    return this.#namesOf(place.bytes, method, methodEnd)?.find(place, name, nameEnd) ?? -1
  }

  add(place: Place, { method, methodEnd, name, nameEnd }: LabelPlace, id: number): void {
    let names = this.#namesOf(place.bytes, method, methodEnd)
    if (names === undefined) {
      if (this.#methods.length === MOST_METHODS) return
      names = new LabelFinder()
      this.#methods.push({ method: Uint8Array.from(place.bytes.subarray(method, methodEnd)), names })
    }
    names.add(place, name, nameEnd, id)
  }

  #namesOf(bytes: Uint8Array, start: number, end: number): LabelFinder | undefined {
    for (const { method, names } of this.#methods) if (isAt(method, bytes, start, end)) return names
    return undefined
  }
}

function isAt(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let i = 0; i < word.length; i += 1) if (word[i] !== bytes[start + i]) return false
  return true
}
