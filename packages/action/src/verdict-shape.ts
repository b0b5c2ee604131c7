import type { Verdict } from '@hardgate/gate'

const OUTCOMES: readonly string[] = ['pass', 'fail', 'inconclusive', 'no-data']
const MAX_DEPTH = 64

/** What makes a verdict one that must not be reported; undefined for a sound one. A pass has to have measured something. */
export function flawOf(verdict: Verdict): string | undefined {
  const { schemaVersion, gate, outcome, checks, measurements, reasons, evidence } = verdict
  if (schemaVersion !== 1) return 'its schemaVersion is not 1'
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(gate)) return 'its gate is no name in kebab case'
  if (!OUTCOMES.includes(outcome)) return 'its outcome is no outcome'
  if (reasons.length === 0 || reasons.some((reason) => reason.trim() === '')) return 'it gives no reason'
  if (checks.some((check) => !OUTCOMES.includes(check.outcome))) return 'the outcome of a check is no outcome'
  if (measurements.some(({ value }) => !Number.isFinite(value))) return 'a measured value is no finite number'
  if (!isJson(evidence, 0) || !isJson(checks, 0)) return 'it holds something that JSON cannot say'
  return outcome === 'pass' ? flawOfPass(verdict) : undefined
}

function flawOfPass({ checks }: Verdict): string | undefined {
  const gating = checks.filter((check) => check.severity === 'gate')
  if (gating.length === 0) return 'it passes without a single check'
  const missed = gating.find((check) => check.outcome !== 'pass')
  return missed === undefined ? undefined : `it passes although the check ${missed.threshold} did not`
}

/** NaN becomes null in JSON and a Date a text: neither comes back as what it was. */
function isJson(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every((one) => isJson(one, depth + 1))
  if (typeof value !== 'object' || !isPlain(value)) return false
  return Object.values(value).every((one) => one === undefined || isJson(one, depth + 1))
}

// compared by name: a test's objects come from another realm
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || value.constructor.name === 'Object'
}
