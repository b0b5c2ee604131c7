import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type LineChart, mermaidChart } from '@hardgate/markdown'
import { describe, expect, test } from '@jest/globals'

// `npm install mermaid@11 jsdom` in a folder; without it only our own grammar of a block is held against it.
const folder = process.env['HARDGATE_MERMAID']
const withMermaid = folder === undefined ? describe.skip : describe

const HOSTILE = [
  'a|b',
  '`md`',
  '"q"',
  '%%{init: {"theme": "x"}}%%',
  '%%{b',
  '#35;',
  '#quot;',
  '</details>',
  '::error::',
  '{g} \\',
  'two\nlines',
  'x'.repeat(10_240),
  ';',
  'title "x"',
]

const charts = HOSTILE.map(
  (text): LineChart => ({
    title: text,
    unit: text,
    points: [text, '', `${text}${text}`],
    lines: [
      { name: text, values: [1, 1e14, 1e-7] },
      { name: 'limit', values: [500, 500, 500] },
    ],
  }),
)

withMermaid('with mermaid itself', () => {
  test('acceptance 11, trap 25: mermaid itself parses every block, whatever its texts are', () => {
    const blocks = charts.map(mermaidChart)

    const script = join(import.meta.dirname, 'mermaid-parse.mjs')
    const { stdout, stderr } = spawnSync(process.execPath, [script, folder ?? ''], {
      input: blocks.join('\n\n'),
      encoding: 'utf8',
      timeout: 60_000,
    })

    expect(stderr.split('\n').filter((line) => /error/i.test(line))).toEqual([])
    expect(stdout.trim().split('\n')).toEqual(blocks.map(() => 'xychart'))
  }, 70_000)
})
