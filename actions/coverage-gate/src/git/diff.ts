import { type DiffFile, DiffProblem, diffReader } from '@hardgate/coverage'
import { type Git, GitProblem, lastWords } from './git.ts'

// Every setting that could change an answer is said outright. `inter-hunk-context` would count unchanged lines as
// changed; `diff.orderFile` and `diff.relative` would drop files or stop git.
const FLAGS = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--find-renames',
  '-l2000',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '-U0',
  '--inter-hunk-context=0',
  '--diff-algorithm=myers',
  '--indent-heuristic',
  '--submodule=short',
  '--ignore-submodules=none',
  '--no-relative',
  '-O/dev/null',
]

/** What changed from one commit to another, read as a stream. */
export async function readDiff(git: Git, base: string, head: string): Promise<DiffFile[]> {
  const reader = diffReader()
  try {
    const end = await git(['diff', ...FLAGS, base, head, '--'], { onStdout: (chunk) => reader.push(chunk) })
    if (end.exitCode !== 0) throw new GitProblem(`git diff: ${lastWords(end)}`)
    return reader.end()
  } catch (error) {
    if (error instanceof DiffProblem) throw new GitProblem(error.message)
    throw error
  }
}
