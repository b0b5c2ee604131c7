import type { PathRule } from './map-paths.ts'

/** Reads `from => to` lines. A problem names the line and what would be right. */
export function parsePathRules(_lines: readonly string[]): {
  readonly rules: readonly PathRule[]
  readonly problems: readonly string[]
} {
  throw new Error('not written yet')
}
