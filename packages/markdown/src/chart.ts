/** Lines over one axis, for a summary and for a page. Pure data; texts may be foreign. */
export interface LineChart {
  /** What is shown. The colours are told behind it, because mermaid draws no legend. */
  readonly title: string
  /** What the points have in common, such as `ms`. */
  readonly unit: string
  /** One text for each point, such as `1m30s`. */
  readonly points: readonly string[]
  readonly lines: readonly ChartLine[]
}

export interface ChartLine {
  readonly name: string
  /** One for each point; undefined: nothing was measured there. */
  readonly values: readonly (number | undefined)[]
}

/** Told apart by the colour-blind too, and readable on a light and on a dark ground (Okabe and Ito's palette). */
export const LINE_COLOURS = [
  { name: 'blue', code: '#0072b2' },
  { name: 'orange', code: '#d55e00' },
  { name: 'green', code: '#009e73' },
] as const

/** One point alone draws no line. */
export const FEWEST_POINTS = 2

/** `p95 (blue), limit 500 ms (orange)` */
export function legendOf(lines: readonly ChartLine[]): string {
  return lines.map(({ name }, at) => `${name} (${colourOf(at).name})`).join(', ')
}

export function colourOf(at: number): (typeof LINE_COLOURS)[number] {
  const colour = LINE_COLOURS[at]
  if (colour === undefined) throw new Error(`a chart of more than ${LINE_COLOURS.length} lines`)
  return colour
}

/** Where the axis ends: a round number that no value reaches. */
export function ceilingOf(lines: readonly ChartLine[]): number {
  const most = highestOf(lines)
  if (!(most > 0)) return 1
  const step = 10 ** Math.floor(Math.log10(most))
  const found = STEPS.find((factor) => factor * step > most)
  return plain((found ?? 20) * step)
}

const STEPS = [1.5, 2, 3, 4, 5, 6, 8, 10, 15]

function highestOf(lines: readonly ChartLine[]): number {
  let most = 0
  for (const { values } of lines) for (const value of values) if (isShown(value) && value > most) most = value
  return most
}

/** Not below 0, and in a range that both drawings can write without an exponent. */
export function isShown(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= LARGEST
}

const LARGEST = 1e15

/** With at most three decimals, and never with an exponent. */
export function plain(value: number): number {
  return Math.round(value * 1000) / 1000
}
