import { isSensitiveName } from '@hardgate/http'
import { isEqualJson, parseJson } from './json.ts'
import type { CompilePath, JsonPath } from './json-path.ts'
import { ExpectationError, type ExpectationResult } from './judgement.ts'
import { parsePattern } from './pattern.ts'
import { describeJson, showJson } from './show.ts'

/** One line of `expect-json`. */
export interface JsonExpectation {
  readonly text: string
  readonly path: JsonPath
  readonly demand: Demand
}

interface Comparison {
  readonly kind: 'compare'
  readonly nodes: 'one' | 'all' | 'any'
  readonly holds: (value: unknown) => boolean
  /** What it compares with: where a value's type differs from these, the message tells the type. */
  readonly against: readonly unknown[]
}
type Demand = { readonly kind: 'exists' } | { readonly kind: 'absent' } | Comparison

/** Reads `PATH OP VALUE`, such as `$.checks[*].ok all == true`. */
export function parseJsonExpectation(line: string, compile: CompilePath): JsonExpectation {
  const end = endOfPath(line)
  const path = compile(line.slice(0, end))
  return { text: line, path, demand: parseDemand(line.slice(end).trim(), line) }
}

/** A path ends at the first blank or operator outside brackets and quotes. */
function endOfPath(line: string): number {
  if (!line.startsWith('$'))
    throw new ExpectationError(line, 'starts with no path; a path starts with "$", such as $.status')
  let depth = 0
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    if (quote !== '') {
      if (char === '\\') at++
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if ('[('.includes(char)) depth++
    else if (')]'.includes(char)) depth--
    else if (depth === 0 && /[\s=!<>~]/.test(char)) return at
  }
  // one that is not closed would swallow the rest: its first word says better what is wrong
  return depth === 0 && quote === '' ? line.length : line.search(/\s|$/)
}

const OPERATORS = '==, !=, <, <=, >, >=, ~ /re/, !~ /re/, in [..], exists or not exists'

