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
    const { keyword, rest } = keywordOf(line)
    switch (keyword) {
      case '--- ':
        this.#oldPath = pathOf(rest, 'a/')
        return true
      case '+++ ':
        this.#newPath = pathOf(rest, 'b/')
        return true
      case 'rename from ':
        this.#oldPath = nameOf(rest)
        this.#isRenamed = true
        return true
      case 'rename to ':
        this.#newPath = nameOf(rest)
        return true
      case 'new file mode ':
        this.#isNew = true
        this.#isSubmodule ||= rest === SUBMODULE
        return true
      case 'deleted file mode ':
        this.#isGone = true
        this.#isSubmodule ||= rest === SUBMODULE
        return true
      case 'new mode ':
        this.#hasNewMode = true
        return true
      case 'index ':
        this.#isSubmodule ||= rest.endsWith(` ${SUBMODULE}`)
        return true
      case 'Binary files ':
        this.#isBinary = true
        return true
      case 'old mode ':
      case 'similarity index ':
      case 'dissimilarity index ':
        return true
      case undefined:
        return false
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

// The longer first where one is the start of another. "copy from" is not among them: copies are never asked for.
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

function keywordOf(line: string): { keyword: (typeof KEYWORDS)[number] | undefined; rest: string } {
  const keyword = KEYWORDS.find((word) => line.startsWith(word))
  return { keyword, rest: line.slice(keyword?.length ?? 0) }
}
