/** Writes a binary log as Gatling 3.13 and later do: big-endian, a string the first time it is used. */
export class GatlingWriter {
  readonly #parts: Buffer[] = []
  readonly #cache = new Map<string, number>()

  get bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  run(startMs: number, scenarios: readonly string[] = ['Users'], version = '3.13.1'): this {
    this.#byte(0)
    this.#string(version)
    this.#string('example.BasicSimulation')
    this.#int64(startMs)
    this.#string('')
    this.#int32(scenarios.length)
    for (const scenario of scenarios) this.#string(scenario)
    this.#int32(1)
    this.#int32(3)
    this.#parts.push(Buffer.from([1, 2, 3]))
    return this
  }

  request(name: string, start: number, end: number, rest: { groups?: readonly string[]; message?: string } = {}): this {
    const { groups = [], message } = rest
    this.#byte(1)
    this.#groups(groups)
    this.#cached(name)
    this.#int32(start)
    this.#int32(end)
    this.#byte(message === undefined ? 1 : 0)
    this.#cached(message ?? '')
    return this
  }

  user(isStart: boolean, at: number): this {
    this.#byte(2)
    this.#int32(0)
    this.#byte(isStart ? 1 : 0)
    this.#int32(at)
    return this
  }

  group(groups: readonly string[], start: number, end: number, isOk: boolean): this {
    this.#byte(3)
    this.#groups(groups)
    this.#int32(start)
    this.#int32(end)
    this.#int32(end - start)
    this.#byte(isOk ? 1 : 0)
    return this
  }

  error(message: string, at: number): this {
    this.#byte(4)
    this.#cached(message)
    this.#int32(at)
    return this
  }

  #groups(groups: readonly string[]): void {
    this.#int32(groups.length)
    for (const group of groups) this.#cached(group)
  }

  #cached(text: string): void {
    const known = this.#cache.get(text)
    if (known !== undefined) {
      this.#int32(-known)
      return
    }
    const number = this.#cache.size + 1
    this.#cache.set(text, number)
    this.#int32(number)
    this.#string(text)
  }

  /** As the Java virtual machine holds it: Latin-1 where that suffices, else UTF-16. */
  #string(text: string): void {
    const isLatin1 = Buffer.from(text, 'latin1').toString('latin1') === text
    const bytes = Buffer.from(text, isLatin1 ? 'latin1' : 'utf16le')
    this.#int32(bytes.length)
    if (bytes.length === 0) return
    this.#parts.push(bytes)
    this.#byte(isLatin1 ? 0 : 1)
  }

  #byte(value: number): void {
    this.#parts.push(Buffer.from([value]))
  }

  #int32(value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    this.#parts.push(bytes)
  }

  #int64(value: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(value))
    this.#parts.push(bytes)
  }
}
