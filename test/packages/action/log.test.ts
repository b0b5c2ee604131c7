import { expect, test } from '@jest/globals'
import { createLog } from '../../../packages/action/src/log.ts'

interface Issued {
  readonly kind: string
  readonly message: string
  readonly properties: unknown
}

function recorded(redact: (text: string) => string = (text) => text) {
  const issued: Issued[] = []
  const written: string[] = []
  const issue = (kind: string) => (message: string | Error, properties?: unknown) => {
    issued.push({ kind, message: String(message), properties })
  }
  const runner = { error: issue('error'), warning: issue('warning'), notice: issue('notice') }
  return { issued, written, log: createLog(runner, redact, (text) => written.push(text)) }
}

test('a message is cut where the runner would cut it, and stands whole in the log', () => {
  const { issued, written, log } = recorded()
  log.error('x'.repeat(5000))

  expect(written).toEqual(['x'.repeat(5000)])
  expect(issued[0]?.message).toBe(`${'x'.repeat(4095)}…`)
})

test('a secret is replaced before the cut, so that no half of it stays', () => {
  const { issued, log } = recorded((text) => text.replaceAll('secret', '***'))
  log.error(`${'x'.repeat(4092)}secret`)

  expect(issued[0]?.message).toBe(`${'x'.repeat(4092)}***`)
})

test('a secret that an invisible character keeps apart is replaced too', () => {
  const { written, log } = recorded((text) => text.replaceAll('secret', '***'))
  log.info('sec\u200Bret')

  expect(written).toEqual(['***'])
})

test('a place marks a line; a line break in a file name does not reach the command', () => {
  const { issued, log } = recorded()
  log.warning('w', { file: 'a\n::error::b.ts', line: 7 })
  log.notice('n', { file: 'b.ts' })

  expect(issued).toEqual([
    { kind: 'warning', message: 'w', properties: { file: expect.not.stringMatching(/\n|^::/), startLine: 7 } },
    { kind: 'notice', message: 'n', properties: { file: 'b.ts' } },
  ])
})

test('each kind has ten annotations of its own; the others are lines, and are counted', () => {
  const { issued, written, log } = recorded()
  for (let index = 0; index < 12; index += 1) log.warning(`w${index}`, { file: 'a.ts', line: index })
  log.error('e')

  expect(issued.map(({ message }) => message)).toEqual([...Array.from({ length: 10 }, (_, index) => `w${index}`), 'e'])
  expect(written).toEqual(['warning: a.ts:10: w10', 'warning: a.ts:11: w11'])
  expect([...log.left()]).toEqual([['warning', 2]])
})

test('the line that must be seen is a notice where its own kind is used up', () => {
  const { issued, log } = recorded()
  log.announce('error', 'first')
  for (let index = 0; index < 9; index += 1) log.error('e')
  log.announce('error', 'reason')

  expect(issued[0]).toMatchObject({ kind: 'error', message: 'first' })
  expect(issued.at(-1)).toMatchObject({ kind: 'notice', message: 'reason' })
})
