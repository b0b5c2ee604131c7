import { formatDuration } from '@hardgate/gate'
import type { ReadReport } from './reading.ts'
import { type Finding, finding } from './reasons.ts'

export interface StaleQuestion {
  readonly reports: readonly ReadReport[]
  readonly policy: 'fail' | 'warn'
  readonly nowMs: number
  /** 0: the age does not matter. */
  readonly maxAgeMs: number
  /** The committer date of HEAD; undefined outside a git checkout. */
  readonly headAtMs: number | undefined
  readonly isTracked: (path: string) => boolean
  /** Files with a measured line behind their end in the work tree, with both numbers. */
  readonly tooLong: readonly { readonly path: string; readonly line: number; readonly fileLines: number }[]
}

// clocks differ, and a report may be written while the commit of a merge is made
const SLACK_MS = 600_000
// a clock that is not set: 1970, and the year 1 of .NET
const EARLIEST_MS = Date.UTC(1980, 0, 1)

/** Everything by which a report cannot belong to this commit. */
export function staleFindings(question: StaleQuestion): readonly Finding[] {
  const { reports, isTracked } = question
  const tracked = reports.filter(({ path }) => isTracked(path))
  return [
    ...beyondEnd(question),
    ...reports.flatMap((one) => [...olderThanCommit(one, question), ...tooOld(one, question)]),
    ...tracked.map(({ path }) =>
      stale(
        question,
        `${path} is tracked by git: it is as old as its commit, whatever the tests did. Remove it from the repository and add it to .gitignore.`,
      ),
    ),
  ]
}

function stale({ policy }: StaleQuestion, explanation: string): Finding {
  return finding({
    code: 'stale-report',
    expected: 'a report of this commit',
    outcome: 'no-data',
    severity: policy === 'fail' ? 'gate' : 'warn',
    explanation,
  })
}

const SHOWN = 5

function beyondEnd(question: StaleQuestion): Finding[] {
  const { tooLong, reports } = question
  if (tooLong.length === 0) return []
  const shown = tooLong
    .slice(0, SHOWN)
    .map(({ path, line, fileLines }) => `${path} line ${line}, the file has ${fileLines}`)
  const more = tooLong.length > SHOWN ? ` and ${tooLong.length - SHOWN} more files` : ''
  const whose = reports.length === 1 ? `${reports[0]?.path ?? ''} measures` : 'The reports measure'
  return [
    stale(
      question,
      `${whose} lines behind the end of a file: ${shown.join('; ')}${more}. It was written for another commit: run the tests on this one. (For code that a compiler makes up, set stale: warn.)`,
    ),
  ]
}

/** The report's own time; undefined where it has none that is meant. */
export function ownTime({ report }: ReadReport): number | undefined {
  const at = report.writtenAtMs
  return at === undefined || at < EARLIEST_MS ? undefined : at
}

function olderThanCommit(one: ReadReport, question: StaleQuestion): Finding[] {
  const at = ownTime(one)
  const { headAtMs } = question
  if (at === undefined || headAtMs === undefined || at >= headAtMs - SLACK_MS) return []
  const zone = one.report.format === 'coverage.py-json' ? ' (it gives local time; the runner takes it for its own)' : ''
  return [
    stale(
      question,
      `${one.path} was written at ${timeText(at)}${zone}, ${formatDuration(headAtMs - at)} before its commit (${timeText(headAtMs)}): it is of an earlier run.`,
    ),
  ]
}

function tooOld(one: ReadReport, question: StaleQuestion): Finding[] {
  const at = ownTime(one) ?? one.modifiedAtMs
  const { nowMs, maxAgeMs } = question
  if (maxAgeMs === 0 || nowMs - at <= maxAgeMs) return []
  return [
    stale(
      question,
      `${one.path} is ${formatDuration(nowMs - at)} old, and max-report-age is ${formatDuration(maxAgeMs)}. Run the tests again, or set max-report-age.`,
    ),
  ]
}

const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
