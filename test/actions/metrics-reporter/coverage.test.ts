import { expect, test } from '@jest/globals'
import { coverageOf, shareOf } from '../../../actions/metrics-reporter/src/coverage.ts'

test.each([
  ['85.3', { lines: 0.853 }, 85.3],
  ['85.3%', { lines: 0.853 }, 85.3],
  ['85.3 %', { lines: 0.853 }, 85.3],
  ['lines=85.3, branches=71.4', { lines: 0.853, branches: 0.714 }, 85.3],
  ['lines=85.3%\npatch.lines=100', { lines: 0.853, patch_lines: 1 }, 85.3],
  ['branches=71.4', { branches: 0.714 }, undefined],
  ['0', { lines: 0 }, 0],
  ['0.57', { lines: 0.0057 }, 0.57],
])('the input %j is %o', (input, values, percent) => {
  expect(coverageOf(input, [])).toEqual({
    coverage: { ...values, source: 'input' },
    ...(percent === undefined ? {} : { percent }),
    notes: [],
  })
})

test.each(['abc', '101', '-1', 'NaN', '%', 'speed=3', '85,3', 'lines=85,3', '1e400'])(
  'the input %j is left out with a note, and is not 0',
  (input) => {
    expect(coverageOf(input, [])).toEqual({ notes: [`coverage-unreadable: ${input}`] })
  },
)

test('one value that cannot be read leaves the others in', () => {
  expect(coverageOf('lines=85.3, branches=', [])).toEqual({
    coverage: { lines: 0.853, source: 'input' },
    percent: 85.3,
    notes: ['coverage-unreadable: branches='],
  })
})

test('trap 7: no input and no verdict is no coverage at all', () => {
  expect(coverageOf('', [])).toEqual({ notes: [] })
})

test('trap 15: 85.299 % is shown as 85.29', () => {
  expect(coverageOf('85.299', []).percent).toBe(85.29)
  expect(coverageOf('', [{ lines: 0.99999 }]).percent).toBe(99.99)
})

test('trap 15: a share of 0.57 is 57 percent and not 56.99', () => {
  expect(coverageOf('', [{ lines: 0.57 }]).percent).toBe(57)
  expect(shareOf('0.29', '1')).toBe(0.29)
})

test('the one verdict that measured the lines gives the coverage', () => {
  expect(coverageOf('', [{ lines: 0.8529, branches: 0.7143 }])).toEqual({
    coverage: { lines: 0.8529, branches: 0.7143, source: 'verdict' },
    percent: 85.29,
    notes: [],
  })
})

test('trap 16: of two verdicts with lines neither is the coverage', () => {
  expect(coverageOf('', [{ lines: 0.85 }, { lines: 0.4 }])).toEqual({ notes: ['coverage-ambiguous'] })
})

test('the input wins over the verdict, and a difference of more than half a point is noted', () => {
  expect(coverageOf('85.3', [{ lines: 0.848 }])).toMatchObject({ percent: 85.3, notes: [] })
  expect(coverageOf('85.3', [{ lines: 0.8479 }])).toMatchObject({ percent: 85.3, notes: ['coverage-differs'] })
})
