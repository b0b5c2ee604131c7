import { type JsonHandler, ScanError } from '@hardgate/scan'

/** A value as it stands in a document. An object is a Map, so that no key means anything by itself. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export type JsonObject = ReadonlyMap<string, JsonValue>

/** Any key of an object, and any item of an array. Everything else in a path is a key. */
export const ANY_KEY = '*'
export const ITEM = '[]'

export interface Pick {
  /** From the document down, such as `['results', 'metrics', ITEM]`. */
  readonly path: readonly string[]
  /** Called when the value is complete. `key` is '' for an item of an array. */
  readonly take: (value: JsonValue, key: string) => void
}

/** Of one picked value, so that no document can fill the memory. */
const MOST_VALUES = 200_000

/** Builds only the values at the wanted places of a document of any size, one after another. */
export class JsonPicker implements JsonHandler {
  readonly #picks: readonly Pick[]
  /** Containers that are open and not wanted themselves: the key that was read last, undefined for an array. */
  readonly #place: (string | undefined)[] = []
  /** Of the value that is being built, from the outermost in. */
  readonly #open: (Map<string, JsonValue> | JsonValue[])[] = []
  #key = ''
  #pick: Pick | undefined
  #pickKey = ''
  #values = 0
  #isCut = false
  /** What the document is, as soon as it has begun. */
  root: 'a list' | 'an object' | 'a single value' | undefined

  constructor(picks: readonly Pick[]) {
    this.#picks = picks
  }

  /** Nothing that comes now is whole: a number at the end of an object that is cut off may have more digits. */
  cut(): void {
    this.#isCut = true
  }

  beginObject(): void {
    this.root ??= 'an object'
    this.#begin(new Map(), '')
  }

  endObject(): void {
    this.#end()
  }

  beginArray(): void {
    this.root ??= 'a list'
    this.#begin([], undefined)
  }

  endArray(): void {
    this.#end()
  }

  key(name: string): void {
    this.#key = name
    if (this.#open.length === 0) this.#place[this.#place.length - 1] = name
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

  #begin(container: Map<string, JsonValue> | JsonValue[], place: string | undefined): void {
    if (this.#open.length > 0) {
      this.#add(container)
    } else {
      this.#pick = this.#wanted()
      if (this.#pick === undefined) {
        this.#place.push(place)
        return
      }
      this.#pickKey = this.#place.at(-1) ?? ''
      this.#values = 0
    }
    this.#open.push(container)
  }

  #end(): void {
    const value = this.#open.pop()
    if (value === undefined) this.#place.pop()
    else if (this.#open.length === 0) this.#pick?.take(value, this.#pickKey)
  }

  #scalar(value: string | number | boolean | null): void {
    this.root ??= 'a single value'
    if (this.#isCut) return
    if (this.#open.length > 0) this.#add(value)
    else this.#wanted()?.take(value, this.#place.at(-1) ?? '')
  }

  #add(value: JsonValue): void {
    this.#values += 1
    if (this.#values > MOST_VALUES) throw new ScanError(`more than ${MOST_VALUES} values in one part of it`, 0)
    const parent = this.#open.at(-1)
    if (Array.isArray(parent)) parent.push(value)
    else parent?.set(this.#key, value)
  }

  #wanted(): Pick | undefined {
    return this.#picks.find(({ path }) => path.length === this.#place.length && path.every(this.#isAt))
  }

  readonly #isAt = (step: string, depth: number): boolean => {
    const key = this.#place[depth]
    if (key === undefined || step === ITEM) return key === undefined && step === ITEM
    return step === ANY_KEY || step === key
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map
}

export function textAt(object: JsonObject, key: string): string | undefined {
  const value = object.get(key)
  return typeof value === 'string' ? value : undefined
}
