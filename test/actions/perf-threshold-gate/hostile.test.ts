import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitBudget, SUMMARY_BYTES, verdictMarkdown } from '@hardgate/markdown'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { parseXychart } from '../../packages/markdown/xychart-grammar.ts'
import { evenly, type Request, requestLog } from './reports.ts'
import { gate, type Ran, removeTemporary } from './world.ts'

// What a person who names an endpoint, or an error, could try.
const TRICKS = [
  'a|b',
  '`code`',
  '"quoted"',
  'two\nlines',
  '</details><script>alert(1)</script>',
  '::error::pwned',
  '##[error]pwned',
  '@octocat and #1',
  '![x](https://evil.example/x.png)',
  '%%{init: {"theme":"dark"}}%%',
  '<!-- hardgate:perf-threshold-gate -->',
  '__proto__',
  'constructor',
  '\u202Eevil',
]
const LONG = 'x'.repeat(10_240)

const labelOf = (index: number): string => `/${index}/${TRICKS[index % TRICKS.length]}${index % 500 === 0 ? LONG : ''}`

function hostileRequests(count: number): Request[] {
  const requests = evenly(count * 2, 120, (index) => 50 + (index % 40))
  return requests.map((one, index) => ({
    ...one,
    name: labelOf(index % count),
    ...(index % 200 === 0 ? { failure: `${TRICKS[(index / 200) % TRICKS.length]}` } : {}),
  }))
}

describe('acceptance 11: 5 000 hostile labels', () => {
  let ran: Ran
  let page: string
  beforeAll(async () => {
    ran = await gate(
      { 'report.csv': requestLog(hostileRequests(5000)) },
      { thresholds: 'GET /**: p95 < 1s warn', 'html-report': 'out.html' },
    )
    page = readFileSync(join(ran.folder, 'out.html'), 'utf8')
  }, 60_000)
  afterAll(removeTemporary)

  test('trap 26: the summary stays below 1 MiB and whole', () => {
    const text = fitBudget(ran.sections, SUMMARY_BYTES)

    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576)
    expect(text).toContain('**Where the numbers come from**')
    expect(text).not.toContain('**Shortened:**')
    expect(text).toContain('4 990 other endpoints')
  })

  test('trap 26: the comment stays below 65 536 characters', () => {
    const text = verdictMarkdown(ran.report.verdict, { sections: ran.sections })

    expect(text.length).toBeLessThan(65_536)
  })

  test('trap 26, trap 25: every mermaid block is small and in the grammar', () => {
    const blocks = ran.summary.match(/```mermaid\n[^]*?\n```/g) ?? []

    expect(blocks).toHaveLength(2)
    for (const block of blocks) {
      expect(block.length).toBeLessThan(50_000)
      expect(() => parseXychart(block)).not.toThrow()
    }
  })

  test('trap 25: no line begins with a command, no HTML but our own, each label in one line of its table', () => {
    const outside = ran.summary.replaceAll(/```mermaid\n[^]*?\n```/g, '')

    expect(outside.split('\n').filter((line) => /^\s*::|##\[/.test(line))).toEqual([])
    const bare = outside.replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '')
    expect([...new Set(bare.match(/<\/?[a-z!][^>]*>/gi))].toSorted()).toEqual([
      '</code>',
      '</details>',
      '</summary>',
      '<code>',
      '<details>',
      '<summary>',
    ])
    expect(bare.match(/<details>/g)).toHaveLength(1)
    expect(bare.match(/<\/details>/g)).toHaveLength(1)
    expect(Math.max(...outside.split('\n').map((line) => line.length))).toBeLessThan(2500)
    expect(outside).not.toContain('\u202E')
  })

  test('trap 25: the page has no element of a label, and every one is closed', () => {
    const names = new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name))

    expect([...names].filter((name) => ['script', 'img', 'a', 'iframe', 'link'].includes(name ?? ''))).toEqual([])
    expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length)
    expect(page).not.toContain('x'.repeat(200))
  })

  test('the verdict file holds each label whole, and is one that can be read back', () => {
    const scopes = new Set(ran.report.verdict.measurements.map(({ scope }) => scope))

    expect(scopes.has(`GET ${labelOf(11)}`)).toBe(true)
    expect(Object.getPrototypeOf(ran.report.verdict.evidence)).toBe(Object.prototype)
  })
})

describe('trap 20 as the gate shows it: an endpoint may be called', () => {
  afterEach(removeTemporary)

  test.each(['Aggregated', 'Total', '__proto__', 'constructor', ''])('"%s", and is counted', async (name) => {
    const requests = [...evenly(1000, 120, () => 50), ...evenly(1000, 120, () => 90, { name, method: '' })]

    const { outcome, outputs, report } = await gate({ 'report.csv': requestLog(requests) })

    expect(outcome).toBe('pass')
    expect(outputs['requests']).toBe('2000')
    expect(report.verdict.measurements).toContainEqual({ metric: 'requests', scope: name, value: 1000, unit: '1' })
  })

  test.each(['Aggregated', 'Total', '__proto__', 'constructor'])('"%s", and is judged', async (name) => {
    const requests = [...evenly(1000, 120, () => 50), ...evenly(1000, 120, () => 90, { name, method: '' })]

    const { report } = await gate({ 'report.csv': requestLog(requests) }, { thresholds: `${name}: p95 < 89ms` })

    expect(report.verdict.checks[0]).toMatchObject({ outcome: 'fail', scope: name })
  })
})

test('a hostile error message and a hostile file name stay text', async () => {
  const failing = evenly(100, 120, () => 5, { failure: '| </details> ::error::x\n@all' })
  const { summary, reasons } = await gate(
    { 'report ::error::.csv': requestLog([...evenly(2000, 120, () => 50), ...failing]) },
    { thresholds: 'GET /orders: error_rate <= 2%' },
  )

  expect(reasons[0]).toContain('GET /orders errors')
  expect(summary.split('\n').filter((line) => /^\s*::/.test(line))).toEqual([])
  expect(summary).not.toMatch(/<\/details>/)
  removeTemporary()
})
