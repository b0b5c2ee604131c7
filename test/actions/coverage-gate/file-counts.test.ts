import { createFileCoverage } from '@hardgate/coverage'
import { expect, test } from '@jest/globals'
import { fileCounts } from '../../../actions/coverage-gate/src/file-counts.ts'
import type { SizedFile } from '../../../actions/coverage-gate/src/measured.ts'

function file(path: string, total: number): SizedFile {
  const coverage = createFileCoverage()
  for (let line = 1; line <= total; line++) coverage.line(line, line % 2)
  return { path, coverage, reports: [], isTracked: true, totals: coverage.totals() }
}

test('each file has its counts', () => {
  expect(fileCounts([file('a.py', 3)])).toEqual([{ path: 'a.py', lines: { covered: 2, total: 3 } }])
})

test('above the limit the smallest become one entry that says so, and no line is lost', () => {
  const files = Array.from({ length: 40 }, (_, at) => file(`app/f${at}.py`, at + 1))

  const counts = fileCounts(files, 6000)

  const text = JSON.stringify(counts, undefined, 2)
  expect(Buffer.byteLength(text)).toBeLessThan(6000)
  expect(counts.at(-1)).toMatchObject({ note: expect.stringContaining('smallest files together') })
  expect(counts[0]).not.toMatchObject({ path: 'app/f0.py' })
  const sum = [...text.matchAll(/"total": (\d+)\s*\}\s*\}/g)].reduce((all, [, total]) => all + Number(total), 0)
  // 1 + 2 + … + 40, with the rest's branches of 0 in between
  const rest = counts.at(-1)
  const restLines = Number(/"lines":\{"covered":\d+,"total":(\d+)/.exec(JSON.stringify(rest))?.[1])
  expect(sum + restLines).toBe(820)
})
