import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DelimitedScanner, ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { takeKernel } from '../../../packages/scan/src/delimited-kernel.ts'
import { heading } from '../../../scripts/kernel-source.ts'
import { type Random, seeded } from '../markdown/random.ts'
import { pushInChunks } from './xml-events.ts'

/** All that a scanner hands over and how it ends, with the kernel from the first byte on or without it. */
function outcome(text: string, kernelFrom: number, chunk?: number, asked?: readonly number[]): unknown[] {
  const seen: unknown[] = []
  const scanner = new DelimitedScanner(
    (fields) => {
      const count = asked === undefined || seen.length === 0 ? fields.count : asked.length
      const columns = Array.from({ length: count }, (_, i) => [fields.text(i), fields.start(i) < 0])
      seen.push([fields.number, fields.offset, fields.count, columns, scanner.lastRecordIsOpen])
      if (asked !== undefined) scanner.ask(asked)
    },
    { delimiter: ',', kernelFrom },
  )
  try {
    pushInChunks(scanner, Buffer.from(text), chunk)
  } catch (error) {
    if (!(error instanceof ScanError)) throw error
    seen.push([error.message, error.offset, error.isTruncated])
  }
  return seen
}

const PIECES = [
  'a',
  'bc',
  '1767225600000',
  '€',
  ',',
  ',',
  ',',
  '\n',
  '\n',
  '\r\n',
  '"',
  '""',
  '"a,b"',
  ',"',
  '",',
  '"\n',
  '\r',
  ' ',
]

/** Text in which quotes stand wherever they like, or only where they should. */
function hostile(random: Random, isLawful: boolean): string {
  if (!isLawful) return Array.from({ length: random.below(120) }, () => random.pick(PIECES)).join('')
  const field = () => {
    const inner = Array.from({ length: random.below(4) }, () =>
      random.pick(['x', ',', '\n', '\r\n', '""', 'y'.repeat(random.below(70))]),
    )
    return random.below(3) === 0 ? `"${inner.join('')}"` : 'z'.repeat(random.below(40))
  }
  const row = () => Array.from({ length: 1 + random.below(5) }, field).join(',') + random.pick(['\n', '\r\n', '\n\n'])
  return Array.from({ length: 1 + random.below(12) }, row).join('')
}

test('the bytes were compiled from the source as it is', () => {
  const path = join(import.meta.dirname, '../../../packages/scan/src/delimited-kernel-bytes.ts')

  expect(readFileSync(path, 'utf8').startsWith(heading())).toBe(true)
})

test('this machine has the kernel, so what follows compares two ways', () => {
  expect(takeKernel()).toBeDefined()
})

test('property: with the kernel every record, place and error is the same as without, in chunks of every size', () => {
  const random = seeded(20_261_125)
  let refused = 0

  for (let round = 0; round < 600; round += 1) {
    const text = hostile(random, round % 2 === 0)
    const asked = random.pick([undefined, [0], [2, 0], [1, 4]])
    const expected = outcome(text, Number.POSITIVE_INFINITY, undefined, asked)
    if (Array.isArray(expected.at(-1)) && typeof Object(expected.at(-1))[0] === 'string') refused += 1
    for (const chunk of [undefined, 1, 1 + random.below(80), 64]) {
      expect([text, chunk, outcome(text, 0, chunk, asked)]).toEqual([text, chunk, expected])
    }
  }
  expect(refused).toBeGreaterThan(50)
  expect(refused).toBeLessThan(400)
}, 60_000)

test.each([
  'h,i\n"PAD","q",r\n1,2\n',
  'h,i\n"PAD"\n"q",r\n1,2\n',
  'h,i\n"PAD""q",r\n1,2\n',
  'h,i\n"PAD"\r\nq",r\n1,2\n',
  'h,i\n"PAD"\rq,r\n1,2\n',
  'h,i\n"PAD"q,r\n1,2\n',
  'h,i\n"PAD"x"q",r\n1,2\n',
  'h,i\nPAD"q,r",s\n1,2\n',
  'h,i\nPAD,"q,r",s\n1,2\n',
  'h,i\n"PAD\nq",r\n1,2\n',
])('%j is read alike wherever it crosses from one block of 64 bytes to the next', (template) => {
  for (let length = 0; length < 130; length += 1) {
    const text = template.replace('PAD', 'p'.repeat(length))
    expect([text, outcome(text, 0)]).toEqual([text, outcome(text, Number.POSITIVE_INFINITY)])
  }
})

test('a record larger than its memory is read without it, and those behind with it again', () => {
  const large = `a,"${'x,\n'.repeat(150_000)}"\n`
  const text = `h,i\n${'1,2\n'.repeat(40_000)}${large}${'3,"4"\n'.repeat(40_000)}${large}5,6\n`

  const [mine, other] = [0, Number.POSITIVE_INFINITY].map((kernelFrom) => outcome(text, kernelFrom, 50_000, [1]))

  expect(mine?.length).toBe(80_004)
  expect(mine).toEqual(other)
})

test('two scanners at once do not write into the memory of each other', () => {
  const text = (name: string) => `${name},b\n`.repeat(60)
  const seen: Record<string, Set<string | undefined>> = { one: new Set(), two: new Set() }
  const scanners = Object.entries(seen).map(
    ([name, texts]) => [name, new DelimitedScanner((fields) => texts.add(fields.text(0)), { kernelFrom: 0 })] as const,
  )

  for (let round = 0; round < 20; round += 1)
    for (const [name, scanner] of scanners) scanner.push(Buffer.from(text(name)))
  for (const [, scanner] of scanners) scanner.end()

  expect(seen).toEqual({ one: new Set(['one']), two: new Set(['two']) })
})

test.each(Array.from({ length: 80 }, (_, i) => [i]))(
  'a row that is a column short is not plain, whatever the window before has left (%i bytes in a field)',
  (length) => {
    const lines = Array.from(
      { length: 100 },
      (_, i) => `${1_767_225_600_000 + i},12,GET /,200,OK,true,7,${'a'.repeat(length)},b\n`,
    )
    let plain = 0
    const counts: number[] = []
    const scanner = new DelimitedScanner(
      (fields) => {
        counts.push(fields.count)
        scanner.learnLabel(fields.rawStart(2), fields.rawEnd(2), 0)
      },
      { delimiter: ',', kernelFrom: 0 },
    )
    const columns = { width: 9, time: 0, duration: 1, label: 2, success: 5, message: 4, users: 6 }
    scanner.takePlain(columns, (_rows, count) => {
      plain += count
    })

    scanner.push(Buffer.from(lines.join('')))
    // as long as the one in its place before, so that its end is where that one's was
    scanner.push(Buffer.from([...lines.slice(1), lines[0]?.replace(',b', ';b')].join('')))
    scanner.end()

    expect({ plain, counts }).toEqual({ plain: 198, counts: [9, 8] })
  },
)
