import { globMatcher } from '@hardgate/action'
import type { Measurement, Threshold } from '@hardgate/gate'
import { blindFiles, noBranchData, partlyBlind } from './branch-evidence.ts'
import { measurementsOfPart, type Part, patchMeasurements } from './measured.ts'
import { BRANCH_METRICS, PATCH_METRICS } from './metrics.ts'
import { type MeasuredPatch, type PatchResult, together } from './patch.ts'
import { type Finding, finding } from './reasons.ts'

/** What the evidence says to one threshold. */
export type Answer =
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  /** There is nothing that could be covered: it holds. */
  | { readonly kind: 'not-applicable'; readonly why: string }
  | { readonly kind: 'decided'; readonly finding: Finding }

export interface Evidence {
  readonly whole: Part
  readonly scopes: ReadonlyMap<string, Part>
  /** undefined: no threshold asks for it. */
  readonly patch: PatchResult | undefined
  /** Changed source files that no report mentions and that may fail the gate. */
  readonly unreported: number
  /** undefined: it cannot be counted, and `newlyUnknown` says why. */
  readonly newlyUncovered: ReadonlyMap<string, number> | undefined
  readonly newlyUnknown: Answer | undefined
}

export function answerTo(threshold: Threshold, evidence: Evidence): Answer {
  const { metric, scope } = threshold
  if (metric === 'newly_uncovered') return newlyAnswer(threshold, evidence)
  const part = scope === undefined ? evidence.whole : evidence.scopes.get(scope)
  if (part === undefined) throw new Error(`the scope ${scope} was not measured`)
  if (PATCH_METRICS.has(metric)) return patchAnswer(threshold, evidence)
  if (BRANCH_METRICS.has(metric) && part.branches === 'missing') return missingBranches(threshold, part)
  const blind = BRANCH_METRICS.has(metric) ? blindFiles(part) : []
  if (blind.length > 0) return { kind: 'decided', finding: partlyBlind(threshold, blind) }
  const measurement = measurementsOfPart(part).find((one) => one.metric === metric)
  if (measurement !== undefined) return { kind: 'measured', measurement }
  if (BRANCH_METRICS.has(metric)) return { kind: 'not-applicable', why: 'the measured code has no branch' }
  return noData(threshold, 'no-lines', 'no line of it is measured')
}

function missingBranches(threshold: Threshold, { reports }: Part): Answer {
  const without = reports.filter(({ report }) => report.branches !== 'collected')
  return { kind: 'decided', finding: noBranchData(threshold, without) }
}

function patchAnswer(threshold: Threshold, { patch, unreported }: Evidence): Answer {
  if (patch === undefined) throw new Error('a patch threshold, and no patch was looked for')
  if ('kind' in patch) return unknownPatch(threshold, `${patch.why} ${patch.fix}`)
  if (patch.hidden.length > 0) return unknownPatch(threshold, hiddenText(patch.hidden))
  const { scope, metric } = threshold
  const { totals, branches, files } = scope === undefined ? patch : inScope(patch, scope)
  if (totals.lines.total === 0) {
    return unreported > 0
      ? noData(
          threshold,
          'unreported-file',
          'no changed line is measured, and the change touches source files that no report mentions',
        )
      : { kind: 'not-applicable', why: 'no changed line is executable' }
  }
  const measurement = patchMeasurements(totals, scope).find((one) => one.metric === metric)
  if (measurement !== undefined) return { kind: 'measured', measurement }
  if (branches === 'none-there') return { kind: 'not-applicable', why: 'no changed line has a branch' }
  return missingBranches(threshold, { ...evidencePart(files), totals, branches })
}

function inScope(patch: MeasuredPatch, scope: string): Pick<MeasuredPatch, 'files' | 'totals' | 'branches'> {
  const matches = globMatcher(scope)
  return together(patch.files.filter(({ path }) => matches(path)))
}

function evidencePart(files: MeasuredPatch['files']): Pick<Part, 'files' | 'reports'> {
  return { files: files.map(({ file }) => file), reports: [...new Set(files.flatMap(({ file }) => file.reports))] }
}

const hiddenText = (hidden: readonly string[]): string =>
  `Git shows no lines of ${hidden.slice(0, 5).join(', ')}: it takes ${hidden.length === 1 ? 'the file' : 'them'} for binary. Remove -diff or binary from .gitattributes.`

function unknownPatch({ line, severity }: Threshold, why: string): Answer {
  return {
    kind: 'decided',
    finding: finding({
      code: 'patch-unknown',
      expected: line,
      outcome: 'inconclusive',
      severity,
      explanation: `${line}: the changed lines are not known. ${why}`,
    }),
  }
}

function newlyAnswer(threshold: Threshold, { newlyUncovered, newlyUnknown }: Evidence): Answer {
  const { metric, scope } = threshold
  const count = newlyUncovered?.get(scope ?? '')
  if (count !== undefined)
    return {
      kind: 'measured',
      measurement: { metric, ...(scope === undefined ? {} : { scope }), value: count, unit: '1' },
    }
  if (newlyUnknown === undefined) throw new Error('newly_uncovered has neither a number nor a reason')
  if (newlyUnknown.kind !== 'decided') return newlyUnknown
  const { line, severity } = threshold
  return { kind: 'decided', finding: { ...newlyUnknown.finding, threshold: line, severity } }
}

function noData({ line, severity }: Threshold, code: 'no-lines' | 'unreported-file', why: string): Answer {
  return {
    kind: 'decided',
    finding: finding({
      code,
      expected: line,
      outcome: 'no-data',
      severity,
      explanation: `${line} cannot be measured: ${why}.`,
    }),
  }
}
