import { type Json, type Measurement, type Verdict, verdictOf } from '@hardgate/gate'
import type { Evidence } from './answers.ts'
import type { Baseline } from './baseline.ts'
import { fileCounts } from './file-counts.ts'
import { percentText } from './fraction.ts'
import { GATE } from './judge.ts'
import { rangeText } from './line-ranges.ts'
import { measurementsOfPart, patchMeasurements } from './measured.ts'
import type { Project } from './project.ts'
import type { Reading } from './reading.ts'
import { asCheck, codesOf, type Finding } from './reasons.ts'
import { asFraction } from './sentences.ts'
import type { MergedReports } from './work-folder.ts'

export interface VerdictFacts {
  readonly findings: readonly Finding[]
  readonly reading: Reading
  readonly commit: string
  readonly project?: Project | undefined
  readonly evidence?: Evidence | undefined
  readonly baseline?: Baseline | undefined
  readonly merged?: MergedReports | undefined
  readonly newly?: ReadonlyMap<string, number> | undefined
}

/** The verdict, with what it was made from. */
export function verdictFrom(facts: VerdictFacts): Verdict {
  const { findings, evidence } = facts
  const measurements = evidence === undefined ? [] : allMeasurements(evidence)
  const verdict = verdictOf({
    gate: GATE,
    checks: findings.map(asCheck),
    measurements,
    evidence: evidenceOf(facts),
  })
  return verdict.outcome === 'pass' ? { ...verdict, reasons: passReasons(verdict, findings) } : verdict
}

/** Of the whole, of the scopes that were asked for, and of the changed lines. */
function allMeasurements({ whole, scopes, patch, newlyUncovered }: Evidence): Measurement[] {
  const newly = [...(newlyUncovered ?? [])].map(
    ([scope, value]): Measurement => ({
      metric: 'newly_uncovered',
      ...(scope === '' ? {} : { scope }),
      value,
      unit: '1',
    }),
  )
  return [
    ...measurementsOfPart(whole),
    ...[...scopes.values()].flatMap(measurementsOfPart),
    ...(patch === undefined || 'kind' in patch ? [] : patchMeasurements(patch.totals, undefined)),
    ...newly,
  ]
}

/** First what was measured, in one line; then what a waiver covers. */
function passReasons({ checks, measurements }: Verdict, findings: readonly Finding[]): string[] {
  const shown = ['lines', 'branches', 'patch.lines'].flatMap((metric) => {
    const check = checks.find((one) => one.metric === metric && one.scope === undefined)
    const ratio = measurements.find((one) => one.metric === metric && one.scope === undefined)?.ratio
    if (typeof check?.measured === 'string') return [`${metric} ${check.measured}`]
    return ratio === undefined
      ? []
      : [`${metric} ${percentText(asFraction(ratio))} % (${ratio.numerator} of ${ratio.denominator})`]
  })
  const gating = checks.filter(({ severity }) => severity === 'gate').length
  const held = gating === 1 ? 'the one check holds' : `all ${gating} checks hold`
  const waived = findings.filter(({ code }) => code === 'waived').map(({ explanation }) => explanation)
  return [`${shown.join(', ')}: ${held}.`, ...waived]
}

const MOST_LISTED = 1000

function evidenceOf(facts: VerdictFacts): Record<string, Json> {
  const { findings, reading, commit, project, evidence, baseline, merged } = facts
  return {
    reasonCodes: codesOf(findings),
    ...(commit === '' ? {} : { commit }),
    reports: reading.reports.slice(0, MOST_LISTED).map(({ path, bytes, sha256, report, counted, fileCount }) => ({
      path,
      format: report.format,
      bytes,
      sha256,
      files: fileCount,
      lines: counted.lines.total,
      ...(report.writtenAtMs === undefined ? {} : { writtenAt: isoTime(report.writtenAtMs) }),
    })),
    ...(merged?.lcov === undefined ? {} : { mergedReport: { path: merged.lcov.name, sha256: merged.lcov.sha256 } }),
    ...(baseline === undefined ? {} : { baseline: baselineEvidence(baseline) }),
    ...(project === undefined ? {} : pathsEvidence(project)),
    ...(evidence === undefined ? {} : { ...patchEvidence(evidence), files: fileCounts(evidence.whole.files) }),
  }
}

const isoTime = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms))

function baselineEvidence(baseline: Baseline): Json {
  if (baseline.kind !== 'found') return { kind: baseline.kind, why: baseline.why }
  const { origin, commit } = baseline
  return { kind: 'found', origin, ...(commit === undefined ? {} : { commit }) }
}

function pathsEvidence({ dropped, unmapped }: Project): Record<string, Json> {
  return {
    leftOut: dropped.slice(0, MOST_LISTED).map(({ path, why, lines }) => ({ path, why, lines })),
    unmapped: unmapped.slice(0, MOST_LISTED).map(({ path, report, lines }) => ({ path, report, lines })),
  }
}

function patchEvidence({ patch }: Evidence): Record<string, Json> {
  if (patch === undefined || 'kind' in patch) return {}
  const { base, head, files } = patch
  const listed = files.slice(0, MOST_LISTED).map(({ path, changed, totals, uncovered }) => ({
    path,
    changed,
    covered: totals.lines.covered,
    measured: totals.lines.total,
    uncovered: uncovered.slice(0, MOST_LISTED).map(rangeText).join(', '),
  }))
  return { patch: { base, head, files: listed } }
}
