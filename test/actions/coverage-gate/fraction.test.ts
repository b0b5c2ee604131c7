import { compare, minus } from '@hardgate/gate'
import { describe, expect, test } from '@jest/globals'
import {
  fractionOf,
  fractionOfPercent,
  neededFor,
  percentText,
  pointsText,
} from '../../../actions/coverage-gate/src/fraction.ts'

const share = (covered: number, total: number) => fractionOf({ covered, total })

describe('a percentage as it is shown', () => {
  test.each([
    [20999, 30000, '70', '69.99'],
    [69996, 100000, '70', '69.99'],
    [29999, 30000, '100', '99.99'],
    [139, 200, '70', '69.50'],
    [7, 10, '70', '70'],
    [1, 3, '33.3333', '33.33333'],
    [1999999, 2000000, '100', '99.99'],
    [2, 2, '100', '100'],
    [0, 7, '70', '0'],
    [1618, 2000, '81.35', '80.90'],
  ])('trap 3: %i of %i beside %s%% is %s', (covered, total, limit, text) => {
    expect(percentText(share(covered, total), [fractionOfPercent(limit)])).toBe(text)
  })

  test('acceptance 2: for totals up to 2000 it never contradicts the comparison, and 100 is all of all', () => {
    const limits = ['70', '69.99', '33.3333', '100', '0.01']
    const wrong: string[] = []
    for (let total = 1; total <= 2000; total = total < 120 ? total + 1 : total + 97) {
      for (let covered = 0; covered <= total; covered++) {
        for (const limit of limits) {
          const text = percentText(share(covered, total), [fractionOfPercent(limit)])
          const isShownAbove = compare(fractionOfPercent(text), fractionOfPercent(limit)) >= 0
          // by whole numbers: covered / total >= limit / 100
          const [whole = '0', decimals = ''] = limit.split('.')
          const isAbove =
            BigInt(covered) * 100n * 10n ** BigInt(decimals.length) >= BigInt(whole + decimals) * BigInt(total)
          if (isShownAbove !== isAbove) wrong.push(`${covered} of ${total} is shown as ${text} beside ${limit}`)
          if ((text === '100') !== (covered === total)) wrong.push(`${covered} of ${total} is shown as ${text}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('what is needed', () => {
  test.each([
    [20999, 30000, '70', 1],
    [2, 6, '80', 3],
    [75, 85, '90', 2],
    [7, 10, '70', 0],
    [0, 1, '0.01', 1],
    [0, 3, '100', 3],
  ])('%i of %i reaches %s%% with %i more', (covered, total, limit, needed) => {
    expect(neededFor({ covered, total }, fractionOfPercent(limit), '>=')).toBe(needed)
  })

  test('above a limit is one more than at it; more than all there is no number', () => {
    expect(neededFor({ covered: 7, total: 10 }, fractionOfPercent('70'), '>')).toBe(1)
    expect(neededFor({ covered: 9, total: 10 }, fractionOfPercent('100'), '>')).toBeUndefined()
    expect(neededFor({ covered: 9, total: 10 }, fractionOfPercent('50'), '<')).toBeUndefined()
  })
})

test.each([
  [1618, 2000, 1627, 2000, '-0.45'],
  [9, 10, 8, 10, '+10'],
  [1, 2, 1, 2, '0'],
  [999999, 1000000, 1, 1, '-0.0001'],
])('%i of %i after %i of %i is %s points', (covered, total, before, all, text) => {
  expect(pointsText(minus(share(covered, total), share(before, all)))).toBe(text)
})

test.each([
  [20_999, 30_000, '70', 1],
  [2, 6, '80', 3],
  [1618, 2000, '81.35', 9],
  [7, 10, '70', 0],
  [10, 10, '70', 0],
  [0, 3, '33.3333', 1],
  [0, 3, '33.3334', 2],
  [0, 7, '0', 0],
  [69_996, 100_000, '70', 4],
  [0, 9_007_199_254_740_991, '100', 9_007_199_254_740_991],
  [0, 100, '0.000000000000000000001', 1],
])('%i of %i needs for %s %% so many more: %i', (covered, total, limit, needed) => {
  expect(neededFor({ covered, total }, fractionOfPercent(limit), '>=')).toBe(needed)
})

test('so many more hold, and one less does not', () => {
  for (const percent of ['70', '69.99', '33.3333', '100', '0.01']) {
    const limit = fractionOfPercent(percent)
    for (let total = 1; total <= 400; total += 7) {
      const needed = neededFor({ covered: 0, total }, limit, '>=') ?? Number.NaN

      expect(compare(fractionOf({ covered: needed, total }), limit)).toBeGreaterThanOrEqual(0)
      expect(compare(fractionOf({ covered: needed - 1, total }), limit)).toBe(-1)
    }
  }
})
