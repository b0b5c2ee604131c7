import type { TimeSpan } from './run-times.ts'
import { LoadProblem } from './sink.ts'

/** Of the shorter part: so much of it has to lie within the other. */
const FEWEST_SHARED = 0.5

export interface PartTimes {
  readonly path: string
  readonly span: TimeSpan | undefined
}

/** Parts of one run ran at the same time. Throws for two that did not; parts without times cannot be told. */
export function checkOverlap(parts: readonly PartTimes[]): void {
  for (const [index, one] of parts.entries()) {
    for (const other of parts.slice(index + 1)) {
      if (one.span === undefined || other.span === undefined || isTogether(one.span, other.span)) continue
      throw new LoadProblem(
        'different-runs',
        `${one.path} and ${other.path} are of different times (${shown(one.span)} and ${shown(other.span)}), so they are two runs: use one step for each run`,
      )
    }
  }
}

function isTogether(a: TimeSpan, b: TimeSpan): boolean {
  const shared = Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs)
  const shorter = Math.min(a.endMs - a.startMs, b.endMs - b.startMs)
  return shared >= 0 && shared >= shorter * FEWEST_SHARED
}

const shown = ({ startMs, endMs }: TimeSpan): string => `${clock(startMs)} to ${clock(endMs)}`

function clock(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().slice(0, 19)
}
