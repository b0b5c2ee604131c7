import { details, fence, fitBudget, table } from '@hardgate/markdown'
import { expect, test } from '@jest/globals'

const note = (missing: string, max: number): string =>
  `**Shortened:** ${missing} left out, because this text may have ${max} bytes at most.`

test('what fits is joined by blank lines and nothing is added', () => {
  expect(fitBudget(['# a\n', '', 'b'])).toBe('# a\n\nb')
})

test('whole sections from the first that does not fit are left out and counted', () => {
  const sections = ['a'.repeat(100), 'b'.repeat(100), 'c'.repeat(250), 'd']

  expect(fitBudget(sections, 450)).toBe(`${sections[0]}\n\n${sections[1]}\n\n${note('2 whole sections', 450)}`)
})

test('bytes are counted, not characters', () => {
  const text = 'é'.repeat(300)

  expect(fitBudget([text], 601)).toBe(text)
  expect(fitBudget([text], 600)).toBe(note('1 whole section', 600))
})

test('a section that could never fit is cut at a line end', () => {
  const cut = fitBudget(['first', Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n'), 'last'], 250)

  const lines = cut.split('\n')
  expect(Buffer.byteLength(cut)).toBeLessThan(250)
  expect(lines.slice(0, 3)).toEqual(['first', '', 'line 0'])
  const shown = lines.filter((line) => line.startsWith('line ')).length
  expect(lines.at(-1)).toBe(note(`${100 - shown} more lines of the last section and 1 whole section`, 250))
})

test('a cut inside a fence inside a fold closes both', () => {
  const body = fence(Array.from({ length: 90 }, () => '``` </details>').join('\n'))

  const cut = fitBudget([details('all', body)], 400)

  expect(Buffer.byteLength(cut)).toBeLessThan(400)
  expect(cut).toMatch(
    /^<details>\n<summary>all<\/summary>\n\n````\n(``` <\/details>\n)+````\n\n<\/details>\n\n\*\*Shortened/,
  )
})

test('under every budget the text is smaller, and all that it opens is closed', () => {
  const inner = details('inner', fence('line\n'.repeat(20), 'text'))
  const section = details('outer', `${inner}\n\n${table(['a'], [['1'], ['2']])}\n\n${fence('x\n'.repeat(30))}`)

  for (let maxBytes = 200; maxBytes < 700; maxBytes++) {
    const text = fitBudget([section, 'last'], maxBytes)
    const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0
    expect([maxBytes, Buffer.byteLength(text) < maxBytes]).toEqual([maxBytes, true])
    expect(count(/<details>/g)).toBe(count(/<\/details>/g))
    expect(count(/^```/gm) % 2).toBe(0)
  }
})

test('letters of a fold in inline code open and close none', () => {
  const rows = Array.from({ length: 50 }, () => ['`</details>`'])

  const cut = fitBudget([details('all', table(['a'], rows))], 500)

  expect(cut).toContain('\n\n</details>\n\n**Shortened')
})

test('half a chart is left out', () => {
  const cut = fitBudget([`text\n\n${fence('xychart-beta\n'.repeat(40), 'mermaid')}`], 300)

  expect(cut).toBe(`text\n\n${note('42 more lines of the last section', 300)}`)
})

test('a line that alone is too long is left out with its section', () => {
  expect(fitBudget(['a', 'b'.repeat(1000)], 300)).toBe(`a\n\n${note('1 whole section', 300)}`)
})

test('acceptance 8 (toolchain): 5 MB stay below 1 MiB and the table stays a table', () => {
  const rows = Array.from({ length: 50_000 }, (_, index) => [String(index), 'ü'.repeat(45)])

  const cut = fitBudget(['verdict: fail', details('all findings', table(['n', 'text'], rows)), 'sources'])

  expect(Buffer.byteLength(cut)).toBeLessThan(1_048_576)
  expect(Buffer.byteLength(cut)).toBeGreaterThan(990_000)
  const table1 = cut.split('\n').filter((line) => line.startsWith('|'))
  expect(table1.every((line) => line.split('|').length === 4)).toBe(true)
  expect(cut).toMatch(
    /\|\n\n<\/details>\n\n\*\*Shortened:\*\* \d+ more lines of the last section and 1 whole section left out/,
  )
})
