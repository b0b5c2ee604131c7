import { type Check, formatShare, type Json, type Measurement, type Outcome, type Verdict } from '@hardgate/gate'
import { heading, table } from './blocks.ts'
import { fitBudget } from './budget.ts'
import { code, escapeMarkdown } from './escape.ts'
import { oneLine } from './inert.ts'

export interface VerdictMarkdownOptions {
  /** Markdown sections of the gate's own, behind the table of checks, the most important first. */
  readonly sections?: readonly string[]
  /** Markdown behind all, such as where the evidence came from. */
  readonly footer?: string
  /** Default: what GitHub takes as a comment. */
  readonly maxBytes?: number
}

// GitHub counts characters; bytes are never fewer
export const COMMENT_BYTES = 65_536

const MOST_REASONS = 10
const MOST_CHECKS = 100
const LONGEST_CELL = 300

/** An invisible first line by which a gate's comment is found again. */
export function verdictMarker(gate: string): string {
  return `<!-- hardgate:${gate.replaceAll(/[^a-z0-9-]/g, '')} -->`
}

/** A verdict as a comment, with its marker: outcome, reasons, and a table of its checks. Every text of it is escaped. */
export function verdictMarkdown(verdict: Verdict, options: VerdictMarkdownOptions = {}): string {
  const { sections = [], footer = '', maxBytes = COMMENT_BYTES } = options
  const marker = verdictMarker(verdict.gate)
  const room = maxBytes - Buffer.byteLength(`${marker}\n\n\n${footer}`)
  const body = fitBudget([...verdictSections(verdict), ...sections], room)
  return [`${marker}\n${body}`, footer].filter((part) => part !== '').join('\n\n')
}

/** The same without marker and limit: for a summary, or for several verdicts in one comment. */
export function verdictSections(verdict: Verdict): string[] {
  const { gate, outcome, reasons, checks } = verdict
  const head = heading(3, `${SIGNS[outcome]} ${oneLine(gate, 100)}: ${outcome}`)
  const said = reasons.slice(0, MOST_REASONS).map((reason) => `- ${shownText(reason)}`)
  const left = reasons.length - said.length
  if (left > 0) said.push(`- and ${left} more`)
  return [head, said.join('\n'), ...(checks.length === 0 ? [] : [checkTable(verdict)])]
}

const SIGNS: Readonly<Record<Outcome, string>> = { pass: '✅', fail: '❌', inconclusive: '❔', 'no-data': '❌' }

function checkTable({ checks, measurements }: Verdict): string {
  const rows = checks
    .slice(0, MOST_CHECKS)
    .map((check) => [
      signOf(check),
      code(oneLine(check.threshold, LONGEST_CELL)),
      measuredOf(check.measured),
      marginOf(check, measurements),
    ])
  const left = checks.length - rows.length
  const body = table(['', 'threshold', 'measured', 'margin'], rows, ['center', 'left', 'left', 'right'])
  return left > 0 ? `${body}\n\nand ${left} more checks in the verdict file` : body
}

function signOf({ outcome, severity }: Check): string {
  return outcome !== 'pass' && severity === 'warn' ? '⚠️' : SIGNS[outcome]
}

function measuredOf(measured: Json | undefined): string {
  if (measured === undefined || measured === '') return '–'
  return shownText(typeof measured === 'string' ? measured : JSON.stringify(measured))
}

/** In the unit that the threshold beside it names. Cut and never rounded, and never 0 where there is a gap. */
function marginOf({ margin, metric, scope }: Check, measurements: readonly Measurement[]): string {
  if (margin === undefined) return '–'
  const isShare = measurements.some((one) => one.metric === metric && one.scope === scope && one.unit === '%')
  const size = Math.abs(margin)
  const digits = size === 0 || size >= 0.01 ? formatShare(size) : size.toPrecision(2)
  return `${margin > 0 ? '+' : margin < 0 ? '−' : ''}${digits}${isShare ? ' points' : ''}`
}

const shownText = (text: string): string => escapeMarkdown(oneLine(text, LONGEST_CELL))