function parseDemand(text: string, line: string): Demand {
  if (text === 'exists') return { kind: 'exists' }
  if (/^not\s+exists$/.test(text)) return { kind: 'absent' }
  const [, nodes, operator, value] = /^(?:(all|any)\s+)?(==|!=|<=|>=|<|>|!~|~|in(?=[\s[]))\s*(.*)$/.exec(text) ?? []
  if (operator === undefined || value === undefined) {
    throw new ExpectationError(line, `lacks an operator after its path; there are ${OPERATORS}`)
  }
  const quantity = nodes === 'all' || nodes === 'any' ? nodes : 'one'
  return { kind: 'compare', nodes: quantity, ...parseComparison(operator, value, line) }
}

function parseComparison(operator: string, text: string, line: string): Pick<Comparison, 'holds' | 'against'> {
  if (operator === '~' || operator === '!~') {
    const pattern = patternOf(text, line)
    const isWanted = operator === '~'
    return { holds: (value) => typeof value === 'string' && pattern.test(value) === isWanted, against: ['a text'] }
  }
  if (operator === 'in') {
    const list = listOf(text, line)
    return { holds: (value) => list.some((one) => isEqualJson(value, one)), against: list }
  }
  const wanted = literalOf(text, line)
  if (operator === '==') return { holds: (value) => isEqualJson(value, wanted), against: [wanted] }
  if (operator === '!=') return { holds: (value) => !isEqualJson(value, wanted), against: [wanted] }
  return { holds: orderOf(operator, wanted, line), against: [wanted] }
}

function patternOf(text: string, line: string): RegExp {
  const pattern = parsePattern(text)
  if (pattern === undefined) throw new ExpectationError(line, 'needs a pattern after "~", such as ~ /^v2/')
  return pattern
}

function literalOf(text: string, line: string): unknown {
  const document = parseJson(text)
  if (document.isJson) return document.value
  if (text === '') throw new ExpectationError(line, 'ends where its value should stand')
  const bare = /^(['"]?)([^]*)\1$/.exec(text)?.[2] ?? text
  throw new ExpectationError(line, `has a value that is not JSON; a text needs double quotes: ${JSON.stringify(bare)}`)
}

function listOf(text: string, line: string): readonly unknown[] {
  const value = literalOf(text, line)
  if (!Array.isArray(value) || value.length === 0) {
    throw new ExpectationError(line, 'needs a list after "in", such as in ["ok", "warn"]')
  }
  return value
}

/** Numbers with numbers, texts with texts by code unit; nothing else has an order. */
function orderOf(operator: string, wanted: unknown, line: string): (value: unknown) => boolean {
  if (isNumber(wanted)) return (value) => isNumber(value) && isInOrder(operator, value < wanted, value > wanted)
  if (typeof wanted === 'string') {
    return (value) => typeof value === 'string' && isInOrder(operator, value < wanted, value > wanted)
  }
  throw new ExpectationError(line, `compares by order with ${describeJson(wanted)}; only numbers and texts have one`)
}

function isInOrder(operator: string, isBelow: boolean, isAbove: boolean): boolean {
  if (operator === '<') return isBelow
  if (operator === '>') return isAbove
  return operator === '<=' ? !isAbove : !isBelow
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'

/** How the expectation fares on a document. No node fails, whatever is asked of it, but for `not exists`. */
export function judgeJson({ text, path, demand }: JsonExpectation, document: unknown): ExpectationResult {
  const nodes = path.select(document)
  if (nodes === undefined) return failed(text, `${path.text} could not be searched: the document is nested too deep`)
  const show = isSecretPath(path) ? () => HIDDEN : showJson
  if (demand.kind === 'absent') {
    return nodes.length === 0 ? passed(text) : failed(text, `expected ${text}, got ${show(nodes[0])}`, show(nodes[0]))
  }
  if (nodes.length === 0) return failed(text, `expected ${text}, but ${path.text} is not there`)
  if (demand.kind === 'exists') return passed(text, show(nodes[0]))
  const describe = isSecretPath(path) ? () => HIDDEN : describeJson
  return judgeNodes(text, demand, nodes, { show, describe })
}

const HIDDEN = '***'

/** The value of `$.settings.api_key` is nobody's business, whether it is as expected or not. */
const isSecretPath = ({ text }: JsonPath): boolean => isSensitiveName(/[\w-]+(?=\W*$)/.exec(text)?.[0] ?? '')

interface Display {
  readonly show: (value: unknown) => string
  readonly describe: (value: unknown) => string
}

function judgeNodes(
  text: string,
  comparison: Comparison,
  nodes: readonly unknown[],
  { show, describe }: Display,
): ExpectationResult {
  if (comparison.nodes === 'one' && nodes.length > 1) {
    const count = `the path selects ${nodes.length} values`
    return failed(text, `expected ${text}, but ${count}; write "all" or "any" before the operator`)
  }
  const bad = nodes.filter((node) => !comparison.holds(node))
  const isGood = comparison.nodes === 'any' ? bad.length < nodes.length : bad.length === 0
  if (isGood) return passed(text, show(nodes.length === 1 ? nodes[0] : nodes))
  if (comparison.nodes === 'any' && nodes.length > 1) {
    return failed(text, `expected ${text}, got ${show(nodes)}`, show(nodes))
  }
  const [first] = bad
  const count = nodes.length > 1 ? ` (${bad.length} of ${nodes.length} values fail)` : ''
  const got = isOfAType(comparison, first) ? show(first) : describe(first)
  return failed(text, `expected ${text}, got ${got}${count}`, show(first))
}

/** The type is told where the type is what is wrong. */
const isOfAType = ({ against }: Comparison, value: unknown): boolean =>
  against.some((one) => typeOf(one) === typeOf(value))

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'bigint' ? 'number' : typeof value
}

function passed(expectation: string, measured?: string): ExpectationResult {
  return {
    expectation,
    outcome: 'pass',
    ...(measured === undefined ? {} : { measured }),
    explanation: `${expectation} holds`,
  }
}

function failed(expectation: string, explanation: string, measured?: string): ExpectationResult {
  return { expectation, outcome: 'fail', ...(measured === undefined ? {} : { measured }), explanation }
}
