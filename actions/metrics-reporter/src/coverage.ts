import type { CoverageValues } from './build-event.ts'
import { cutDecimal, plainDecimal, scaledDecimal } from './decimal.ts'
import { note } from './event-text.ts'

export const COVERAGE_KINDS = ['lines', 'branches', 'functions', 'statements', 'patch_lines', 'patch_branches'] as const
type Kind = (typeof COVERAGE_KINDS)[number]

/** Apart by more than this (half a percentage point), input and verdict cannot both be right. */
const DIFFERENCE_MAX = 0.005

export interface CoverageFound {
  readonly coverage?: CoverageValues & { readonly source: 'verdict' | 'input' }
  /** Of lines, cut to two decimals and never rounded up. */
  readonly percent?: number
  readonly notes: readonly string[]
}

/**
 * The input wins. `candidates` are the verdicts that measured the lines of the whole: of two, neither is known to be
 * the coverage of the project. What is unknown is absent, never 0.
 */
export function coverageOf(input: string, candidates: readonly CoverageValues[]): CoverageFound {
  const given = readCoverage(input)
  const [only, ...more] = candidates
  if (Object.keys(given.values).length > 0) {
    const differs = more.length === 0 && isApart(given.values.lines, only?.lines)
    const notes = [...given.notes, ...(differs ? [note('coverage-differs')] : [])]
    return { coverage: { ...given.values, source: 'input' }, ...percentOf(given.values), notes }
  }
  if (more.length > 0) return { notes: [...given.notes, note('coverage-ambiguous')] }
  if (only === undefined) return { notes: given.notes }
  return { coverage: { ...only, source: 'verdict' }, ...percentOf(only), notes: given.notes }
}

/** The text of a share, as a number from 0 to 1; undefined: it is none. */
export function shareOf(text: string, unit: '%' | '1'): number | undefined {
  const plain = scaledDecimal(text, { places: unit === '%' ? -2 : 0 })
  const share = plain === undefined ? Number.NaN : Number(plain)
  return share >= 0 && share <= 1 ? share : undefined
}

// `85.3`, `85.3%`, or `lines=85.3, branches=71.4`: percent, all of them
function readCoverage(input: string): { values: CoverageValues; notes: string[] } {
  const parts = input
    .split(/[,\n]/)
    .map((raw) => raw.trim())
    .filter((part) => part !== '')
  // a decimal comma: neither 85 nor 3 is what "85,3" means
  if (parts.length > 1 && parts.some((part) => !part.includes('='))) {
    return { values: {}, notes: [note('coverage-unreadable', input)] }
  }
  const values: Partial<Record<Kind, number>> = {}
  const notes: string[] = []
  for (const part of parts) {
    const [, name = 'lines', number = ''] = /^(?:([a-z]+(?:[._-][a-z]+)?)\s*=)?\s*(\S*?)\s*%?$/.exec(part) ?? []
    const kind = COVERAGE_KINDS.find((one) => one === name.replace(/[.-]/, '_'))
    const share = shareOf(number, '%')
    if (kind === undefined || share === undefined || values[kind] !== undefined) {
      notes.push(note('coverage-unreadable', part))
    } else values[kind] = share
  }
  return { values, notes }
}

function percentOf({ lines }: CoverageValues): { readonly percent?: number } {
  if (lines === undefined) return {}
  const percent = scaledDecimal(plainDecimal(lines), { places: 2 })
  return percent === undefined ? {} : { percent: Number(cutDecimal(percent, 2)) }
}

// the rounding is for doubles: 0.853 - 0.848 is 0.0050000000000000044
function isApart(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return Number(Math.abs(one - other).toFixed(9)) > DIFFERENCE_MAX
}
