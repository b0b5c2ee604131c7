const SLOT_BITS = 15
const SLOTS = 1 << SLOT_BITS
/** Labels that fall on one place: so many are looked at, then one of them goes. Chosen labels cannot make it slow. */
const WAYS = 8

interface Known {
  readonly bytes: Uint8Array
  readonly methodLength: number
  readonly hash: number
  readonly id: number
}

/** Where a method and a name stand in some bytes. Either may be empty. */
export interface LabelPlace {
  method: number
  methodEnd: number
  name: number
  nameEnd: number
}

/** Finds the number of a label by the bytes of its method and its name, without making text of them. */
export class ByteLabels {
  readonly #known: (Known | undefined)[] = new Array<Known | undefined>(SLOTS).fill(undefined)

  /** -1: not known. */
  find(bytes: Uint8Array, place: LabelPlace): number {
    const hash = hashOf(bytes, place)
    const first = hash >>> (32 - SLOT_BITS)
    for (let way = 0; way < WAYS; way += 1) {
      const known = this.#known[(first + way) & (SLOTS - 1)]
      if (known === undefined) return -1
      if (known.hash === hash && isSame(known, bytes, place)) return known.id
    }
    return -1
  }

  add(bytes: Uint8Array, place: LabelPlace, id: number): void {
    const { method, methodEnd, name, nameEnd } = place
    const copy = new Uint8Array(methodEnd - method + nameEnd - name)
    copy.set(bytes.subarray(method, methodEnd))
    copy.set(bytes.subarray(name, nameEnd), methodEnd - method)
    const hash = hashOf(bytes, place)
    const first = hash >>> (32 - SLOT_BITS)
    let way = 0
    while (way < WAYS - 1 && this.#known[(first + way) & (SLOTS - 1)] !== undefined) way += 1
    this.#known[(first + way) & (SLOTS - 1)] = { bytes: copy, methodLength: methodEnd - method, hash, id }
  }
}

function hashOf(bytes: Uint8Array, { method, methodEnd, name, nameEnd }: LabelPlace): number {
  let hash = 0
  for (let i = method; i < methodEnd; i += 1) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
  for (let i = name; i < nameEnd; i += 1) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
  // spreads what differs in its last bytes alone, as numbers in names do
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1)
}

function isSame(known: Known, bytes: Uint8Array, { method, methodEnd, name, nameEnd }: LabelPlace): boolean {
  const { methodLength } = known
  if (methodLength !== methodEnd - method || known.bytes.length - methodLength !== nameEnd - name) return false
  for (let i = 0; i < methodLength; i += 1) if (known.bytes[i] !== bytes[method + i]) return false
  for (let i = methodLength, j = name; j < nameEnd; i += 1, j += 1) if (known.bytes[i] !== bytes[j]) return false
  return true
}
