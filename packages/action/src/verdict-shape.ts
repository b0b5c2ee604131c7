import { parseVerdict, type Verdict } from '@hardgate/gate'

const MAX_DEPTH = 64

/** What makes a verdict one that must not be reported. undefined: it is sound. A pass has to have measured something. */
export function flawOf(verdict: Verdict): string | undefined {
  if (!isJson(verdict, 0)) return 'it holds something that JSON cannot say'
  // read back as metrics and tomorrow's baseline will read it
  const read = parseVerdict(JSON.stringify(verdict))
  if ('problems' in read) return read.problems[0]
  return verdict.outcome === 'pass' ? flawOfPass(verdict) : undefined
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

// by name: the objects of a test come from another realm
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || value.constructor.name === 'Object'
}
