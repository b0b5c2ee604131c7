import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** tool.json of a fixture folder, and the folder's name. */
export interface Fixture {
  readonly name: string
  readonly tool: string
  readonly install: string
  readonly needs: readonly string[]
  readonly quick: boolean
}

export interface Difference {
  readonly file: string
}

export interface Expected {
  readonly reports: readonly unknown[]
  readonly merges: readonly unknown[]
}

export function readExpected(fixture: string): Expected {
  const expected: Expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8'))
  return expected
}

/** What make.sh said line by line, as expected.json holds it. */
export function readMade(made: string): Expected {
  const lines = readFileSync(join(made, 'expected.jsonl'), 'utf8').trim().split('\n')
  const entries = lines.map((line): object => JSON.parse(line))
  return {
    reports: entries.filter((entry) => !('merge' in entry)),
    merges: entries.filter((entry) => 'merge' in entry),
  }
}

/** Files of either folder whose text differs in more than times and identities of a run. */
export function compareReports(committed: string, made: string): Difference[] {
  const files = new Set([...filesOf(committed), ...filesOf(made)])
  return [...files].toSorted().flatMap((file) => (textOf(committed, file) === textOf(made, file) ? [] : [{ file }]))
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
