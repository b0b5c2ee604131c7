// The runner refuses a summary above 1 MiB whole instead of cutting it. The rest up to there is room for the masks
// that it puts in place of secrets and for what other steps of a composite add.
export const SUMMARY_BYTES = 1_000_000

interface Kept {
  readonly text: string
  readonly lines: number
}

/**
 * Joins markdown sections, the most important first, to less than `maxBytes` of UTF-8. A section that does not fit is
 * left out with all that follow it; one that could never fit is cut at a line end, with its fences and folds closed.
 * Either is said at the end.
 */
export function fitBudget(sections: readonly string[], maxBytes = SUMMARY_BYTES): string {
  const present = sections.map((section) => section.trimEnd()).filter((section) => section !== '')
  const whole = present.join('\n\n')
  if (bytes(whole) < maxBytes) return whole
  const room = maxBytes - bytes(note(maxBytes, present.length, whole.length)) - bytes('\n\n') - 1
  const kept: string[] = []
  let used = 0
  for (const section of present) {
    const size = bytes(section) + bytes('\n\n')
    if (used + size > room) break
    kept.push(section)
    used += size
  }
  const next = present[kept.length] ?? ''
  const part = bytes(next) > room ? cutAtLineEnd(next, room - used) : undefined
  const left = present.length - kept.length - (part === undefined ? 0 : 1)
  const cutLines = part === undefined ? 0 : countLines(next) - part.lines
  return [...kept, ...(part === undefined ? [] : [part.text]), note(maxBytes, left, cutLines)].join('\n\n')
}

function note(maxBytes: number, sections: number, lines: number): string {
  const missing = [
    ...(lines > 0 ? [`${lines} more ${lines === 1 ? 'line' : 'lines'} of the last section`] : []),
    ...(sections > 0 ? [`${sections} whole ${sections === 1 ? 'section' : 'sections'}`] : []),
  ]
  return `**Shortened:** ${missing.join(' and ')} left out, because this text may have ${maxBytes} bytes at most.`
}

/** The longest run of whole lines that fits with what closes it; undefined: not even the first line does. */
function cutAtLineEnd(section: string, room: number): Kept | undefined {
  const open = openBlocks()
  let best = { end: 0, lines: 0, closing: '' }
  let used = 0
  let end = 0
  for (let lines = 1; end < section.length; lines++) {
    const line = section.slice(end, section.indexOf('\n', end) + 1 || section.length)
    used += bytes(line)
    end += line.length
    if (used > room) break
    open.read(line)
    const closing = open.closing()
    if (!open.isCutSpoiling() && used + bytes(closing) <= room) best = { end, lines, closing }
  }
  if (best.lines === 0) return undefined
  return { text: section.slice(0, best.end).trimEnd() + best.closing, lines: best.lines }
}

// A fence: three or more backticks or tildes after at most three blanks. The info string of backticks has none.
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})\s*(\S*)/
// at a line's start, as `details` writes it: inline code may show the same letters
const FOLD = /^ {0,3}<(\/?)details\b/i

/** Follows the fences and folds that are open after the lines read so far. */
function openBlocks(): { read: (line: string) => void; closing: () => string; isCutSpoiling: () => boolean } {
  let fence = ''
  let language = ''
  let folds = 0
  return {
    read(line) {
      const mark = FENCE.exec(line.trimEnd())
      const ticks = mark?.[1] ?? ''
      if (fence !== '') {
        if (ticks.startsWith(fence) && mark?.[2] === '') fence = ''
        return
      }
      if (ticks !== '') {
        fence = ticks
        language = mark?.[2] ?? ''
        return
      }
      const slash = FOLD.exec(line)?.[1]
      if (slash !== undefined) folds = Math.max(0, folds + (slash === '' ? 1 : -1))
    },
    closing: () => `${fence === '' ? '' : `\n${fence}`}${'\n\n</details>'.repeat(folds)}`,
    // half a chart is an error box in place of a chart
    isCutSpoiling: () => fence !== '' && language === 'mermaid',
  }
}

function countLines(text: string): number {
  return text.split('\n').length
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
