import { type Check, type Verdict, verdictOf } from '@hardgate/gate'
import { COMMENT_BYTES, verdictMarkdown, verdictMarker, verdictSections } from '@hardgate/markdown'
import { describe, expect, test } from '@jest/globals'

const check = (parts: Partial<Check> = {}): Check => ({
  threshold: 'lines >= 70%',
  outcome: 'pass',
  severity: 'gate',
  explanation: 'lines 88.24 % (75 of 85), limit 70 %, 18.24 points to spare',
  measured: '88.24 % (75 of 85)',
  metric: 'lines',
  margin: 18.2352941,
  ...parts,
})

const lines = { metric: 'lines', value: 88.235294, unit: '%', ratio: { numerator: 75, denominator: 85 } }

function verdict(checks: readonly Check[], parts: Partial<Verdict> = {}): Verdict {
  return { ...verdictOf({ gate: 'coverage-gate', checks, measurements: [lines] }), ...parts }
}

/** The cells of the row of that number, from 0. */
function row(markdown: string, number = 0): string[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| '))
  return (rows[number + 2] ?? '').split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''))
}

test('a verdict is its marker, its outcome, its reasons and a table of its checks', () => {
  expect(verdictMarkdown(verdict([check()]))).toBe(
    [
      '<!-- hardgate:coverage-gate -->',
      '### ✅ coverage-gate: pass',
      '',
      '- lines 88.24 % (75 of 85), limit 70 %, 18.24 points to spare',
      '',
      '|  | threshold | measured | margin |',
      '| :-: | :-- | :-- | --: |',
      '| ✅ | `lines >= 70%` | 88\\.24 % (75 of 85) | +18.23 points |',
    ].join('\n'),
  )
})

test.each<[Partial<Check>, string]>([
  [{ outcome: 'fail' }, '❌'],
  [{ outcome: 'no-data' }, '❌'],
  [{ outcome: 'inconclusive' }, '❔'],
  [{ outcome: 'fail', severity: 'warn' }, '⚠️'],
  [{ outcome: 'no-data', severity: 'warn' }, '⚠️'],
  [{ outcome: 'pass', severity: 'warn' }, '✅'],
])('%j is shown as %s', (parts, sign) => {
  expect(row(verdictMarkdown(verdict([check(parts)])))[0]).toBe(sign)
})

test('a gap is never shown as none, and nothing is rounded up', () => {
  const margin = (value: number | undefined, metric = 'lines'): string | undefined => {
    const { margin: _none, ...bare } = check({ metric })
    return row(verdictMarkdown(verdict([value === undefined ? bare : { ...bare, margin: value }])))[3]
  }

  expect(margin(-0.0001)).toBe('−0.00010 points')
  expect(margin(-2.999)).toBe('−2.99 points')
  expect(margin(0)).toBe('0 points')
  expect(margin(12)).toBe('+12 points')
  expect(margin(undefined)).toBe('–')
  // in the unit that the threshold names, which is not always that of the measurement
  expect(margin(-112, 'p95')).toBe('−112')
})

test('what was not measured is a dash, and what is no text is shown as JSON', () => {
  const { measured: _none, ...without } = check()

  expect(row(verdictMarkdown(verdict([without])))[2]).toBe('–')
  expect(row(verdictMarkdown(verdict([check({ measured: { a: [1, null] } })])))[2]).toBe('{"a":\\[1,null\\]}')
  expect(row(verdictMarkdown(verdict([check({ measured: 0 })])))[2]).toBe('0')
})

describe('trap 37: a text of a verdict forges no markdown and no command', () => {
  const hostile = 'x\n::error::y | `z` <img src=x onerror=1> --> <!-- hardgate:other --> @octo #1 [a](http://b)'

  test.each<[string, Verdict]>([
    ['threshold', verdict([check({ threshold: hostile })])],
    ['measured', verdict([check({ measured: hostile })])],
    ['measured as JSON', verdict([check({ measured: { [hostile]: hostile } })])],
    ['explanation', verdict([check({ explanation: hostile })])],
    ['reason', verdict([check()], { reasons: [hostile] })],
    ['gate', verdict([check()], { gate: hostile })],
  ])('as %s', (_, hostileVerdict) => {
    const markdown = verdictMarkdown(hostileVerdict)
    const text = markdown.split('\n').slice(1).join('\n')

    expect(text).not.toMatch(/<(?!\/?code>)/)
    expect(markdown).not.toMatch(/^\s*::/m)
    expect(text).not.toMatch(/(?<!\\)\[a\]\(http/)
    expect(markdown.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(3)
  })

  test('the marker of a name that is none holds nothing that could end it', () => {
    expect(verdictMarker('a --> <script>')).toBe('<!-- hardgate:a--script -->')
  })
})

describe('limits', () => {
  const long = 'ü'.repeat(5000)
  const checks = Array.from({ length: 400 }, () => check({ threshold: long, measured: long, explanation: long }))
  const huge = verdict(checks, { reasons: Array.from({ length: 400 }, () => long) })

  test('a comment never has more than GitHub takes, says so, and keeps its footer', () => {
    const markdown = verdictMarkdown(huge, { footer: 'the end' })

    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(COMMENT_BYTES)
    expect(markdown.endsWith('\n\nthe end')).toBe(true)
    expect(markdown).toContain('**Shortened:**')
  })

  test('ten reasons and a hundred checks are shown, and the others counted', () => {
    const [, reasons, table] = verdictSections(huge)

    expect(reasons?.split('\n')).toHaveLength(11)
    expect(reasons).toMatch(/- and 390 more$/)
    expect(table?.split('\n').filter((line) => line.startsWith('| ❌') || line.startsWith('| ✅'))).toHaveLength(100)
    expect(table).toMatch(/and 300 more checks in the verdict file$/)
  })

  test('sections of the gate come behind the table', () => {
    const markdown = verdictMarkdown(verdict([check()]), { sections: ['**files**'] })

    expect(markdown.endsWith('\n\n**files**')).toBe(true)
  })

  test('a verdict without checks has no table', () => {
    expect(verdictSections(verdict([], { outcome: 'no-data', reasons: ['no report'] }))).toEqual([
      '### ❌ coverage-gate: no-data',
      '- no report',
    ])
  })
})
