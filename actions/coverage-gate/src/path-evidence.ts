import type { Project, UnmappedPath } from './project.ts'
import { type Finding, finding } from './reasons.ts'

const SHOWN = 5

/** What of the reports is in the repository, and whether anything is left to measure. */
export function pathFindings(project: Project, policy: 'fail' | 'warn'): readonly Finding[] {
  const refused = project.refused.map(({ code, explanation }) =>
    finding({ code, expected: 'readable reports', outcome: 'no-data', explanation }),
  )
  const ambiguous = project.unmapped.filter(({ kind }) => kind === 'ambiguous')
  const unmapped = project.unmapped.filter(({ kind }) => kind !== 'ambiguous')
  return [...refused, ...ambiguousFinding(ambiguous), ...unmappedFinding(unmapped, project.mapped, policy)]
}

function ambiguousFinding(ambiguous: readonly UnmappedPath[]): Finding[] {
  if (ambiguous.length === 0) return []
  const shown = ambiguous
    .slice(0, SHOWN)
    .map(({ path, report, candidates }) => `${path} (${report}) may be ${candidates.join(' or ')}`)
  return [
    finding({
      code: 'ambiguous-path',
      expected: 'one file for each report path',
      outcome: 'no-data',
      explanation: `${shown.join('; ')}${more(ambiguous.length)}. Say which with path-map: "from => to".`,
    }),
  ]
}

function unmappedFinding(unmapped: readonly UnmappedPath[], mapped: number, policy: 'fail' | 'warn'): Finding[] {
  if (unmapped.length === 0) return []
  const paths = unmapped.slice(0, SHOWN).map(({ path, kind }) => (kind === 'outside' ? `${path} (outside)` : path))
  const lines = unmapped.reduce((sum, one) => sum + one.lines, 0)
  const reports = [...new Set(unmapped.map(({ report }) => report))]
  const whose = `${reports.slice(0, SHOWN).join(', ')}${more(reports.length)}`
  // of another tree, then: there is nothing to warn about, because there is nothing to judge
  if (mapped === 0) {
    return [
      finding({
        code: 'unmapped',
        expected: 'paths of this repository',
        outcome: 'no-data',
        explanation: `No path of ${whose} is a file of this repository: ${paths.join(', ')}${more(unmapped.length)}. Was it written in another checkout or container? path-map: "from => to" names the folder.`,
      }),
    ]
  }
  return [
    finding({
      code: 'unmapped',
      expected: 'paths of this repository',
      outcome: policy === 'fail' ? 'fail' : 'inconclusive',
      severity: policy === 'fail' ? 'gate' : 'warn',
      explanation: `${unmapped.length} ${unmapped.length === 1 ? 'path' : 'paths'} (${lines} lines) of ${whose} ${unmapped.length === 1 ? 'is no file' : 'are no files'} of this repository and ${unmapped.length === 1 ? 'is' : 'are'} not counted: ${paths.join(', ')}${more(unmapped.length)}. Name the folder with path-map, leave them out with exclude, or set unmapped: warn.`,
    }),
  ]
}

const more = (count: number): string => (count > SHOWN ? ` and ${count - SHOWN} more` : '')

/** 0 lines is no 100 %, and no 0 % either. */
export function lineFinding(measured: number, project: Project): Finding[] {
  // said already, by what made it so
  if (measured > 0 || (project.mapped === 0 && project.unmapped.length > 0)) return []
  const { dropped } = project
  const why =
    dropped.length > 0
      ? `${dropped.length === 1 ? 'The one file of the reports is' : `All ${dropped.length} files of the reports are`} left out: ${reasonsOf(project)}.`
      : 'The reports hold no measured line. Did the tests load the code, and does the tool look at the right folder?'
  return [
    finding({
      code: 'no-lines',
      expected: 'lines measured >= 1',
      outcome: 'no-data',
      explanation: `${why} Nothing was judged.`,
    }),
  ]
}

function reasonsOf({ dropped }: Project): string {
  const kinds = [...new Set(dropped.map(({ why }) => why))]
  return kinds.map((kind) => `${dropped.filter(({ why }) => why === kind).length} ${kind}`).join(', ')
}
