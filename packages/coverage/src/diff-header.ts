import { type DiffFile, type DiffHunk, DiffProblem } from './diff-file.ts'
import { nameOf, nameOfBoth, pathOf } from './diff-names.ts'

const SUBMODULE = '160000'

/** What git says of one file above its hunks. */
export class DiffHeader {
  readonly #first: string
  #oldPath: string | undefined
  #newPath: string | undefined
  #isNew = false
  #isGone = false
  #isRenamed = false
  #isBinary = false
  #isSubmodule = false
  #hasNewMode = false

  /** `line` is `diff --git a/x b/x`. */
  constructor(line: string) {
    this.#first = line
  }

  /** false: no line of a header. */
  take(line: string): boolean {
    const keyword = KEYWORDS.find((word) => line.startsWith(word))
    if (keyword === undefined) return false
    this.#note(keyword, line.slice(keyword.length))
    return true
  }

  #note(keyword: (typeof KEYWORDS)[number], rest: string): void {
    switch (keyword) {
      case '--- ':
        this.#oldPath = pathOf(rest, 'a/')
        break
      case '+++ ':
        this.#newPath = pathOf(rest, 'b/')
        break
      case 'rename from ':
        this.#oldPath = nameOf(rest)
        this.#isRenamed = true
        break
      case 'rename to ':
        this.#newPath = nameOf(rest)
        break
      case 'new file mode ':
        this.#isNew = true
        this.#isSubmodule ||= rest === SUBMODULE
        break
      case 'deleted file mode ':
        this.#isGone = true
        this.#isSubmodule ||= rest === SUBMODULE
        break
      case 'new mode ':
        this.#hasNewMode = true
        break
      case 'index ':
        this.#isSubmodule ||= rest.endsWith(` ${SUBMODULE}`)
        break
      case 'Binary files ':
        this.#isBinary = true
        break
      case 'old mode ':
      case 'similarity index ':
      case 'dissimilarity index ':
    }
  }

  file(hunks: readonly DiffHunk[]): DiffFile {
    const change = this.#change(hunks.length)
    return { change, ...this.#paths(), hunks: change === 'submodule' ? [] : hunks }
  }

  #change(hunks: number): DiffFile['change'] {
    if (this.#isSubmodule) return 'submodule'
    if (this.#isBinary) return 'binary'
    if (this.#isNew) return 'added'
    if (this.#isGone) return 'deleted'
    if (this.#isRenamed) return 'renamed'
    return hunks === 0 && this.#hasNewMode ? 'mode-only' : 'modified'
  }

  /** A file without hunks (mode, binary, empty) is named in the first line alone, and then by the same name twice. */
  #paths(): { oldPath?: string; newPath?: string } {
    const isNamed = this.#oldPath !== undefined || this.#newPath !== undefined
    const both = isNamed ? undefined : nameOfBoth(this.#first)
    const oldPath = this.#isNew ? undefined : (this.#oldPath ?? both)
    const newPath = this.#isGone ? undefined : (this.#newPath ?? both)
    if (oldPath === undefined && !this.#isNew) throw new DiffProblem('the diff does not name a file of the old side')
    if (newPath === undefined && !this.#isGone) throw new DiffProblem('the diff does not name a file of the new side')
    return { ...(oldPath === undefined ? {} : { oldPath }), ...(newPath === undefined ? {} : { newPath }) }
  }
}

// "copy from" is not among them: copies are never asked for, and their old lines would count as unchanged.
const KEYWORDS = [
  '--- ',
  '+++ ',
  'rename from ',
  'rename to ',
  'new file mode ',
  'deleted file mode ',
  'old mode ',
  'new mode ',
  'index ',
  'similarity index ',
  'dissimilarity index ',
  'Binary files ',
] as const
