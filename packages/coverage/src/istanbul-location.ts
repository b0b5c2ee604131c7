/** A place in a source, of which any part may be missing: an implicit `else` is `{start: {}, end: {}}`. */
export class IstanbulLocation {
  startLine = Number.NaN
  #startColumn = Number.NaN
  #endLine = Number.NaN
  #endColumn = Number.NaN

  clear(): void {
    this.startLine = this.#startColumn = this.#endLine = this.#endColumn = Number.NaN
  }

  set(side: string, part: string, value: number): void {
    if (side === 'start') {
      if (part === 'line') this.startLine = value
      else if (part === 'column') this.#startColumn = value
    } else if (side === 'end') {
      if (part === 'line') this.#endLine = value
      else if (part === 'column') this.#endColumn = value
    }
  }

  /** As a part of a key. */
  text(): string {
    if (Number.isNaN(this.startLine)) return '-'
    return `${this.startLine}:${partText(this.#startColumn)}-${partText(this.#endLine)}:${partText(this.#endColumn)}`
  }
}

/** Istanbul has no end for some columns: Infinity, which JSON writes as null. */
function partText(part: number): string {
  return Number.isNaN(part) ? '' : String(part)
}
