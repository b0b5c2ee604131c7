import { schemaChecker } from './schema.ts'
import type { Verdict } from './verdict.ts'
import { verdictSchema } from './verdict-schema.ts'

export type ParsedVerdict = { readonly verdict: Verdict } | { readonly problems: readonly string[] }

/** A verdict file's text, checked against the schema; or all that is wrong with it, in lines that may hold its text. */
export function parseVerdict(text: string): ParsedVerdict {
  const value = fromJson(text)
  if (value === undefined) return { problems: ['it is not JSON: cut off, or no verdict file'] }
  check ??= schemaChecker(verdictSchema)
  const problems = check(value)
  return isVerdict(value, problems) ? { verdict: value } : { problems }
}

let check: ((value: unknown) => string[]) | undefined

function isVerdict(_: unknown, problems: readonly string[]): _ is Verdict {
  return problems.length === 0
}

// The error of JSON.parse quotes the text, which is foreign.
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}
