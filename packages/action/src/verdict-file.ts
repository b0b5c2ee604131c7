import { constants, copyFileSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, Json, Measurement, Verdict } from '@hardgate/gate'
import { codeOf } from './errors.ts'
import type { Masks } from './masks.ts'

/** Where metrics-reporter and tomorrow's baseline look for verdicts. */
export const verdictFolder = (runnerTemp: string): string => join(runnerTemp, 'hardgate')

const MOST_USES_IN_A_JOB = 1000

/** Writes `<gate>.json`, or `<gate>-2.json` for a second use in the job: whole, or not at all. Gives its path. */
export function writeVerdict(verdict: Verdict, folder: string): string {
  mkdirSync(folder, { recursive: true })
  // no ".json" at the end: readers take every file that has it
  const draft = join(folder, `${verdict.gate}.json.${process.pid}.part`)
  writeFileSync(draft, `${JSON.stringify(verdict, undefined, 2)}\n`)
  try {
    return publish(draft, folder, verdict.gate)
  } finally {
    rmSync(draft, { force: true })
  }
}

function publish(draft: string, folder: string, gate: string): string {
  for (let use = 1; use <= MOST_USES_IN_A_JOB; use += 1) {
    const target = join(folder, use === 1 ? `${gate}.json` : `${gate}-${use}.json`)
    if (placed(draft, target)) return target
  }
  throw new Error(`${folder} holds ${MOST_USES_IN_A_JOB} verdicts of ${gate}`)
}

/** False: there is such a file. A link appears whole and never replaces; some file systems know none. */
function placed(draft: string, target: string): boolean {
  try {
    linkSync(draft, target)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
  }
  try {
    copyFileSync(draft, target, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** The texts of a verdict without the secrets. Words that programs decide by, and numbers, stay as they are. */
export function redactVerdict(verdict: Verdict, { redact }: Masks): Verdict {
  const json = (value: Json): Json => redactJson(value, redact)
  return {
    ...verdict,
    checks: verdict.checks.map((check): Check => {
      const { threshold, explanation, measured, scope } = check
      return {
        ...check,
        threshold: redact(threshold),
        explanation: redact(explanation),
        ...(measured === undefined ? {} : { measured: json(measured) }),
        ...(scope === undefined ? {} : { scope: redact(scope) }),
      }
    }),
    measurements: verdict.measurements.map(
      (one): Measurement => (one.scope === undefined ? one : { ...one, scope: redact(one.scope) }),
    ),
    reasons: verdict.reasons.map(redact),
    evidence: Object.fromEntries(Object.entries(verdict.evidence).map(([key, value]) => [redact(key), json(value)])),
  }
}

function redactJson(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map((one) => redactJson(one, redact))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), redactJson(one, redact)]))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
