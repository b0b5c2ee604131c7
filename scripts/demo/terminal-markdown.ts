import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Draws a job summary for a terminal: headings, tables, lists, code; what is folded on GitHub becomes one line. */
export function drawMarkdown(markdown: string, isColoured: boolean): string {
  const paint = (style: Style, text: string): string =>
    isColoured ? styleText(style, text, { validateStream: false }) : text
  const lines = unfold(markdown, paint).split('\n')
  const drawn: string[] = []
  for (let at = 0; at < lines.length; ) {
    const table = tableAt(lines, at)
    if (table.length > 0) drawn.push(...drawTable(table, paint))
    else drawn.push(drawLine(lines[at] ?? '', paint))
    at += Math.max(table.length, 1)
  }
  return drawn
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

type Paint = (style: Style, text: string) => string

function unfold(markdown: string, paint: Paint): string {
  return markdown
    .replaceAll(/<details>\s*<summary>([\s\S]*?)<\/summary>[\s\S]*?<\/details>/g, (_all, title: string) =>
      paint('dim', `▸ ${title.trim()} (folded)`),
    )
    .replaceAll(/<br\s*\/?>/g, ' ')
}

function tableAt(lines: readonly string[], start: number): string[] {
  let end = start
  while (lines[end]?.startsWith('|')) end += 1
  return lines.slice(start, end)
}

function drawTable(lines: readonly string[], paint: Paint): string[] {
  const rows = lines
    .filter((line) => !/^\|[\s:|-]+\|$/.test(line))
    .map((line) => cellsOf(line).map((cell) => inline(cell, paint)))
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))))
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
    const line = `  ${cells.join('  ')}`.trimEnd()
    return index === 0 ? paint('underline', line) : line
  })
}

const cellsOf = (line: string): string[] =>
  line
    .slice(1, line.trimEnd().length - 1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())

function drawLine(line: string, paint: Paint): string {
  const [, marks, title] = /^(#{1,6}) (.*)$/.exec(line) ?? []
  if (marks !== undefined && title !== undefined) return paint('bold', inline(title, paint))
  return inline(line.replace(/^(\s*)[-*] /, '$1• '), paint)
}

function inline(text: string, paint: Paint): string {
  return text
    .replaceAll(/(`+) ?(.+?) ?\1/g, (_all, _ticks: string, code: string) => paint('cyan', code))
    .replaceAll(/\*\*(.+?)\*\*/g, (_all, strong: string) => paint('bold', strong))
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/&(lt|gt|amp|#124|#96|#42|#95);/g, (_all, name: string) => ENTITIES[name] ?? '')
    .replaceAll(/\\([\\`*_{}[\]()#+.!|<>~@&-])/g, '$1')
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  '#124': '|',
  '#96': '`',
  '#42': '*',
  '#95': '_',
}

/** Columns in a terminal; emoji take two. */
function width(text: string): number {
  const points = Array.from(stripVTControlCharacters(text))
  return points.reduce((sum, point) => sum + (/\p{Emoji_Presentation}/u.test(point) ? 2 : 1), 0)
}
