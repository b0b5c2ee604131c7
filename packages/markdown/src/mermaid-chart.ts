import { ceilingOf, colourOf, FEWEST_POINTS, isShown, type LineChart, legendOf, plain } from './chart.ts'
import { cut, visibleLine } from './plain.ts'

/** More points overlap their texts in a summary's width. */
export const MERMAID_POINTS = 20

// what GitHub draws: mermaid's own limit for one block (maxTextSize)
const MOST_CHARACTERS = 50_000
const LONGEST_TITLE = 200
const LONGEST_POINT = 20

/**
 * A block that GitHub draws as a chart; '' where there is no line to draw. A point that one of the lines lacks is left
 * out, because mermaid knows no gap. Throws above `MERMAID_POINTS` points: who calls it knows how to join them.
 */
export function mermaidChart(chart: LineChart): string {
  const { title, unit, points, lines } = chart
  if (points.length > MERMAID_POINTS) throw new Error(`${points.length} points in a mermaid chart`)
  const kept = points.map((_, at) => at).filter((at) => lines.every(({ values }) => isShown(values[at])))
  if (kept.length < FEWEST_POINTS || lines.length === 0) return ''
  const colours = lines.map((_, at) => colourOf(at).code).join(', ')
  const block = [
    '```mermaid',
    // the colours of a theme differ between light and dark, and the title names them
    `%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "${colours}"}}}}%%`,
    'xychart-beta',
    `    title "${quoted(`${title}: ${legendOf(lines)}`, LONGEST_TITLE)}"`,
    `    x-axis [${kept.map((at) => `"${quoted(points[at] ?? '', LONGEST_POINT)}"`).join(', ')}]`,
    `    y-axis "${quoted(unit, LONGEST_POINT)}" 0 --> ${ceilingOf(lines)}`,
    ...lines.map(({ values }) => `    line [${kept.map((at) => plain(values[at] ?? 0)).join(', ')}]`),
    '```',
  ].join('\n')
  if (block.length >= MOST_CHARACTERS) throw new Error(`a mermaid block of ${block.length} characters`)
  return block
}

// Inside of its quotes mermaid still reads the closing quote, a backtick (markdown), `%%` (a comment to the line's end in
// a list, or a directive), `#…;` (an entity) and, where it is drawn, HTML.
const READ_BY_MERMAID: Readonly<Record<string, string>> = {
  '"': "'",
  '`': "'",
  '<': '(',
  '>': ')',
  '{': '(',
  '}': ')',
  '#': 'No ',
  ';': ',',
  '\\': '/',
}

/** Foreign text between the quotes of mermaid: one line, nothing in it is read as more than letters. */
function quoted(text: string, longest: number): string {
  const line = cut(visibleLine(text), longest)
    .replace(/["`<>{}#;\\]/g, (one) => READ_BY_MERMAID[one] ?? '')
    .replace(/%+/g, '%')
  // a text must not be empty
  return line === '' ? '-' : line
}
