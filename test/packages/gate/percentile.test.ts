import { fewestForPass, fewestForValue, orderInterval, type Percent, rankOf } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

test.each<[Percent, number, number]>([
  ['95', 20, 19],
  // 0.95 · 20 is 19, and 0.999 · 1000 is 999, whatever binary fractions make of it
  [95, 20, 19],
  ['99.9', 1000, 999],
  [99.9, 1000, 999],
  ['99.90', 1000, 999],
  ['95', 21, 20],
  ['95', 1, 1],
  ['50', 4, 2],
  ['50', 5, 3],
  ['0.1', 10, 1],
  ['0.1', 1001, 2],
  ['57', 100, 57],
  ['99.99', 100_000_000, 99_990_000],
  ['99.999999999', 10, 10],
])('p%s of %d values has rank %d', (percentile, n, rank) => {
  expect(rankOf(percentile, n)).toBe(rank)
})

test('every whole percentile of 100 values has its own number as rank', () => {
  for (let percentile = 1; percentile < 100; percentile++) expect(rankOf(percentile, 100)).toBe(percentile)
})

test.each(['0', '100', '-5', '0.0', 101])('%s is no percentile', (percentile) => {
  expect(() => rankOf(percentile, 10)).toThrow('is not above 0 % and below 100 %')
})

test.each<[Percent, number]>([
  ['50', 2],
  ['95', 20],
  ['99', 100],
  ['99.9', 1000],
  // 1 / (1 - 2/3) and a little more
  ['66.7', 4],
  ['1', 2],
])('p%s needs %d values to be told at all', (percentile, fewest) => {
  expect(fewestForValue(percentile)).toBe(fewest)
})

test.each<[Percent, Percent, number]>([
  // 0.95^58 = 0.0510, 0.95^59 = 0.0485
  ['95', '95', 59],
  ['99', '95', 299],
  ['99.9', '95', 2995],
  // 0.95^90 = 0.00989
  ['95', '99', 90],
  ['50', '95', 5],
  // powers that equal what may go wrong: a half, a quarter, a tenth, a hundredth
  ['50', '75', 2],
  ['50', '87.5', 3],
  // a hair more than a quarter allows
  ['50', '75.0000000001', 3],
  ['10', '90', 1],
  ['10', '99', 2],
  ['0.1', '99.9', 1],
  ['0.1', '99.91', 2],
])('acceptance 8: p%s needs %s % confidence of %d independent values for a pass', (p, confidence, fewest) => {
  expect(fewestForPass(p, confidence)).toBe(fewest)
  expect(orderInterval({ n: fewest, deff: 1, p, confidence }).highRank).toBe(fewest)
  expect(orderInterval({ n: fewest - 1, deff: 1, p, confidence }).highRank).toBeUndefined()
})
