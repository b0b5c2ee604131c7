// What each tool makes of the same JTL: for every label the requests, the failures and the p95 of the successes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cost, Program } from '../process-cost.ts'

/** `requests` and `failures` only of a tool that counts them in the same run. */
export interface Answer {
  readonly p95Ms: number
  readonly requests?: number
  readonly failures?: number
}

export interface Peer extends Program {
  readonly answers: (cost: Cost) => ReadonlyMap<string, Answer>
}

const root = join(import.meta.dirname, '../..')

/** The built action, as the runner starts it. */
export function ours(temp: string, report: string, more: Readonly<Record<string, string>> = {}): Peer {
  const inputs = {
    report,
    'p95-under': '1h',
    'max-error-rate': '100%',
    thresholds: '**: p95 < 1h\n**: error_rate <= 100%\n**: requests > 0',
    confidence: 'off',
    ...more,
  }
  return {
    name: 'perf-threshold-gate',
    program: process.execPath,
    args: [join(root, 'dist/perf-threshold-gate/index.js')],
    cwd: temp,
    env: {
      ...Object.fromEntries(Object.entries(inputs).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value])),
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
      GITHUB_WORKSPACE: temp,
      GITHUB_REPOSITORY: 'bench/bench',
      RUNNER_TEMP: temp,
    },
    answers: () => answersOf(JSON.parse(readFileSync(join(temp, 'hardgate/perf-threshold-gate.json'), 'utf8'))),
  }
}

interface OurMeasurement {
  readonly metric: string
  readonly scope?: string
  readonly value: number
  readonly ratio?: { readonly numerator: number; readonly denominator: number }
}

function answersOf({ measurements }: { readonly measurements: readonly OurMeasurement[] }): Map<string, Answer> {
  const labels = new Set(measurements.flatMap(({ scope }) => (scope === undefined ? [] : [scope])))
  return new Map(
    [...labels].map((label) => {
      const one = (metric: string): OurMeasurement | undefined =>
        measurements.find((each) => each.metric === metric && each.scope === label)
      const { numerator = Number.NaN, denominator = Number.NaN } = one('error_rate')?.ratio ?? {}
      return [label, { requests: denominator, failures: numerator, p95Ms: one('p95')?.value ?? Number.NaN }]
    }),
  )
}

const DUCKDB = `
const { DuckDBInstance } = await import(process.argv[1])
const connection = await (await DuckDBInstance.create()).connect()
const reader = await connection.runAndReadAll(\`
  SELECT label, quantile_disc(elapsed, 0.95) FILTER (success) AS p95,
         count(*) AS requests, count(*) FILTER (NOT success) AS failures
  FROM read_csv('\${process.argv[2]}', header = true, quote = '"', escape = '"', new_line = '\\\\n')
  GROUP BY label\`)
for (const row of reader.getRows()) console.log(row.map(String).join('\\t'))
`

/** The fastest engine for files of this kind; `module` is where @duckdb/node-api lies. */
export const duckdb = (module: string, report: string): Peer => ({
  name: 'DuckDB',
  program: process.execPath,
  args: ['--input-type=module', '-e', DUCKDB, module, report],
  answers: ({ stdout }) => tableOf(stdout),
})

// The usual one-liner: it splits at every comma and takes every line for a record.
const AWK = `NR > 1 { n[$3]++; if ($8 != "true") f[$3]++; else { ok[$3]++; h[$3][$2 + 0]++ } }
END {
  PROCINFO["sorted_in"] = "@ind_num_asc"
  for (l in n) {
    p = "-"; below = 0
    if (l in h) for (v in h[l]) { below += h[l][v]; if (below >= 0.95 * ok[l]) { p = v; break } }
    print l "\\t" p "\\t" n[l] "\\t" f[l] + 0
  }
}`

export const gawk = (report: string): Peer => ({
  name: 'gawk',
  program: 'gawk',
  args: ['-F,', AWK, report],
  answers: ({ stdout }) => tableOf(stdout),
})

export const miller = (report: string): Peer => ({
  name: 'miller',
  program: 'mlr',
  args: [
    '--icsv',
    '--onidx',
    '--ofs',
    'tab',
    'filter',
    '$success == "true"',
    'then',
    'stats1',
    '-a',
    'p95',
    '-f',
    'elapsed',
    '-g',
    'label',
    report,
  ],
  answers: ({ stdout }) => tableOf(stdout),
})

// It cannot filter, and it knows no quotes: the p95 of everything by label.
export const datamash = (report: string): Peer => ({
  name: 'datamash',
  program: 'datamash',
  args: ['-t,', '-s', '--header-in', '-g', '3', 'perc:95', '2'],
  stdin: report,
  answers: ({ stdout }) => tableOf(stdout.replace(/^(.*),([\d.]+)$/gm, '$1\t$2')),
})

function tableOf(text: string): Map<string, Answer> {
  const rows = text.split('\n').map((line) => line.split('\t'))
  return new Map(
    rows.flatMap(([label, p95, requests, failures]) => {
      if (label === undefined || p95 === undefined) return []
      const counts = requests === undefined ? {} : { requests: Number(requests), failures: Number(failures) }
      return [[label, { p95Ms: Number(p95), ...counts }]]
    }),
  )
}
