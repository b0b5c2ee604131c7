import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

const consumer = join(import.meta.dirname, '../../examples/consumer')
const patches = readdirSync(join(consumer, 'mutants'))
let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'consumer-'))
  cpSync(consumer, copy, { recursive: true })
  execFileSync('git', ['init', '-q'], { cwd: copy })
})
afterAll(() => rmSync(copy, { recursive: true }))

test.each(patches)(
  '%s still breaks the service as it is: it applies without fuzz, and to the service only',
  (patch) => {
    execFileSync('git', ['apply', '--check', join('mutants', patch)], { cwd: copy })

    const changed = execFileSync('git', ['apply', '--numstat', join('mutants', patch)], { cwd: copy, encoding: 'utf8' })
    expect(changed.trim().split('\n').map(pathOf).filter(isOfNoService)).toEqual([])
  },
)

test('the README tells of each bad commit, and of no other', () => {
  const readme = readFileSync(join(consumer, 'README.md'), 'utf8').split('## Bad commits')[1]

  const told = [...(readme ?? '').matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => `${name}.patch`)
  expect(told.toSorted()).toEqual(patches.toSorted())
})

test('each version of a Python package is exact, and named once', () => {
  const files = ['requirements.txt', 'requirements-dev.txt'].map((file) => readFileSync(join(consumer, file), 'utf8'))
  const lines = files
    .flatMap((text) => text.split('\n'))
    .filter((line) => !/^(?:#.*|-r requirements\.txt|)$/.test(line))

  expect(lines.filter((line) => !/^[A-Za-z0-9._-]+(?:\[[a-z]+\])?==[0-9][0-9a-z.]*$/.test(line))).toEqual([])
  const names = lines.map((line) => line.replace(/(?:\[.*\])?==.*/, '').toLowerCase())
  expect(names).toEqual([...new Set(names)])
})

/** Of a line of numstat: what was added and removed, then the path. */
function pathOf(line: string): string {
  return line.split('\t').at(-1) ?? ''
}

/** A bad commit that changed a test or the workflow would be caught by nothing but itself. */
function isOfNoService(path: string): boolean {
  return !/^(?:app|migrations)\//.test(path)
}
