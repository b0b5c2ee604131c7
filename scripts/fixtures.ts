// npm run fixtures [-- tool … --quick --write]: makes the coverage reports under test/fixtures/coverage again, with the
// real tools, and compares them with the committed ones.
//   tool …   only these folders; without a name all of them
//   --quick  only the tools that install within seconds
//   --write  replaces the committed reports, expected.json and the table in the README
//   --tools=FOLDER  where the tools are installed, kept for the next run; otherwise a folder that is removed at the end
// Ends with 1 when the numbers differ, or when a tool fails that was named or is quick.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  compareReports,
  type Difference,
  type Expected,
  type Fixture,
  readExpected,
  readMade,
} from './fixtures-compare.ts'

const folder = join(import.meta.dirname, '../test/fixtures/coverage')
const words = process.argv.slice(2)
const names = words.filter((word) => !word.startsWith('--'))
const SAME = 'same'
const isQuick = words.includes('--quick')
const isWriting = words.includes('--write')
const toolsOption = words.find((word) => word.startsWith('--tools='))?.slice('--tools='.length)

interface Row {
  readonly tool: string
  readonly version: string
  readonly seconds: string
  readonly result: string
  readonly isBad: boolean
}

const all: Fixture[] = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'make.sh')))
  .map((name) => ({ name, ...JSON.parse(readFileSync(join(folder, name, 'tool.json'), 'utf8')) }))
const unknown = names.filter((name) => !all.some((fixture) => fixture.name === name))
if (unknown.length > 0) {
  console.error(`No fixture is called ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
const chosen = all.filter(({ name, quick }) => (names.length === 0 ? !isQuick || quick : names.includes(name)))

const temporary = mkdtempSync(join(tmpdir(), 'hardgate-fixtures-made-'))
const tools = resolve(toolsOption ?? join(temporary, 'tools'))
let rows: Row[]
try {
  rows = chosen.map(remake)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
if (isWriting) writeReadme()
console.log(
  `\n${table(
    ['fixture', 'tool', 'seconds', 'result'],
    rows.map((row) => [row.tool, row.version, row.seconds, row.result]),
  )}`,
)
if (rows.some((row) => row.isBad)) process.exitCode = 1

function remake(fixture: Fixture): Row {
  const made = join(temporary, fixture.name)
  const start = performance.now()
  const missing = fixture.needs.filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)
  const failure = missing.length > 0 ? `needs ${missing.join(', ')}` : runMake(fixture.name, made)
  const row = { tool: fixture.name, version: fixture.tool, seconds: ((performance.now() - start) / 1000).toFixed(1) }
  console.log(`${row.tool}: ${row.seconds} s${failure === undefined ? '' : `, ${failure}`}`)
  if (failure !== undefined) return { ...row, result: `not made: ${failure}`, isBad: isQuick || names.length > 0 }

  rmSync(join('/tmp/hardgate-fixtures', fixture.name), { recursive: true, force: true }) // kept where it failed, to look at
  const result = compare(fixture.name, made)
  if (isWriting && result.result !== SAME) replace(fixture.name, made) // or only times would change
  return { ...row, ...result }
}

/** undefined: made. Otherwise why not. */
function runMake(name: string, made: string): string | undefined {
  const { status, signal, stdout, stderr } = spawnSync('sh', [join(folder, name, 'make.sh')], {
    env: { ...process.env, TOOLS: tools, OUT: made },
    encoding: 'utf8',
    timeout: 15 * 60_000,
    maxBuffer: 64 * 1_048_576,
  })
  if (status === 0) return undefined
  process.stderr.write(`${stdout.slice(-4000)}\n${stderr.slice(-4000)}\n`)
  const lastLine = stderr.trim().split('\n').at(-1) ?? ''
  return `make.sh ended with ${status ?? signal}: ${lastLine.slice(0, 200)}`
}

function compare(name: string, made: string): { result: string; isBad: boolean } {
  const now = readMade(made)
  if (!existsSync(join(folder, name, 'expected.json'))) return { result: 'new', isBad: !isWriting }
  if (!isDeepStrictEqual(now, readExpected(join(folder, name)))) return { result: 'NUMBERS DIFFER', isBad: !isWriting }
  const differences: Difference[] = compareReports(join(folder, name, 'reports'), join(made, 'reports'))
  if (differences.length === 0) return { result: SAME, isBad: false }
  return { result: `numbers same, text differs: ${differences.map(({ file }) => file).join(', ')}`, isBad: false }
}

function replace(name: string, made: string): void {
  const reports = join(folder, name, 'reports')
  rmSync(reports, { recursive: true, force: true })
  cpSync(join(made, 'reports'), reports, { recursive: true })
  writeFileSync(join(folder, name, 'expected.json'), textOfExpected(readMade(made)))
}

/** One report a line. */
function textOfExpected({ reports, merges }: Expected): string {
  const list = (entries: readonly unknown[]): string =>
    entries.map((entry) => `\n    ${JSON.stringify(entry)}`).join(',')
  return `{\n  "reports": [${list(reports)}\n  ],\n  "merges": [${list(merges)}${merges.length === 0 ? '' : '\n  '}]\n}\n`
}

function writeReadme(): void {
  const path = join(folder, 'README.md')
  const lines = all.map((fixture) => [
    `[${fixture.name}](${fixture.name}/make.sh)`,
    fixture.tool,
    `\`${fixture.install}\``,
    fixture.quick ? 'yes' : '',
  ])
  const written = `| folder | tool | install | quick |\n| --- | --- | --- | --- |\n${lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}`
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace(/(<!-- tools:start -->\n)[\s\S]*(<!-- tools:end -->)/, `$1${written}$2`))
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [head, ...body].map(line).join('\n')
}
