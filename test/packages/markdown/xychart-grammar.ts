/** What a block says, as far as mermaid's grammar of `xychart-beta` goes. */
export interface ParsedChart {
  readonly title: string
  readonly points: readonly string[]
  readonly unit: string
  readonly most: number
  readonly lines: readonly (readonly number[])[]
}

const INIT =
  /^%%\{init: (\{"themeVariables": \{"xyChart": \{"plotColorPalette": "#[0-9a-f]{6}(?:, #[0-9a-f]{6})*"\}\}\})\}%%$/
const NUMBER = /^\d+(?:\.\d+)?$/

/**
 * Written after the grammar of mermaid 11 (`xychart.jison`): strings in double quotes without a double quote, lists in
 * brackets, plain numbers. Stricter than it where that costs nothing. Throws where mermaid would draw an error.
 */
export function parseXychart(block: string): ParsedChart {
  const [open, init = '', kind, title = '', xAxis = '', yAxis = '', ...rest] = block.split('\n')
  if (open !== '```mermaid' || rest.pop() !== '```') throw new Error('no fence of its own')
  if (!INIT.test(init)) throw new Error(`no init directive: ${init}`)
  if (kind !== 'xychart-beta') throw new Error(`no chart: ${kind}`)
  if (block.replace(init, '').includes('%%')) throw new Error('a comment, or a second directive')
  const [, unit = '', most = ''] = match(yAxis, /^ {4}y-axis ("[^"]*") 0 --> (\S+)$/)
  return {
    title: text(match(title, /^ {4}title (.*)$/)[1] ?? ''),
    points: listOf(match(xAxis, /^ {4}x-axis (.*)$/)[1] ?? '').map(text),
    unit: text(unit),
    most: number(most),
    lines: rest.map((line) => listOf(match(line, /^ {4}line (.*)$/)[1] ?? '').map(number)),
  }
}

function match(line: string, pattern: RegExp): RegExpExecArray {
  const found = pattern.exec(line)
  if (found === null) throw new Error(`not in the grammar: ${line}`)
  return found
}

/** A quoted string; a backtick behind the quote would begin markdown. */
function text(quoted: string): string {
  const [, inner = ''] = match(quoted, /^"([^"`#;<>]+)"$/)
  return inner
}

function listOf(brackets: string): string[] {
  const [, inner = ''] = match(brackets, /^\[(.*)\]$/)
  return inner.match(/"[^"]*"|[^,\s]+/g) ?? []
}

function number(digits: string): number {
  if (!NUMBER.test(digits)) throw new Error(`no number: ${digits}`)
  return Number(digits)
}
