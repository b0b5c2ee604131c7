import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'
import { Refusal } from './refusal.ts'

/** What an expression sees. A context that is not in `values` is unknown, as one that is not available there. */
export interface Scope {
  readonly values: Readonly<Record<string, unknown>>
  /** success(), failure() and so on; absent where GitHub does not offer them. */
  readonly status?: StatusFunctions
}

export interface StatusFunctions {
  readonly success: () => boolean
  readonly failure: () => boolean
  readonly cancelled: () => boolean
}

const STATUS_NAMES = ['success', 'failure', 'cancelled', 'always']

/** A text with `${{ }}` in it, as `with`, `env` and outputs have: each expression is replaced by its text. */
export function evaluateText(text: string, scope: Scope): string {
  return splitTemplate(text)
    .map((part) => (part.kind === 'text' ? part.text : evaluate(part.text, scope).coerceString()))
    .join('')
}

/** The condition of a step. Without a status function it has `success() &&` in front. */
export function evaluateCondition(condition: string, scope: Scope): boolean {
  const expression = conditionExpression(condition)
  if (!callsStatusFunction(expression) && scope.status?.success() === false) return false
  return evaluate(`!!(${expression})`, scope).coerceString() === 'true'
}

/**
 * The one expression that an `if` stands for: `${{ x }}` and `x` are the same, but with text outside of `${{ }}`
 * the whole becomes a string, which is true whatever it says.
 */
function conditionExpression(condition: string): string {
  const text = condition.trim()
  if (text === '') return 'success()'
  if (!text.includes('${{')) return text
  const parts = splitTemplate(text)
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'expression') return only.text
  const expressions = parts.filter((part) => part.kind === 'expression').map(({ text: inner }) => `, ${inner}`)
  let index = 0
  const format = parts.map((part) => (part.kind === 'text' ? part.text.replaceAll(/[{}]/g, '$&$&') : `{${index++}}`))
  return `format('${format.join('').replaceAll("'", "''")}'${expressions.join('')})`
}

function callsStatusFunction(expression: string): boolean {
  const tokens = parsing(expression, () => new Lexer(expression).lex().tokens)
  return tokens.some(({ lexeme }, at) => STATUS_NAMES.includes(lexeme.toLowerCase()) && tokens[at + 1]?.lexeme === '(')
}

function evaluate(expression: string, { values, status }: Scope): data.ExpressionData {
  const functions = [...statusFunctions(status), hashFiles]
  const parse = (): Expr => new Parser(new Lexer(expression).lex().tokens, Object.keys(values), functions).parse()
  const byName = new Map(functions.map((one) => [one.name.toLowerCase(), one]))
  return new Evaluator(parsing(expression, parse), toData(values), byName).evaluate()
}

/** What cannot even be read is a mistake in a file of ours, unlike an expression that fails on its values. */
function parsing<T>(expression: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new Refusal(`\${{ ${expression} }}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function statusFunctions(status: StatusFunctions | undefined): FunctionDefinition[] {
  if (status === undefined) return []
  const answers = { ...status, always: () => true }
  return Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer()),
  }))
}

const hashFiles: FunctionDefinition = {
  name: 'hashFiles',
  minArgs: 1,
  maxArgs: 255,
  call: () => {
    throw new Refusal('hashFiles() is not evaluated here.')
  },
}

function toData(values: Readonly<Record<string, unknown>>): data.Dictionary {
  const context: unknown = JSON.parse(JSON.stringify(values), data.reviver)
  if (context instanceof data.Dictionary) return context
  throw new Error('the contexts are not a mapping')
}

interface Part {
  readonly kind: 'text' | 'expression'
  readonly text: string
}

/** Cuts at `${{` and `}}`; a `}}` inside a quoted string of the expression does not end it. */
export function splitTemplate(text: string): Part[] {
  const parts: Part[] = []
  let from = 0
  for (let start = text.indexOf('${{'); start !== -1; start = text.indexOf('${{', from)) {
    const end = endOfExpression(text, start + 3)
    if (end === -1) throw new Refusal(`The expression is not closed: ${text}`)
    if (start > from) parts.push({ kind: 'text', text: text.slice(from, start) })
    parts.push({ kind: 'expression', text: text.slice(start + 3, end).trim() })
    from = end + 2
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}

function endOfExpression(text: string, start: number): number {
  let isQuoted = false
  for (let at = start; at < text.length; at++) {
    if (text[at] === "'") isQuoted = !isQuoted
    if (!isQuoted && text.startsWith('}}', at)) return at
  }
  return -1
}
