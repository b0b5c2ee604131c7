import type { RepositoryFile } from '@hardgate/coverage'
import { answerOf, type Git } from './git.ts'

const SUBMODULE = '160000'
const LINK = '120000'

/** All that git tracks, once each, without submodules. */
export async function trackedFiles(git: Git): Promise<RepositoryFile[]> {
  const answer = await answerOf(git, ['ls-files', '-z', '--stage', '--full-name'])
  const files = new Map<string, RepositoryFile>()
  for (const entry of fieldsOf(answer)) {
    const mode = entry.slice(0, 6)
    const path = entry.slice(entry.indexOf('\t') + 1)
    if (mode !== SUBMODULE) files.set(path, mode === LINK ? { path, isLink: true } : { path })
  }
  return [...files.values()]
}

/** By the .gitattributes in git alone: one that a step has written, or the user has at home, says nothing here. */
export async function generated(git: Git, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set()
  const input = paths.map((path) => `${path}\0`).join('')
  const answer = await answerOf(git, ['check-attr', '-z', '--stdin', '--cached', 'linguist-generated'], { input })
  const fields = fieldsOf(answer)
  const isSaid = (value: string | undefined): boolean => !['unset', 'unspecified', 'false'].includes(value ?? 'unset')
  return new Set(fields.filter((_path, at) => at % 3 === 0 && isSaid(fields[at + 2])))
}

function fieldsOf(answer: Buffer): string[] {
  return answer.toString('utf8').split('\0').slice(0, -1)
}
