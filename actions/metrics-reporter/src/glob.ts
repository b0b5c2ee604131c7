/**
 * Whether a path fits a glob: `*` and `?` stay within a segment, `**` runs over segments, all else stands for itself.
 * Takes steps in proportion to both lengths, whatever the glob: a regular expression made from one may take for ever.
 */
export function fitsGlob(glob: string, path: string): boolean {
  const parts = glob.split(/(\*\*\/|\*\*|\*|\?)/).filter((part) => part !== '')
  let reached = new Set([0])
  for (const part of parts) {
    reached = new Set([...reached].flatMap((at) => endsOf(part, path, at)))
    if (part.startsWith('*')) reached = spread(part, path, reached)
    if (reached.size === 0) return false
  }
  return reached.has(path.length)
}

/** Where a part that starts at `at` may end, in one step. */
function endsOf(part: string, path: string, at: number): number[] {
  if (part.startsWith('*')) return [at]
  if (part === '?') return at < path.length && path[at] !== '/' ? [at + 1] : []
  return path.startsWith(part, at) ? [at + part.length] : []
}

/** A star goes on from each place reached; `**` followed by a slash stops only behind a slash. */
function spread(star: string, path: string, reached: ReadonlySet<number>): Set<number> {
  const all = new Set<number>()
  let isOpen = false
  for (let at = 0; at <= path.length; at += 1) {
    if (star === '*' && path[at - 1] === '/') isOpen = false
    if (reached.has(at)) isOpen = true
    const isStop = star !== '**/' || reached.has(at) || path[at - 1] === '/'
    if (isOpen && isStop) all.add(at)
  }
  return all
}
