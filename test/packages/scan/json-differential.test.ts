import { ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { type Random, seeded } from '../markdown/random.ts'
import { jsonValue } from './json-events.ts'

const COUNT = 20_000

const SEEDS = [
  '{"meta":{"format":3,"timestamp":"2026-03-01T12:00:00.1"},"files":{"a/b.py":{"executed_lines":[1,2,15],"missing_branches":[[4,-1]]}},"totals":{"percent_covered":69.99}}',
  ' { "/w/a.ts" : {"path":"\\/w\\/a.ts","statementMap":{"0":{"start":{"line":1,"column":0},"end":{}}},"s":{"0":1e3},"b":{"0":[0,-0.5E-2]},"x":[true,false,null]} } \n',
  '["\\u00e9\\ud83d\\ude00\\n\\"\\\\","\u20ac\u{1f600}",[],{},[[{}]],0,-0,12345678901234567890,1e999,{"a":1,"a":2,"__proto__":{"b":[3]}}]',
]
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '-',
  '+',
  '.',
  '0',
  '1',
  'e',
  'E',
  ' ',
  '\n',
  '\t',
  '\u0000',
].concat([
  '\u00a0',
  '\ufeff',
  'true',
  'null',
  'NaN',
  'Infinity',
  '"a"',
  '"a":1,',
  ',2',
  '{}',
  '[]',
  '//',
  "'",
  '\u007f',
  '\u2028',
])

function mutated(random: Random): string {
  const characters = Array.from(random.pick(SEEDS))
  const times = 1 + random.below(2)
  for (let time = 0; time < times; time += 1) {
    const at = random.below(characters.length + 1)
    const removed = random.below(3) === 0 ? 0 : random.below(4)
    const added = random.below(3) === 0 ? [] : Array.from(random.pick(PIECES))
    characters.splice(at, random.below(30) === 0 ? characters.length : removed, ...added)
  }
  return characters.join('')
}

/** The value as text that tells -0 and Infinity, or undefined where it is refused. */
function outcome(parse: () => unknown): string | undefined {
  try {
    return JSON.stringify(parse(), (_, value: unknown) =>
      typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value))
        ? `number ${1 / value} ${value}`
        : value,
    )
  } catch (error) {
    if (error instanceof ScanError || error instanceof SyntaxError) return undefined
    throw error
  }
}

test(`acceptance 8: ${COUNT} mutated JSON documents give the value of JSON.parse, or both refuse`, () => {
  const random = seeded(7)
  const differing: string[] = []
  let accepted = 0

  for (let i = 0; i < COUNT && differing.length < 5; i += 1) {
    const document = mutated(random)
    const theirs = outcome(() => JSON.parse(document))
    if (theirs !== undefined) accepted += 1
    const chunk = random.below(2) === 0 ? undefined : 1 + random.below(40)
    const own = outcome(() => jsonValue(document, chunk))
    if (own !== theirs) differing.push(`${JSON.stringify(document)} in chunks of ${chunk}: ${own}, not ${theirs}`)
  }

  expect(differing).toEqual([])
  expect(accepted).toBeGreaterThan(COUNT / 10)
  expect(accepted).toBeLessThan(COUNT / 2)
}, 120_000)
