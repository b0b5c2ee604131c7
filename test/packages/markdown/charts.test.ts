import { type LineChart, mermaidChart, svgChart } from '@hardgate/markdown'
import { describe, expect, test } from '@jest/globals'
import { SaxesParser } from 'saxes'
import { parseXychart } from './xychart-grammar.ts'

const CHART: LineChart = {
  title: 'p95 of each window',
  unit: 'ms',
  points: ['0s', '30s', '1m'],
  lines: [
    { name: 'p95', values: [410, 431.25, 612] },
    { name: 'limit 500 ms', values: [500, 500, 500] },
  ],
}

const HOSTILE = 'a|b `c` "d" <e>\n::error::f </details> ```\n%%{init: {"theme": "x"}}%% #quot; {g} \\'

describe('a mermaid chart', () => {
  test('holds the points, the lines, and what each colour means', () => {
    expect(parseXychart(mermaidChart(CHART))).toEqual({
      title: 'p95 of each window: p95 (blue), limit 500 ms (orange)',
      points: ['0s', '30s', '1m'],
      unit: 'ms',
      most: 800,
      lines: [
        [410, 431.25, 612],
        [500, 500, 500],
      ],
    })
  })

  test('has no gap: a point that a line lacks is left out', () => {
    const chart = { ...CHART, lines: [{ name: 'p95', values: [410, undefined, 612] }, ...CHART.lines.slice(1)] }

    expect(parseXychart(mermaidChart(chart))).toMatchObject({
      points: ['0s', '1m'],
      lines: [
        [410, 612],
        [500, 500],
      ],
    })
  })

  test.each([
    ['no point', [], []],
    ['one point', ['0s'], [1]],
    ['nothing measured', ['0s', '30s'], [undefined, undefined]],
    ['numbers that are none', ['0s', '30s', '1m'], [Number.NaN, Number.POSITIVE_INFINITY, -1]],
  ])('of %s is not drawn', (_, points, values) => {
    const chart = { ...CHART, points, lines: [{ name: 'p95', values }] }

    expect(mermaidChart(chart)).toBe('')
    expect(svgChart(chart)).toBe('')
  })

  test('of 21 points is a mistake of its caller', () => {
    const points = Array.from({ length: 21 }, (_, at) => String(at))

    expect(() => mermaidChart({ ...CHART, points })).toThrow('21 points')
  })

  test('trap 25: hostile text stays text, and a double quote becomes a single one', () => {
    const block = mermaidChart({
      title: HOSTILE,
      unit: HOSTILE,
      points: [HOSTILE, '', 'x'.repeat(10_240)],
      lines: [{ name: HOSTILE, values: [1, 2, 3] }],
    })

    const { title, points } = parseXychart(block)
    expect(title).toContain("a|b 'c' 'd' (e) ::error::f (/details)")
    expect(points[1]).toBe('-')
    expect(points[2]).toHaveLength(20)
    expect(block.match(/```/g)).toHaveLength(2)
    expect(block.split('\n').filter((line) => /^\s*(?:::|##\[)/.test(line))).toEqual([])
  })

  test('writes small and large numbers without an exponent', () => {
    const chart = { ...CHART, lines: [{ name: 'p95', values: [1e-7, 1e14, 0] }] }

    expect(parseXychart(mermaidChart(chart)).lines).toEqual([[0, 100_000_000_000_000, 0]])
  })

  test.each([
    [0, 1],
    [0.004, 0.005],
    [9.99, 10],
    [10, 15],
    [500, 600],
    [612, 800],
    [1999, 2000],
    [2000, 3000],
  ])('with %d as its highest value the axis ends at %d', (highest, most) => {
    const chart = { ...CHART, lines: [{ name: 'p95', values: [0, highest] }], points: ['a', 'b'] }

    expect(parseXychart(mermaidChart(chart)).most).toBe(most)
  })
})

describe('an SVG chart', () => {
  const elements = (svg: string): { name: string; attributes: Record<string, string>; text: string }[] => {
    const found: { name: string; attributes: Record<string, string>; text: string }[] = []
    const parser = new SaxesParser()
    parser.on('error', (error) => {
      throw error
    })
    parser.on('opentag', ({ name, attributes }) => found.push({ name, attributes, text: '' }))
    parser.on('text', (text) => {
      const last = found.at(-1)
      if (last !== undefined) last.text += text
    })
    parser.write(svg).close()
    return found
  }

  test('draws each line from the left edge to the right one, the highest value highest', () => {
    const paths = elements(svgChart(CHART)).filter(({ attributes }) => attributes['fill'] === 'none')

    // 800 wide, 64 and 16 at the sides; 260 high, 44 and 32; the axis ends at 800
    expect(paths.map(({ attributes }) => attributes['d'])).toEqual([
      'M64 133.7 L424 128.813 L784 87.24',
      'M64 113 L424 113 L784 113',
    ])
  })

  test('leaves a gap where nothing was measured', () => {
    const chart = {
      ...CHART,
      points: ['a', 'b', 'c', 'd', 'e'],
      lines: [{ name: 'p95', values: [1, 1, undefined, 1, undefined] }],
    }

    const [path] = elements(svgChart(chart)).filter(({ attributes }) => attributes['fill'] === 'none')
    expect(path?.attributes['d']?.replaceAll(/[\d. ]/g, '')).toBe('MLMh')
  })

  test('trap 25: hostile text stays text; no script, no address, no style sheet', () => {
    const svg = svgChart({
      title: `${HOSTILE}<script>alert(1)</script>`,
      unit: 'ms',
      points: ['https://example.com', '" onload="x'],
      lines: [{ name: '<img src=x>', values: [1, 2] }],
    })

    expect(new Set(elements(svg).map(({ name }) => name))).toEqual(new Set(['svg', 'title', 'text', 'path']))
    // whatever stands in a text, no attribute can lead anywhere
    const names = new Set(elements(svg).flatMap(({ attributes }) => Object.keys(attributes)))
    expect([...names].filter((name) => /^on|href|src|style|class|xmlns/.test(name))).toEqual([])
    expect(svg).not.toMatch(/url\(|https?:\/\//)
  })
})
