import { escapeHtml, escapeMarkdown } from './escape.ts'

export type Align = 'left' | 'right' | 'center'

const RULES: Readonly<Record<Align | 'none', string>> = { left: ':--', right: '--:', center: ':-:', none: '---' }

/**
 * Headers and cells are inline markdown: escape foreign text first. A line end or an open bar in a cell cannot break
 * the table; a row that is too short is filled up.
 */
export function table(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly (Align | undefined)[] = [],
): string {
  const width = headers.length
  const tooLong = rows.find((row) => row.length > width)
  if (tooLong !== undefined) throw new Error(`a row of ${tooLong.length} cells in a table of ${width}`)
  const rules = headers.map((_, index) => RULES[align[index] ?? 'none'])
  const lines = [headers, rules, ...rows].map((cells) => headers.map((_, index) => cell(cells[index] ?? '')))
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A folded block. `summary` is plain text and is escaped; `body` is markdown. */
export function details(summary: string, body: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${body}\n\n</details>`
}

/** `text` is plain and is escaped. */
export function heading(level: 1 | 2 | 3 | 4 | 5 | 6, text: string): string {
  return `${'#'.repeat(level)} ${escapeMarkdown(text)}`
}

// a bar is escaped by an odd number of backslashes in front of it
function cell(markdown: string): string {
  return markdown
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/(\\*)\|/g, (bar, slashes: string) => (slashes.length % 2 === 0 ? `${slashes}\\|` : bar))
    .trim()
}
