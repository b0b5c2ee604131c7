import {
  code,
  details,
  escapeHtml,
  escapeMarkdown,
  type LineChart,
  mermaidChart,
  oneLine,
  svgChart,
  table,
} from '@hardgate/markdown'

/** Plain text, or text that is shown as it is written somewhere. Either may be foreign. */
export type Inline = string | { readonly code: string }

/** The parts of a report that a summary and a page show alike. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly parts: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'chart'; readonly chart: LineChart }
  | ({ readonly kind: 'table' } & Table)
  | { readonly kind: 'fold'; readonly title: string; readonly blocks: readonly Block[] }

export interface Table {
  readonly headers: readonly string[]
  readonly align: readonly ('left' | 'right' | 'center')[]
  readonly rows: readonly (readonly Inline[])[]
}

// a label can be a whole URL with its query
const LONGEST_INLINE = 160

const LONGEST_SENTENCE = 600

const shortened = (part: Inline): string =>
  typeof part === 'string' ? oneLine(part, LONGEST_SENTENCE) : oneLine(part.code, LONGEST_INLINE)

/** One section of a summary. Charts are drawn by mermaid; '' for nothing. */
export function markdownOf(blocks: readonly Block[]): string {
  return blocks
    .map(markdownBlock)
    .filter((text) => text !== '')
    .join('\n\n')
}

function markdownBlock(block: Block): string {
  let text: string
  switch (block.kind) {
    case 'heading':
      text = `**${escapeMarkdown(block.text)}**`
      break
    case 'text':
      text = markdownInlines(block.parts)
      break
    case 'list':
      text = block.items.map((parts) => `- ${markdownInlines(parts)}`).join('\n')
      break
    case 'chart':
      text = mermaidChart(block.chart)
      break
    case 'table': {
      const rows = block.rows.map((row) => row.map(markdownInline))
      text = table(block.headers, rows, block.align)
      break
    }
    case 'fold':
      text = details(block.title, markdownOf(block.blocks))
      break
  }
  return text
}

const markdownInlines = (parts: readonly Inline[]): string => parts.map(markdownInline).join(' ')
const markdownInline = (part: Inline): string =>
  typeof part === 'string' ? escapeMarkdown(shortened(part)) : code(shortened(part))

/** The same as the inside of an HTML page. Charts are SVG; there is no script and no address. */
export function htmlOf(blocks: readonly Block[]): string {
  return blocks
    .map(htmlBlock)
    .filter((text) => text !== '')
    .join('\n')
}

function htmlBlock(block: Block): string {
  let text: string
  switch (block.kind) {
    case 'heading':
      text = `<h2>${escapeHtml(block.text)}</h2>`
      break
    case 'text':
      text = `<p>${htmlInlines(block.parts)}</p>`
      break
    case 'list':
      text = `<ul>\n${block.items.map((parts) => `<li>${htmlInlines(parts)}</li>`).join('\n')}\n</ul>`
      break
    case 'chart': {
      const svg = svgChart(block.chart)
      text = svg === '' ? '' : `<figure>\n${svg}\n</figure>`
      break
    }
    case 'table':
      text = htmlTable(block)
      break
    case 'fold':
      text = `<details>\n<summary>${escapeHtml(block.title)}</summary>\n${htmlOf(block.blocks)}\n</details>`
      break
  }
  return text
}

function htmlTable({ headers, align, rows }: Table): string {
  const cells = (row: readonly string[], tag: 'th' | 'td'): string =>
    row.map((text, at) => `<${tag} class="${align[at] ?? 'left'}">${text}</${tag}>`).join('')
  const body = rows.map((row) => `<tr>${cells(row.map(htmlInline), 'td')}</tr>`)
  return `<table>\n<thead><tr>${cells(headers.map(escapeHtml), 'th')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`
}

const htmlInlines = (parts: readonly Inline[]): string => parts.map(htmlInline).join(' ')
const htmlInline = (part: Inline): string =>
  typeof part === 'string' ? escapeHtml(shortened(part)) : `<code>${escapeHtml(shortened(part))}</code>`
