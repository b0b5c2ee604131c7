import { normalPath } from './map-normal.ts'
import type { PathRule } from './map-plan.ts'

/** Reads `from => to` lines. A problem names the line and what would be right. */
export function parsePathRules(lines: readonly string[]): {
  readonly rules: readonly PathRule[]
  readonly problems: readonly string[]
} {
  const rules: PathRule[] = []
  const problems: string[] = []
  for (const line of lines) {
    const rule = ruleOf(line)
    if (typeof rule === 'string') problems.push(`${JSON.stringify(line)} ${rule}`)
    else rules.push(rule)
  }
  return { rules, problems }
}

function ruleOf(line: string): PathRule | string {
  const parts = line.split(/\s+=>\s+/)
  const [from, to] = parts.map((part) => part.trim())
  if (from === undefined || to === undefined || parts.length !== 2 || from === '' || to === '') {
    return 'is no rule. Write "from => to", such as "/build/src => src", or "/build => ." for the root of the repository.'
  }
  const { root, ups, segments } = normalPath(to)
  if (root !== '' || ups > 0) return `leads out of the repository. Write ${JSON.stringify(to)} as a folder in it.`
  return { from, to: segments.join('/') }
}
