import { type Limit, type MetricKind, readLimit } from './limit.ts'
import { anExample, type Metrics, namedMetric } from './metric-name.ts'

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** One line of the threshold language. */
export interface Threshold {
  /** As written, without its comment, blanks joined. */
  readonly line: string
  readonly metric: string
  readonly kind: MetricKind
  /** Absent: the whole. */
  readonly scope?: string
  readonly operator: Operator
  readonly limit: Limit
  /** `warn`: reported, decides nothing. */
  readonly severity: 'gate' | 'warn'
}

export interface ThresholdProblem {
  /** From 1, as the text counts. */
  readonly line: number
  readonly text: string
  /** What is wrong and what would be right. */
  readonly problem: string
}

export interface ParsedThresholds {
  readonly thresholds: readonly Threshold[]
  readonly problems: readonly ThresholdProblem[]
}

/**
 * Reads `[scope: ] metric operator value`, one a line. A scope may hold anything, colons too: it ends at the last colon
 * that has a blank after it and a metric and operator behind that. `#` starts a comment at a line's start or after a
 * blank.
 */
export function parseThresholds(text: string, metrics: Metrics): ParsedThresholds {
  const thresholds: Threshold[] = []
  const problems: ThresholdProblem[] = []
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .replace(/\s+/g, ' ')
    if (line === '') continue
    const read = readLine(line, metrics)
    if (typeof read === 'string') problems.push({ line: index + 1, text: line, problem: read })
    else thresholds.push(read)
  }
  return { thresholds, problems }
}

/** Puts an input's value into its line of the language: `lines >= {}%` takes `70` and `70%`. */
export function sugarLine(template: string, value: string): string {
  // without its blanks a value stays one word: it cannot add `warn`, a comment or a line
  const word = value.replace(/\s+/g, '')
  const bare = template.includes('{}%') && word.endsWith('%') ? word.slice(0, -1) : word
  return template.replace('{}', () => bare)
}

const LINE = /^(?:(.*): )?([A-Za-z_][\w.]*(?:\([\d.]*\)[\w.]*)?) ?([<>=!]+) ?(.*)$/
const OPERATORS: readonly Operator[] = ['<', '<=', '>', '>=', '==', '!=']

function readLine(line: string, metrics: Metrics): Threshold | string {
  const isWarning = / warn$/.test(line)
  const [, scope, written, sign = '', value = ''] = LINE.exec(line.replace(/ warn$/, '')) ?? []
  if (written === undefined) return `write "metric operator value", such as "${example(metrics)}"`
  const named = namedMetric(written, metrics)
  if (typeof named === 'string') return named
  const { metric, kind } = named
  if (scope?.trim() === '') return 'the scope in front of the colon is empty'
  const operator = OPERATORS.find((known) => known === sign)
  if (operator === undefined) return `"${sign}" is no operator: write one of ${OPERATORS.join(' ')}`
  const limit = readLimit(value, kind, metric)
  if (typeof limit === 'string') return limit
  const severity = isWarning ? 'warn' : 'gate'
  return { line, metric, kind, ...(scope === undefined ? {} : { scope: scope.trim() }), operator, limit, severity }
}

const EXAMPLES: Readonly<Record<MetricKind, string>> = { duration: '< 500ms', percent: '>= 70%', number: '== 0' }

function example(metrics: Metrics): string {
  const [metric, kind] = Object.entries(metrics)[0] ?? ['p95', 'duration']
  return `${anExample(metric)} ${EXAMPLES[kind]}`
}
