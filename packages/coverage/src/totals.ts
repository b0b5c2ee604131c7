/** Whole numbers, from which every ratio is made. */
export interface Count {
  readonly covered: number
  readonly total: number
}

/** `low` to `high` taken of `total`: equal where every branch has an identity. */
export interface BranchCount {
  readonly low: number
  readonly high: number
  readonly total: number
}

export interface Totals {
  readonly lines: Count
  /** A line with a branch not taken is not covered: bounds as for branches. */
  readonly strictLines: BranchCount
  readonly branches: BranchCount
  /** Absent where the format has none. */
  readonly statements?: Count
}
