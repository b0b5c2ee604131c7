import { ExpectationError, type ExpectationResult } from './judgement.ts'
import { parsePattern } from './pattern.ts'
import { quoteText } from './show.ts'

/** One line of `expect-body`. */
export interface BodyExpectation {
  readonly text: string
  readonly isForbidden: boolean
  readonly wanted: string | RegExp
}

/** One line of `expect-header`. */
export interface HeaderExpectation {
  readonly text: string
  /** In lower case. */
  readonly name: string
  readonly wanted: string | RegExp
}

/** Reads a text that must occur, `/regex/flags`, or either behind `! ` for what must not occur. */
export function parseBodyExpectation(line: string): BodyExpectation {
  const [, banned] = /^!\s+(.+)$/.exec(line) ?? []
  const text = banned ?? line
  return { text: line, isForbidden: banned !== undefined, wanted: parsePattern(text) ?? text }
}

/** Reads `Name: value` (equal, case and all) or `Name ~ /regex/`. */
export function parseHeaderExpectation(line: string): HeaderExpectation {
  const [, name, operator, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+?)(\s+~\s*|\s*:\s*)(.*)$/.exec(line) ?? []
  if (name === undefined || value === undefined || value === '') {
    throw new ExpectationError(line, 'is not a header; write Name: value or Name ~ /regex/')
  }
  if (operator?.trim() !== '~') return { text: line, name: name.toLowerCase(), wanted: value }
  const pattern = parsePattern(value)
  if (pattern === undefined) throw new ExpectationError(line, 'needs a pattern after "~", such as ~ /json/')
  return { text: line, name: name.toLowerCase(), wanted: pattern }
}

export function judgeBody({ text, isForbidden, wanted }: BodyExpectation, body: string): ExpectationResult {
  const isFound = typeof wanted === 'string' ? body.includes(wanted) : wanted.test(body)
  const expectation = `body ${text}`
  if (isFound !== isForbidden) return { expectation, outcome: 'pass', explanation: `${expectation} holds` }
  const shown = typeof wanted === 'string' ? quoteText(wanted) : String(wanted)
  const explanation = isForbidden ? `the body holds ${shown}, which it must not` : `the body does not hold ${shown}`
  return { expectation, outcome: 'fail', explanation, measured: isForbidden ? 'found' : 'not found' }
}

export function judgeHeader(
  { text, name, wanted }: HeaderExpectation,
  headers: Readonly<Record<string, string>>,
): ExpectationResult {
  const expectation = `header ${text}`
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (value === undefined) {
    return { expectation, outcome: 'fail', explanation: `expected the header ${text}, but there is no ${name}` }
  }
  const measured = quoteText(value)
  const isGood = typeof wanted === 'string' ? value.trim() === wanted : wanted.test(value)
  if (isGood) return { expectation, outcome: 'pass', measured, explanation: `${expectation} holds` }
  return { expectation, outcome: 'fail', measured, explanation: `expected the header ${text}, got ${measured}` }
}
