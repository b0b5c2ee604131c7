import { visible, visibleLine } from './plain.ts'

/**
 * Foreign text as inline markdown that shows just these characters: no emphasis, link, image, HTML, mention, reference,
 * emoji or mathematics comes out of it. One line, safe at a line's start and in a cell of a table.
 */
export function escapeMarkdown(text: string): string {
  return apart(visibleLine(text))
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/[&<>#$\u200b]/g, (character) => ENTITIES[character] ?? character)
    .replace(/^(?:[-+=]|:(?=-))/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

/** Foreign text inside an HTML element that markdown does not look into, such as `<summary>`. One line. */
export function escapeHtml(text: string): string {
  return apart(visibleLine(text)).replace(/[&<>"\u200b]/g, (character) => ENTITIES[character] ?? character)
}

/** Inline code that shows just this text, backticks and all, also in a cell of a table. Nothing for nothing. */
export function code(text: string): string {
  const line = visibleLine(text)
  if (line === '') return ''
  // A table takes every bar for the end of its cell, a code span outside of a table shows the backslash that would
  // prevent it: HTML is right in both places.
  if (line.includes('|')) return `<code>${escapeMarkdown(line)}</code>`
  const ticks = '`'.repeat(longestRun(line, /`+/g) + 1)
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${gap}${line}${gap}${ticks}`
}

/** A block of code with a fence that no line of the text can close. */
export function fence(text: string, language = ''): string {
  const body = visible(text).replace(/\n$/, '')
  const ticks = '`'.repeat(Math.max(3, longestRun(body, /`+/g) + 1))
  return `${ticks}${language.replace(/[^\w+-]/g, '')}\n${body}\n${ticks}`
}

/**
 * Foreign text as Slack shows it: no `<!channel>`, no link behind other words. At most `max` UTF-16 units, which is
 * the stricter way to count, never cut inside an entity or a character.
 */
export function escapeSlack(text: string, max = Number.POSITIVE_INFINITY): string {
  const parts = Array.from(visible(text), (character) => SLACK[character] ?? character)
  let used = 0
  let room = 0
  for (const [index, part] of parts.entries()) {
    used += part.length
    if (used > max) return max < 1 ? '' : `${parts.slice(0, room).join('')}…`
    if (used < max) room = index + 1
  }
  return parts.join('')
}

// Zero width, and so in no visible text: marks where a word must not be read as one.
const BREAK = '\u200b'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '#': '&#35;',
  $: '&#36;',
  [BREAK]: '&#8203;',
}

const SLACK: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

// GitHub looks for mentions, issues and links after escapes and entities are resolved, so only a character in between
// (zero width) keeps the text apart.
function apart(line: string): string {
  return line
    .replace(/@(?=\S)/g, `@${BREAK}`)
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/gh(?=-\d)/gi, `$&${BREAK}`)
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/www(?=\.)/gi, `$&${BREAK}`)
    .replace(/:(?!\d+:)(?=[\w+-]+:)/g, `:${BREAK}`)
}

function longestRun(text: string, runs: RegExp): number {
  return text.match(runs)?.reduce((longest, run) => Math.max(longest, run.length), 0) ?? 0
}
