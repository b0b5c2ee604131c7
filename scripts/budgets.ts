// Budgets of size and cold start, and what a bundle may not hold. Prints a table; returns the problems.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const KB = 1000
const INDEX_MAX = 200 * KB
const FOLDER_MAX = 500 * KB
/** One that runs in every job of everybody has to be smaller. */
const FOLDER_MAX_OF: ReadonlyMap<string, number> = new Map([['metrics-reporter', 300 * KB]])
const DIST_MAX = 5000 * KB
/** Over `node -e 0`, in the median of interleaved runs, on a machine where that takes 26 ms; a slower one has as much more. */
const COLD_START_MAX_MS = 35
const BARE_MS = 26
const RUNS = 21
/** Other work on the machine only ever adds time, so a budget that holds once holds. */
const ROUNDS = 3

/** One line a problem. */
export function sizeProblems(dist: string, actions: readonly string[]): string[] {
  const problems: string[] = []
  for (const name of actions) {
    const index = statSync(join(dist, name, 'index.js')).size
    const folder = sizeOf(join(dist, name))
    console.log(`  ${name.padEnd(28)} index.js ${kilobytes(index)}  folder ${kilobytes(folder)}`)
    if (index > INDEX_MAX) problems.push(`dist/${name}/index.js: ${kilobytes(index)}, budget ${kilobytes(INDEX_MAX)}`)
    const most = FOLDER_MAX_OF.get(name) ?? FOLDER_MAX
    if (folder > most) problems.push(`dist/${name}: ${kilobytes(folder)}, budget ${kilobytes(most)}`)
  }
  const whole = sizeOf(dist)
  if (whole > DIST_MAX) problems.push(`dist: ${kilobytes(whole)}, budget ${kilobytes(DIST_MAX)}`)
  return problems
}

/**
 * An ESM import of a builtin loads Node's own undici (+60 ms); a bundled undici costs 900 kB; a module that ncc did not
 * find is an `eval("require")`, which fails only when it runs.
 */
export function contentProblems(dist: string, actions: readonly string[]): string[] {
  return actions.flatMap((name) =>
    readdirSync(join(dist, name))
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => {
        const source = readFileSync(join(dist, name, file), 'utf8')
        const found = [/\bfrom\s*"(?:node:)?https?"/, /undici\/lib/, /eval\("require"\)/].filter((pattern) =>
          pattern.test(source),
        )
        return found.map((pattern) => `dist/${name}/${file} holds ${String(pattern)}`)
      }),
  )
}

/** Every bundle ends at its first input error here: an unknown input, which all of them refuse. */
export function coldStartProblems(dist: string, actions: readonly string[]): string[] {
  let problems = coldStartRound(dist, actions)
  for (let round = 2; round <= ROUNDS && problems.length > 0; round++) {
    console.log(`  over the budget: round ${round} of ${ROUNDS}`)
    problems = coldStartRound(dist, actions)
  }
  return problems
}

function coldStartRound(dist: string, actions: readonly string[]): string[] {
  const temp = mkdtempSync(join(tmpdir(), 'cold-start-'))
  try {
    const bare: number[] = []
    const times = new Map<string, number[]>(actions.map((name) => [name, []]))
    for (let run = 0; run < RUNS; run++) {
      bare.push(timed(['-e', '0'], temp).ms)
      for (const [name, list] of times) list.push(coldStart(dist, name, temp))
    }
    return [...times].flatMap(([name, list]) => {
      const over = median(list) - median(bare)
      const ratio = (median(list) / median(bare)).toFixed(2)
      console.log(
        `  ${name.padEnd(28)} ${median(list).toFixed(1)} ms, ${ratio} x node -e 0 (${median(bare).toFixed(1)} ms), ${over.toFixed(1)} ms over`,
      )
      const budget = COLD_START_MAX_MS * Math.max(1, median(bare) / BARE_MS)
      if (over <= budget) return []
      return [`dist/${name}: cold start ${over.toFixed(1)} ms over node -e 0, budget ${budget.toFixed(1)} ms`]
    })
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

function coldStart(dist: string, name: string, temp: string): number {
  const { ms, output } = timed([join(dist, name, 'index.js')], temp)
  if (!output.includes('no-such-input')) throw new Error(`dist/${name} did not refuse an unknown input:\n${output}`)
  return ms
}

function timed(args: readonly string[], temp: string): { ms: number; output: string } {
  const outputs = join(temp, 'output')
  writeFileSync(outputs, '')
  const env = { PATH: process.env['PATH'], RUNNER_TEMP: temp, GITHUB_OUTPUT: outputs, 'INPUT_NO-SUCH-INPUT': 'x' }
  const start = process.hrtime.bigint()
  const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, output: stdout + stderr }
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
const kilobytes = (bytes: number): string => `${(bytes / KB).toFixed(1)} kB`.padStart(9)

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
