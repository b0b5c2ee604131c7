import type { FileIndex } from './map-index.ts'
import { isOfAnyCase, type NormalPath } from './map-normal.ts'

/** A list of candidates longer than this helps nobody. */
export const MOST_CANDIDATES = 10

/**
 * Files that a path may mean where what stands before it is not known: the report was written in a folder of the
 * repository, which the path leaves out, or in another folder, which it names. `isShortAllowed`: also a file at the
 * root of the repository, of which the last segment alone would be the proof.
 */
export function suffixCandidates(index: FileIndex, path: NormalPath, isShortAllowed: boolean): string[] {
  const isAlone = path.root !== '' && path.segments.length === 1 && !isShortAllowed
  if (path.segments.length === 0 || isAlone) return []
  const whole = (): string[] => index.endingWith(path.segments.join('/'), MOST_CANDIDATES)
  const tails = (): string[] => tailsOf(index, path, isShortAllowed)
  const [first, second] = path.root === '' ? [whole, tails] : [tails, whole]
  const found = first()
  return found.length > 0 ? found : second()
}

function tailsOf(index: FileIndex, path: NormalPath, isShortAllowed: boolean): string[] {
  const { segments } = path
  const shortest = segments.length - (isShortAllowed ? 1 : 2)
  const tails = segments.slice(0, Math.max(0, shortest + 1)).map((_segment, at) => segments.slice(at).join('/'))
  const exact = tails.filter((tail) => index.has(tail))
  return exact.length > 0 || !isOfAnyCase(path) ? exact : tails.flatMap((tail) => index.getAnyCase(tail))
}

/** Of several the one below a folder with the module's name: JaCoCo's paths are packages, alike in all modules. */
export function preferModule(
  candidates: readonly string[],
  path: NormalPath,
  module: string | undefined,
): readonly string[] {
  if (module === undefined || candidates.length < 2) return candidates
  const preferred = candidates.filter((candidate) => isOfModule(candidate, path, module))
  return preferred.length === 0 ? candidates : preferred
}

/** Looks at the folders before the package alone: a package may be called as a module is. */
export function isOfModule(file: string, { segments }: NormalPath, module: string): boolean {
  const folders = file.split('/').slice(0, -segments.length).join('/')
  return `/${folders}/`.includes(`/${module}/`)
}
