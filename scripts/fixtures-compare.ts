import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

/** tool.json of a fixture folder, and the folder. */
export interface Fixture {
  readonly name: string
  readonly kind: 'coverage' | 'load'
  readonly folder: string
  readonly tool: string
  readonly install: string
  readonly needs: readonly string[]
  readonly quick: boolean
}

export interface Compared {
  /** For a person. */
  readonly result: string
  /** What must not be. */
  readonly differs: boolean
}

export const SAME = 'same'

/** Coverage that was made again, with what is committed. */
export function compareCoverage(committed: string, made: string): Compared {
  if (!existsSync(join(committed, 'expected.json'))) return { result: 'new', differs: true }
  if (!isDeepStrictEqual(madeCoverage(made), readExpected(committed)))
    return { result: 'NUMBERS DIFFER', differs: true }
  const files = otherFiles(join(committed, 'reports'), join(made, 'reports'))
  if (files.length === 0) return { result: SAME, differs: false }
  return { result: `numbers same, text differs: ${files.join(', ')}`, differs: false }
}

type Expected = Readonly<Record<'reports' | 'merges', readonly unknown[]>>

function readExpected(fixture: string): Expected {
  const expected: Expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8'))
  return expected
}

/** What make.sh said line by line, as expected.json holds it. */
export function madeCoverage(made: string): Expected {
  const entries = linesOf(made).map((line): object => JSON.parse(line))
  return {
    reports: entries.filter((entry) => !('merge' in entry)),
    merges: entries.filter((entry) => 'merge' in entry),
  }
}

/** One entry of expected.json each. */
export function linesOf(made: string): string[] {
  return readFileSync(join(made, 'expected.jsonl'), 'utf8').trim().split('\n')
}

/** Files of either folder whose text differs in more than times and identities of a run. */
function otherFiles(committed: string, made: string): string[] {
  const files = new Set([...filesOf(committed), ...filesOf(made)])
  return [...files].toSorted().filter((file) => textOf(committed, file) !== textOf(made, file))
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

function textOf(folder: string, file: string): string | undefined {
  const path = join(folder, file)
  return existsSync(path) ? withoutTimes(readFileSync(path, 'utf8')) : undefined
}

function withoutTimes(text: string): string {
  return text
    .replaceAll(/\b(timestamp|generated|clover|start|dump)="[^"]*"/g, '$1=""')
    .replaceAll(/<sessioninfo id="[^"]*"/g, '<sessioninfo id=""')
    .replaceAll(/"timestamp": ?("[^"]*"|\d+)/g, '"timestamp": 0')
}
