import { addedRanges, type DiffFile } from '@hardgate/coverage'
import { anyOf, type Project } from './project.ts'
import { type Finding, finding } from './reasons.ts'

// Files that look like source and that no report has to mention.
const NO_SOURCE = anyOf([
  '**/test/**',
  '**/tests/**',
  '**/__tests__/**',
  '**/test_*',
  '**/*_test.*',
  '**/*.test.*',
  '**/*.spec.*',
  '**/conftest.py',
  '**/*.d.ts',
  '**/*.config.*',
])

export interface Unreported {
  readonly path: string
  /** `changed`: this change wrote lines of it. `vanished`: the baseline measured it, and it still exists. */
  readonly why: 'changed' | 'vanished'
}

export interface UnreportedQuestion {
  readonly project: Project
  readonly isLeftOut: (path: string) => boolean
  readonly isGenerated: (path: string) => boolean
}

/**
 * Changed source files of which no report says a word: the tests never loaded them, and their lines would be missing
 * from every percentage. Source is what has the extension and the first folder of a measured file.
 */
export function unreportedChanges(changes: readonly DiffFile[], question: UnreportedQuestion): Unreported[] {
  const kinds = new Set([...question.project.files.keys()].map(kindOf))
  return changes.flatMap((change): Unreported[] => {
    const { newPath: path } = change
    if (path === undefined || change.change === 'submodule' || addedRanges(change).length === 0) return []
    if (!kinds.has(kindOf(path)) || NO_SOURCE(path) || !isMissing(path, question)) return []
    return [{ path, why: 'changed' }]
  })
}

/** Files that the baseline measured and that no report mentions any more: a report was cut off, or a test run is missing. */
export function vanishedFiles(
  before: Iterable<string>,
  exists: (path: string) => boolean,
  question: UnreportedQuestion,
): Unreported[] {
  return [...before]
    .filter((path) => isMissing(path, question) && exists(path))
    .map((path) => ({ path, why: 'vanished' }))
}

const isMissing = (path: string, { project, isLeftOut, isGenerated }: UnreportedQuestion): boolean =>
  !project.mentioned.has(path) && !isLeftOut(path) && !isGenerated(path)

/** `src .py`: the first folder, none for a file of the root, and the extension. */
function kindOf(path: string): string {
  const slash = path.indexOf('/')
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return `${slash === -1 ? '' : path.slice(0, slash)} ${dot <= 0 ? name : name.slice(dot)}`
}

const SHOWN = 10

export function unreportedFindings(unreported: readonly Unreported[], policy: 'fail' | 'warn' | 'ignore'): Finding[] {
  if (policy === 'ignore') return []
  return (['changed', 'vanished'] as const).flatMap((why) => {
    const paths = unreported.filter((one) => one.why === why).map(({ path }) => path)
    if (paths.length === 0) return []
    const isGate = policy === 'fail'
    return [
      finding({
        code: 'unreported-file',
        expected: 'every source file in a report',
        outcome: isGate ? 'fail' : 'inconclusive',
        severity: isGate ? 'gate' : 'warn',
        explanation: `${sentence(why, paths)} ${ADVICE[why]}`,
      }),
    ]
  })
}

function sentence(why: Unreported['why'], paths: readonly string[]): string {
  const shown = `${paths.slice(0, SHOWN).join(', ')}${paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : ''}`
  const isOne = paths.length === 1
  if (why === 'changed')
    return `No report mentions ${shown}, ${isOne ? 'a source file' : 'source files'} that this change touches: no test loads ${isOne ? 'it' : 'them'}.`
  return `No report mentions ${shown} any more: the baseline measured ${isOne ? 'it, and it still exists' : 'them, and they still exist'}.`
}

const ADVICE: Readonly<Record<Unreported['why'], string>> = {
  changed:
    'Let the tool report files that were never loaded (coverage.py --source, c8 --all, Vitest coverage.include), or exclude it.',
  vanished: 'Is a report cut off, or did a part of the tests not run? If it should not count any more, exclude it.',
}
