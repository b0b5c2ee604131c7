/** What a `<metrics>` element says, where it says it. */
export interface CloverMetrics {
  readonly statements?: number
  readonly coveredStatements?: number
  readonly conditionals?: number
  readonly coveredConditionals?: number
}

export interface CloverCondition {
  readonly line: number
  readonly whenTrue: number
  readonly whenFalse: number
  /** Istanbul's have a count of their own, OpenClover's have none. */
  readonly hasCount: boolean
}

/** The lines of one file, until its metrics are known: they may come before or after. */
export interface CloverLines {
  /** Number and largest count of each line of statements and conditions. */
  readonly measured: Map<number, number>
  readonly methods: Map<number, number>
  readonly conditions: CloverCondition[]
  /** Elements, of which several may have one number. */
  statementElements: number
}

/**
 * What the file's `statements` are.
 * - `lines`: the lines of statements and conditions (Istanbul, gcovr, PHPUnit without a method that is one)
 * - `elements`: statements, of which one line may have several (OpenClover)
 * - `some-methods`: also some of the method lines, and the file does not say which (PHPUnit)
 * - `unknown`: there are none, or they fit nothing
 */
export type StatementSense = 'lines' | 'elements' | 'some-methods' | 'unknown'

export function senseOfStatements(lines: CloverLines, { statements }: CloverMetrics): StatementSense {
  if (statements === undefined) return 'unknown'
  if (statements === lines.measured.size) return 'lines'
  if (statements === lines.statementElements) return 'elements'
  const isPossible = statements > lines.measured.size && statements <= lines.measured.size + lines.methods.size
  return isPossible ? 'some-methods' : 'unknown'
}

/**
 * - `taken-and-missed`: how many branches were taken, how many were not (Istanbul)
 * - `times`: how often the condition was true, how often false (OpenClover)
 */
export type ConditionSense = 'taken-and-missed' | 'times'

export interface BranchPair {
  readonly taken: number
  readonly total: number
}

export interface ConditionReading {
  readonly sense: ConditionSense
  /** Branches of the file that are on none of its lines. */
  readonly unlisted: number
}

/** Told by arithmetic on the file's own numbers; undefined where no sense gives them. */
export function senseOfConditions(
  conditions: readonly CloverCondition[],
  { conditionals = 0, coveredConditionals = 0 }: CloverMetrics,
): ConditionReading | undefined {
  const istanbul = sumOf(conditions, 'taken-and-missed')
  const isIstanbul = istanbul.total === conditionals && istanbul.taken === coveredConditionals
  const openClover = sumOf(conditions, 'times')
  const isOpenClover = openClover.total === conditionals && openClover.taken === coveredConditionals
  // Both fit where their sums agree by chance. The total is the same; for single lines the form decides, as OpenClover's
  // conditions have no count.
  const haveCount = conditions.every(({ hasCount }) => hasCount)
  if (isIstanbul && (haveCount || !isOpenClover)) return { sense: 'taken-and-missed', unlisted: 0 }
  if (isOpenClover) return { sense: 'times', unlisted: 0 }
  // Istanbul lists the lines of statements only, so it misses the branch of a parameter's default value.
  const unlisted = conditionals - istanbul.total
  const unlistedTaken = coveredConditionals - istanbul.taken
  if (haveCount && unlistedTaken >= 0 && unlisted >= unlistedTaken) return { sense: 'taken-and-missed', unlisted }
  return undefined
}

export function branchPair({ whenTrue, whenFalse }: CloverCondition, sense: ConditionSense): BranchPair {
  if (sense === 'taken-and-missed') return { taken: whenTrue, total: whenTrue + whenFalse }
  return { taken: Number(whenTrue > 0) + Number(whenFalse > 0), total: 2 }
}

function sumOf(conditions: readonly CloverCondition[], sense: ConditionSense): BranchPair {
  let taken = 0
  let total = 0
  for (const condition of conditions) {
    const pair = branchPair(condition, sense)
    taken += pair.taken
    total += pair.total
  }
  return { taken, total }
}
