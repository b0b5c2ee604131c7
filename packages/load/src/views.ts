import { type Fidelity, FORMATS, type FormatName } from './format.ts'
import { mergeAdvice } from './merge-advice.ts'
import type { FoundReport } from './report-file.ts'
import { LoadProblem, type LoadReader } from './sink.ts'

/** Which files are measured, and which only look at the same run from elsewhere. */
export interface Views {
  /** One, or the parts of one run. */
  readonly measured: readonly [FoundReport, ...FoundReport[]]
  readonly others: readonly View[]
}

export interface View {
  /** One for the whole run, or one for each part. */
  readonly files: readonly [FoundReport, ...FoundReport[]]
  /** One of several summaries in one format: it is of this run only if it counts the same requests. */
  readonly hasToAgree: boolean
}

export const toolOf = (format: FormatName): string => format.split('-', 1)[0] ?? format

/** The rawest format is measured. Throws where the files cannot be views and parts of one run. */
export function viewsOf(found: readonly FoundReport[]): Views {
  const tools = new Map(found.map(({ reader, path }) => [toolOf(reader.format), path]))
  if (tools.size > 1) {
    const list = [...tools].map(([tool, path]) => `${path} of ${tool}`).join(', ')
    throw new LoadProblem('mixed-tools', `these are reports of several tools: ${list}. Use one step for each run`)
  }
  const [measured, ...others] = byFormat(found)
  if (measured === undefined) throw new LoadProblem('no-report', 'there is no report')
  const [{ reader }] = measured
  if (measured.length > 1 && !reader.isMergeable) throw notMergeable(measured)
  return { measured, others: others.flatMap((other) => viewsOfFormat(other, measured)) }
}

// a report that holds every request, then one that says the most of how they spread
const RAWEST: readonly Fidelity[] = ['samples', 'buckets', 'sketch', 'points']

function byFormat(found: readonly FoundReport[]): [FoundReport, ...FoundReport[]][] {
  const groups = new Map<LoadReader, [FoundReport, ...FoundReport[]]>()
  for (const one of found) {
    const group = groups.get(one.reader)
    if (group === undefined) groups.set(one.reader, [one])
    else group.push(one)
  }
  const rank = ({ fidelity, format }: LoadReader): number =>
    RAWEST.indexOf(fidelity) * FORMATS.length + FORMATS.indexOf(format)
  return [...groups].sort(([a], [b]) => rank(a) - rank(b)).map(([, group]) => group)
}

function notMergeable(parts: readonly FoundReport[]): LoadProblem {
  const [first, second] = parts
  const format = first?.reader.format ?? 'wrk'
  const names =
    parts.length === 2 ? `${first?.path} and ${second?.path}` : `${first?.path} and ${parts.length - 1} more`
  const text = `${names} are summaries (${format}); percentiles of two files cannot be combined. ${mergeAdvice(format)}`
  return new LoadProblem('not-mergeable', text)
}

/** A summary of a run that is in no other file would be left out of what is measured. */
function viewsOfFormat(files: readonly [FoundReport, ...FoundReport[]], measured: readonly FoundReport[]): View[] {
  if (files.length === 1 || files.length === measured.length) return [{ files, hasToAgree: false }]
  const [first] = files
  // k6 --summary-export beside handleSummary, Gatling's stats.json beside global_stats.json
  if (measured.length === 1 && !first.reader.isMergeable) {
    return files.map((file) => ({ files: [file], hasToAgree: true }))
  }
  const text = `there are ${measured.length} files of ${measured[0]?.reader.format} and ${files.length} of ${first.reader.format}, such as ${first.path}: they are not views of one run. Use one step for each run`
  throw new LoadProblem('different-runs', text)
}
