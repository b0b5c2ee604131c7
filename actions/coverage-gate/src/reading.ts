import type { Found } from '@hardgate/action'
import type { BranchCount, Count, CoverageReport, FormatName } from '@hardgate/coverage'
import type { ReasonCode } from './reasons.ts'

/** One report, read to its end. */
export interface ReadReport {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly modifiedAtMs: number
  /** Without its files: those are merged as soon as they are read, so that memory does not grow with the shards. */
  readonly report: Omit<CoverageReport, 'files'>
  readonly fileCount: number
  /** As the report itself has it, before anything is mapped or left out. */
  readonly counted: { readonly lines: Count; readonly branches: BranchCount }
}

export interface RefusedReport {
  readonly path: string
  readonly code: ReasonCode
  /** Names the file, the place and what was expected. */
  readonly explanation: string
}

/** What became of the files that the globs matched. */
export interface Reading {
  readonly globs: readonly string[]
  readonly found: Found
  /** In the order of their paths; of identical files the first. */
  readonly reports: readonly ReadReport[]
  readonly refused: readonly RefusedReport[]
  readonly twins: readonly { readonly path: string; readonly sameAs: string }[]
}

/** `coverage.xml`, or `3 reports`. */
export function namesOf(reports: readonly { readonly path: string }[], most = 3): string {
  const paths = reports.map(({ path }) => path)
  return paths.length > most ? `${paths.slice(0, most).join(', ')} and ${paths.length - most} more` : paths.join(', ')
}

export const FORMAT_NAMES: Readonly<Record<FormatName, string>> = {
  cobertura: 'Cobertura XML',
  'coverage.py-json': 'coverage.py JSON',
  lcov: 'LCOV',
  jacoco: 'JaCoCo XML',
  clover: 'Clover XML',
  istanbul: 'Istanbul JSON',
  go: 'Go cover profile',
}
