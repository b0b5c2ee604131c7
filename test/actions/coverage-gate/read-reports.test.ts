import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeClock, fakeFrame } from '@hardgate/fakes'
import { afterEach, expect, test } from '@jest/globals'
import { readReports } from '../../../actions/coverage-gate/src/read-reports.ts'
import { covered, lcov } from './reports.ts'
import { removeTemporary, temporary } from './world.ts'

afterEach(removeTemporary)

/** Each look at the clock is six seconds later. */
function slowClock() {
  let now = 0
  return { ...fakeClock(), monotonic: () => (now += 6000) }
}

async function read(texts: Readonly<Record<string, string>>) {
  const workspace = temporary()
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(workspace, name), text)
  const frame = fakeFrame()
  const taken: string[] = []
  const reading = await readReports({
    globs: ['*.info'],
    format: 'auto',
    workspace,
    signal: frame.signal,
    clock: slowClock(),
    log: frame.log,
    take: async ({ path }, files) => {
      taken.push(`${path}: ${files.map((file) => file.path).join(' ')}`)
    },
  })
  return { reading, taken, lines: frame.lines.map(({ text }) => text) }
}

const text = lcov({ 'app/a.py': { lines: covered(8, 10) } })

test('a report has the hash of its bytes and its own counts, and its files are handed on', async () => {
  const { reading, taken } = await read({ 'a.info': text })

  expect(reading.reports).toMatchObject([
    {
      path: 'a.info',
      sha256: createHash('sha256').update(text).digest('hex'),
      counted: { lines: { covered: 8, total: 10 } },
      fileCount: 1,
    },
  ])
  expect(taken).toEqual(['a.info: app/a.py'])
})

test('the same bytes a second time are not handed on', async () => {
  const { reading, taken } = await read({ 'a.info': text, 'b.info': text })

  expect(taken).toEqual(['a.info: app/a.py'])
  expect(reading.twins).toEqual([{ path: 'b.info', sameAs: 'a.info' }])
})

test('one that cannot be read does not keep the others from being read', async () => {
  const { reading, taken } = await read({ 'a.info': 'SF:app/a.py\nDA:1', 'b.info': text })

  expect(reading.refused.map(({ path, code }) => [path, code])).toEqual([['a.info', 'truncated-report']])
  expect(taken).toEqual(['b.info: app/a.py'])
})

test('a long read says how far it is', async () => {
  const { lines } = await read({ 'a.info': text })

  expect(lines).toEqual(['Reading a.info: 0 of 0 MB after 6 s.', 'Read a.info: LCOV, 1 file, 10 lines.'])
})
