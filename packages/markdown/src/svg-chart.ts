import { ceilingOf, colourOf, FEWEST_POINTS, isShown, type LineChart, plain } from './chart.ts'
import { escapeHtml } from './escape.ts'
import { cut } from './plain.ts'

const WIDTH = 800
const HEIGHT = 260
const LEFT = 64
const RIGHT = 16
const TOP = 44
const BOTTOM = 32
const TICKS = 4
const MOST_LABELS = 8
const LONGEST_TEXT = 120

/** The same chart as an SVG element of its own: no script, no style sheet, no address. '' where there is no line. */
export function svgChart(chart: LineChart): string {
  const { title, unit, points, lines } = chart
  const drawn = lines.map(({ values }) => pathsOf(values, { count: points.length, most: ceilingOf(lines) }))
  if (points.length < FEWEST_POINTS || drawn.every((path) => path === '')) return ''
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${shown(title)}" font-family="sans-serif" font-size="12">`,
    `<title>${shown(title)}</title>`,
    `<text x="${LEFT}" y="16" font-size="14" fill="currentColor">${shown(title)}</text>`,
    ...legend(lines),
    ...scale(ceilingOf(lines), unit),
    ...axis(points),
    ...drawn.map(
      (path, at) => `<path d="${path}" fill="none" stroke="${colourOf(at).code}" stroke-width="2"${dash(at)}/>`,
    ),
    '</svg>',
  ].join('\n')
}

interface Room {
  readonly count: number
  readonly most: number
}

const x = (at: number, count: number): number => plain(LEFT + (at / (count - 1)) * (WIDTH - LEFT - RIGHT))
const y = (value: number, most: number): number => plain(HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM))

/** A gap where nothing was measured; a point between two gaps is drawn as a short stroke. */
function pathsOf(values: readonly (number | undefined)[], { count, most }: Room): string {
  const parts: string[] = []
  for (const [at, value] of values.entries()) {
    if (!isShown(value)) continue
    const isJoined = isShown(values[at - 1])
    parts.push(`${isJoined ? 'L' : 'M'}${x(at, count)} ${y(value, most)}`)
    if (!isJoined && !isShown(values[at + 1])) parts.push('h2')
  }
  return parts.join(' ')
}

/** The second line is told from the first without its colour too. */
const dash = (at: number): string => (at === 0 ? '' : ` stroke-dasharray="${at === 1 ? '6 4' : '2 3'}"`)

function legend(lines: LineChart['lines']): string[] {
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, lines.length)
  return lines.flatMap(({ name }, at) => {
    const left = plain(LEFT + at * step)
    return [
      `<path d="M${left} 30 h24" stroke="${colourOf(at).code}" stroke-width="2"${dash(at)}/>`,
      `<text x="${left + 30}" y="34" fill="currentColor">${shown(name)}</text>`,
    ]
  })
}

function scale(most: number, unit: string): string[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = (most / TICKS) * tick
    const height = y(value, most)
    return [
      `<path d="M${LEFT} ${height} H${WIDTH - RIGHT}" stroke="currentColor" stroke-opacity="0.2"/>`,
      `<text x="${LEFT - 6}" y="${height + 4}" text-anchor="end" fill="currentColor">${shown(`${plain(value)} ${unit}`)}</text>`,
    ].join('\n')
  })
}

function axis(points: readonly string[]): string[] {
  const step = Math.max(1, Math.ceil(points.length / MOST_LABELS))
  return points.flatMap((point, at) =>
    at % step === 0
      ? [
          `<text x="${x(at, points.length)}" y="${HEIGHT - 10}" text-anchor="middle" fill="currentColor">${shown(point)}</text>`,
        ]
      : [],
  )
}

const shown = (text: string): string => escapeHtml(cut(text, LONGEST_TEXT))
