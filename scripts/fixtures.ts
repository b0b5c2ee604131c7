// npm run fixtures [-- tool … --quick --write]: makes the reports under test/fixtures/coverage and test/fixtures/load
// again, with the real tools. Coverage is compared with what is committed; a load test never gives the same numbers twice,
// so its new reports are held against what the tool printed and what the server counted in that same run.
//   tool …   only these folders; without a name all of them
//   --quick  only the tools that install within seconds
//   --write  replaces the committed reports, expected.json and the tables in the READMEs
//   --tools=FOLDER  where the tools are installed, kept for the next run; otherwise a folder that is removed at the end
// Ends with 1 when numbers differ, or when a tool fails that was named or is quick.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Compared, compareCoverage, type Fixture, madeCoverage, SAME } from './fixtures-compare.ts'
import { compareLoad, madeLoad } from './fixtures-load.ts'

const root = join(import.meta.dirname, '../test/fixtures')
const KINDS = ['coverage', 'load'] as const
const words = process.argv.slice(2)
const names = words.filter((word) => !word.startsWith('--'))
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

const all: Fixture[] = KINDS.flatMap((kind) =>
  readdirSync(join(root, kind))
    .map((name) => ({ name, kind, folder: join(root, kind, name) }))
    .filter(({ folder }) => existsSync(join(folder, 'make.sh')))
    .map((place) => ({ ...place, ...JSON.parse(readFileSync(join(place.folder, 'tool.json'), 'utf8')) })),
)
const unknown = names.filter((name) => !all.some((fixture) => fixture.name === name))
if (unknown.length > 0) {
  console.error(`No fixture is called ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
const chosen = all.filter(({ name, quick }) => (names.length === 0 ? !isQuick || quick : names.includes(name)))

const temporary = mkdtempSync(join(tmpdir(), 'hardgate-fixtures-made-'))
const tools = resolve(toolsOption ?? join(temporary, 'tools'))
const rows: Row[] = []
try {
  for (const fixture of chosen) rows.push(await remake(fixture))
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
if (isWriting) for (const kind of KINDS) writeReadme(kind)
console.log(
  `\n${table(
    ['fixture', 'tool', 'seconds', 'result'],
    rows.map((row) => [row.tool, row.version, row.seconds, row.result]),
  )}`,
)
if (rows.some((row) => row.isBad)) process.exitCode = 1

async function remake(fixture: Fixture): Promise<Row> {
  const made = join(temporary, fixture.name)
  const start = performance.now()
  const missing = fixture.needs.filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)
  const failure = missing.length > 0 ? `needs ${missing.join(', ')}` : runMake(fixture, made)
  const row = { tool: fixture.name, version: fixture.tool, seconds: ((performance.now() - start) / 1000).toFixed(1) }
  console.log(`${row.tool}: ${row.seconds} s${failure === undefined ? '' : `, ${failure}`}`)
  if (failure !== undefined) return { ...row, result: `not made: ${failure}`, isBad: isQuick || names.length > 0 }

  rmSync(join('/tmp/hardgate-fixtures', fixture.name), { recursive: true, force: true }) // kept where it failed, to look at
  const { result, differs } = await compare(fixture, made)
  if (isWriting && result !== SAME) replace(fixture, made) // or only times would change
  return { ...row, result, isBad: differs }
}

/** undefined: made. Otherwise why not. */
function runMake({ folder }: Fixture, made: string): string | undefined {
  const { status, signal, stdout, stderr } = spawnSync('sh', [join(folder, 'make.sh')], {
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

async function compare(fixture: Fixture, made: string): Promise<Compared> {
  if (fixture.kind === 'load') return compareLoad(made)
  const { result, differs } = compareCoverage(fixture.folder, made)
  return { result, differs: differs && !isWriting }
}

function replace({ kind, folder }: Fixture, made: string): void {
  for (const name of ['reports', 'books']) {
    rmSync(join(folder, name), { recursive: true, force: true })
    if (existsSync(join(made, name))) cpSync(join(made, name), join(folder, name), { recursive: true })
  }
  writeFileSync(join(folder, 'expected.json'), textOfExpected(kind === 'load' ? madeLoad(made) : madeCoverage(made)))
}

/** One report a line. */
function textOfExpected(expected: Readonly<Record<string, readonly unknown[]>>): string {
  const lists = Object.entries(expected).map(([name, entries]) => {
    const lines = entries.map((entry) => `\n    ${JSON.stringify(entry)}`)
    return `  "${name}": [${lines.join(',')}${lines.length === 0 ? '' : '\n  '}]`
  })
  return `{\n${lists.join(',\n')}\n}\n`
}

function writeReadme(kind: string): void {
  const path = join(root, kind, 'README.md')
  const fixtures = all.filter((fixture) => fixture.kind === kind)
  const lines = fixtures.map((fixture) => [
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
