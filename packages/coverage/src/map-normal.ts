/** A path of any system, taken apart. `.` and `..` are resolved as far as the text alone allows. */
export interface NormalPath {
  /** '' for a relative path, '/' for an absolute one, `c:/` with a drive letter. */
  readonly root: string
  /** How many `..` lead out of where a relative path begins. */
  readonly ups: number
  readonly segments: readonly string[]
}

export function normalPath(text: string): NormalPath {
  // nearly every path of a report, of which there may be a hundred thousand
  if (!NOT_PLAIN.test(text)) return { root: '', ups: 0, segments: text.split('/') }
  // `\\?\` only switches off checks of Windows' own
  const slashed = text.replaceAll('\\', '/').replace(/^\/\/\?\//, '')
  const drive = /^[A-Za-z]:(?=\/|$)/.exec(slashed)?.[0]
  const root = drive === undefined ? (slashed.startsWith('/') ? '/' : '') : `${drive.toLowerCase()}/`
  const segments: string[] = []
  let ups = 0
  for (const segment of slashed.slice(drive?.length ?? 0).split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined && root === '') ups += 1
  }
  return { root, ups, segments }
}

/** Anything but a relative path without `.`, `..`, an empty segment, a backslash or a drive. */
const NOT_PLAIN = /^$|[\\:]|(?:^|\/)\.{0,2}(?:\/|$)/

/** `path` as seen from `folder`, which an absolute path leaves behind. */
export function joinedTo(folder: string, path: string): NormalPath {
  const own = normalPath(path)
  return folder === '' || own.root !== '' ? own : normalPath(`${folder}/${path}`)
}

/** Windows does not tell `A.py` from `a.py`, and a tool there writes either. */
export const isOfAnyCase = ({ root }: NormalPath): boolean => root.length > 1

/** What is left of a path below a folder, whole segments compared; undefined: it does not lie there. */
export function below(folder: NormalPath, path: NormalPath): string[] | undefined {
  const isWithin =
    folder.root === path.root &&
    folder.ups === path.ups &&
    folder.segments.length <= path.segments.length &&
    folder.segments.every((segment, at) => isSame(segment, path.segments[at] ?? '', isOfAnyCase(path)))
  return isWithin ? path.segments.slice(folder.segments.length) : undefined
}

const isSame = (a: string, b: string, isAnyCase: boolean): boolean =>
  a === b || (isAnyCase && a.toLowerCase() === b.toLowerCase())
