import { namesOf, type Reading } from './reading.ts'
import { type Finding, finding } from './reasons.ts'

/** Whether the files are there and could be read: the first evidence, without which nothing is judged. */
export function reportFindings(reading: Reading, expected: number | undefined): readonly Finding[] {
  const { refused, found } = reading
  const unusable = found.unusable.map(({ path, why }) =>
    noData('unreadable-report', 'readable reports', `${path} ${why}: it was not read.`),
  )
  const unread = refused.map(({ code, explanation }) => noData(code, 'readable reports', explanation))
  return [...countFindings(reading, expected), ...unusable, ...unread, ...twinFindings(reading)]
}

const noData = (code: Finding['code'] & string, wanted: string, explanation: string): Finding =>
  finding({ code, expected: wanted, outcome: 'no-data', explanation })

function countFindings({ globs, found }: Reading, expected: number | undefined): Finding[] {
  const files = [...found.reports, ...found.unusable].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const wanted = expected === undefined ? 'reports >= 1' : `reports == ${expected}`
  if (files.length === 0) return [noData('no-report', wanted, noReport(globs, expected))]
  if (expected !== undefined && files.length !== expected)
    return [noData('missing-report', wanted, otherNumber({ globs, files, expected }))]
  return found.unmatched.map((glob) =>
    noData(
      'missing-report',
      `reports: ${glob}`,
      `No file matches ${glob}: a report is missing, and without it every number here is a guess. If it is not written any more, remove the line from reports.`,
    ),
  )
}

function noReport(globs: readonly string[], expected: number | undefined): string {
  const wanted = expected === undefined ? '' : `${expected} ${expected === 1 ? 'report is' : 'reports are'} expected. `
  return `No report file matches ${listed(globs)}. ${wanted}Did the test step run, write its report there, and was the artifact downloaded to this folder? Nothing was judged.`
}

const LISTED = 20

function otherNumber({
  globs,
  files,
  expected,
}: {
  readonly globs: readonly string[]
  readonly files: readonly { readonly path: string }[]
  readonly expected: number
}): string {
  const paths = namesOf(files, LISTED)
  if (files.length < expected) {
    const missing = expected - files.length
    return `${files.length} of ${expected} expected reports found (${listed(globs)}): ${paths}. Without the ${missing === 1 ? (ORDINALS[expected] ?? 'other') : `other ${missing}`} every number here is a guess.`
  }
  return `${files.length} reports found (${listed(globs)}), ${expected} expected: ${paths}. One that does not belong here would spoil every number: narrow the glob, or correct expected-reports.`
}

const ORDINALS: Readonly<Record<number, string>> = { 2: 'second', 3: 'third' }

function twinFindings({ twins }: Reading): Finding[] {
  return twins.map(({ path, sameAs }) => ({
    threshold: 'different reports',
    outcome: 'inconclusive',
    severity: 'warn',
    explanation: `${path} holds the same bytes as ${sameAs}, so it was merged once. Two shards that upload one file under two names look like this.`,
  }))
}

const listed = (globs: readonly string[]): string => globs.join(', ')
