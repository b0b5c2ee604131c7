import { createFileCoverage, type FileCoverage } from '@hardgate/coverage'
import { expect, test } from '@jest/globals'

const file = (...tell: ((one: FileCoverage) => void)[]): FileCoverage => {
  const one = createFileCoverage()
  for (const each of tell) each(one)
  return one
}

test.each<[string, (one: FileCoverage) => void]>([
  ['a line', (one) => one.line(2, 1)],
  ['more hits', (one) => one.line(1, 5)],
  ['a key', (one) => one.branch(1, 'arc', '1,2', true)],
  ['a list of what is missing', (one) => one.missingBranches(1, 2, ['2'])],
  ['a number of branches', (one) => one.countedBranches(1, 1, 2)],
  ['a number of unknown branches', (one) => one.unknownBranches(1, 2)],
  ['a block', (one) => one.block(1, '0', false)],
  ['a statement', (one) => one.statement('a', 1, 1)],
  ['totals of its own', (one) => one.declare({ linesTotal: 9, linesCovered: 3 })],
  ['a line without a number', (one) => one.missedWithoutNumber(1)],
  ['another report', (one) => one.merge(file((other) => other.line(2, 1)))],
])('totals that were asked for before hold no longer after %s', (_name, tell) => {
  const begun = (one: FileCoverage): void => one.line(1, 0)
  const asked = file(begun, (one) => void one.totals(), tell)

  expect(asked.totals()).toEqual(file(begun, tell).totals())
  expect(asked.totals()).not.toEqual(file(begun).totals())
})

test.each<[string, (one: FileCoverage, line: number, seed: number) => void]>([
  ['keys', (one, line, seed) => [0, 1, 2].forEach((key) => one.branch(line, 'lcov', `${key}`, key < seed % 4))],
  ['numbers', (one, line, seed) => one.countedBranches(line, seed % 3, 2)],
  ['lists', (one, line, seed) => one.missingBranches(line, 2 + (seed % 2), ['7'])],
  ['numbers told twice', (one, line, seed) => [0, 1].forEach(() => one.countedBranches(line, seed % 3, 2))],
  [
    'keys and numbers',
    (one, line, seed) => [one.branch(line, 'arc', '1', true), one.countedBranches(line, seed % 3, 2)],
  ],
])('the branches of a file are those of its lines: %s', (_name, tell) => {
  const lines = Array.from({ length: 300 }, (_, at) => at + 1)
  const one = file((told) => lines.forEach((line) => (told.line(line, line % 4), tell(told, line, line * 7 + 3))))
  const counts = lines.map((line) => one.branchesAt(line) ?? { low: 0, high: 0, total: 0 })
  const sum = (of: 'low' | 'high' | 'total'): number => counts.reduce((all, count) => all + count[of], 0)

  expect(one.totals().branches).toEqual({ low: sum('low'), high: sum('high'), total: sum('total') })
  expect(one.totals(() => true)).toEqual(one.totals())
})

test('what a file outgrows leaves nothing behind in the next', () => {
  const last = [1, 70, 140, 300, 600, 1200, 5000]
  for (const end of last) file((one) => Array.from({ length: end }, (_, at) => one.line(at + 1, 7)))
  const next = file((one) => last.forEach((line) => one.line(line, 300)))
  const lines: number[] = []
  next.eachLine((line) => lines.push(line))

  expect(lines).toEqual(last)
  expect(next.totals().lines).toEqual({ covered: 7, total: 7 })
})
