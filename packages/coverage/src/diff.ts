import { type DiffFile, type DiffHunk, DiffProblem } from './diff-file.ts'
import { DiffHeader } from './diff-header.ts'

export interface DiffReader {
  push(chunk: Uint8Array): void
  /** Throws where the diff was cut off. */
  end(): DiffFile[]
}

/** Reads `git diff -U0` with the prefixes a/ and b/, in chunks of any size. Throws a DiffProblem. */
export function diffReader(): DiffReader {
  return new Reader()
}

const LF = 0x0a
const MINUS = 0x2d
const PLUS = 0x2b
const BACKSLASH = 0x5c
const SPACE = 0x20

// A name has at most 4096 bytes, each written as four where git escapes it, and a line may hold two of them.
const LONGEST_HEADER = 65_536
const MOST_FILES = 1_000_000
const MOST_HUNKS = 5_000_000

/**
 * The numbers of a hunk's header say how many lines follow, so an added line that reads `+++ b/x` or `@@ -1 +1 @@` is
 * counted and never looked at.
 */
class Reader implements DiffReader {
  readonly #files: DiffFile[] = []
  #header: DiffHeader | undefined
  #hunks: DiffHunk[] = []
  #hunkCount = 0
  #oldLeft = 0
  #newLeft = 0
  /** The start of a line of a header that the chunk cut. */
  #cut: Uint8Array | undefined
  /** Within a line of a hunk's body that the chunk cut: its rest says nothing. */
  #isInBodyLine = false

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const newline = chunk.indexOf(LF, at)
      const end = newline === -1 ? chunk.length : newline
      this.#part(chunk, at, end, newline !== -1)
      at = end + 1
    }
  }

  end(): DiffFile[] {
    if (this.#cut !== undefined || this.#isInBodyLine || this.#oldLeft > 0 || this.#newLeft > 0) {
      throw new DiffProblem('the diff ends in the middle of a change')
    }
    this.#finishFile()
    return this.#files
  }

  #part(chunk: Uint8Array, start: number, end: number, isWhole: boolean): void {
    if (this.#isInBodyLine) {
      this.#isInBodyLine = !isWhole
    } else if (this.#cut === undefined && (this.#oldLeft > 0 || this.#newLeft > 0)) {
      this.#bodyLine(start === end ? LF : chunk[start])
      this.#isInBodyLine = !isWhole
    } else {
      this.#headerPart(chunk.subarray(start, end), isWhole)
    }
  }

  #bodyLine(first: number | undefined): void {
    if (first === BACKSLASH) return // "\ No newline at end of file"
    if (first !== PLUS) this.#oldLeft -= 1
    if (first !== MINUS) this.#newLeft -= 1
    const isKnown = first === PLUS || first === MINUS || first === SPACE
    if (!isKnown || this.#oldLeft < 0 || this.#newLeft < 0)
      throw new DiffProblem('the diff has a hunk of another length')
  }

  #headerPart(part: Uint8Array, isWhole: boolean): void {
    const line = this.#cut === undefined ? part : Buffer.concat([this.#cut, part])
    if (line.length > LONGEST_HEADER) throw new DiffProblem('the diff has a header of more than 64 KiB')
    // The chunk belongs to the caller again after this call.
    this.#cut = isWhole ? undefined : Uint8Array.from(line)
    if (isWhole) this.#headerLine(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'))
  }

  #headerLine(line: string): void {
    if (line.startsWith('diff --git ')) {
      this.#finishFile()
      this.#header = new DiffHeader(line)
    } else if (line.startsWith('@@ ')) this.#hunk(line)
    else if (line.startsWith('\\ ')) return
    else if (this.#header === undefined || this.#hunks.length > 0 || !this.#header.take(line)) {
      throw new DiffProblem(`the diff has an unknown line: ${JSON.stringify(line.slice(0, 80))}`)
    }
  }

  #hunk(line: string): void {
    const numbers = /^@@ -(\d{1,10})(?:,(\d{1,10}))? \+(\d{1,10})(?:,(\d{1,10}))? @@/.exec(line)
    if (numbers === null || this.#header === undefined) throw new DiffProblem('the diff has a hunk without its numbers')
    const [, oldStart, oldLines = 1, newStart, newLines = 1] = numbers
    const hunk = {
      oldStart: Number(oldStart),
      oldLines: Number(oldLines),
      newStart: Number(newStart),
      newLines: Number(newLines),
    }
    this.#hunkCount += 1
    if (this.#hunkCount > MOST_HUNKS) throw new DiffProblem(`the diff has more than ${MOST_HUNKS} hunks`)
    this.#oldLeft = hunk.oldLines
    this.#newLeft = hunk.newLines
    this.#hunks.push(hunk)
  }

  #finishFile(): void {
    if (this.#header === undefined) return
    this.#files.push(this.#header.file(this.#hunks))
    if (this.#files.length > MOST_FILES) throw new DiffProblem(`the diff has more than ${MOST_FILES} files`)
    this.#header = undefined
    this.#hunks = []
  }
}
