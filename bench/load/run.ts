// The race over a gigabyte of JTL: 7.85 million rows, quoted commas, quoted line breaks. Every tool gives the p95 of the
// successes for every label; the answers are known from the generator and come before any time.
// Peers that are not installed are named and left out: gawk, miller, datamash (Debian), DuckDB (npm, BENCH_DUCKDB).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { best, type Cost, costOf, isInstalled } from '../process-cost.ts'
import { GIGABYTE, generateJtl, type JtlShape, type JtlTruth } from './generate-jtl.ts'
import { type Answer, datamash, duckdb, gawk, miller, ours, type Peer } from './peers.ts'

const RUNS = 3
const temp = mkdtempSync(join(tmpdir(), 'bench-load-'))
process.once('exit', () => rmSync(temp, { recursive: true, force: true }))
for (const name of ['output', 'summary']) writeFileSync(join(temp, name), '')
const report = join(temp, 'run.jtl')
const tenth = join(temp, 'tenth.jtl')

let misses = 0
console.log(`writing ${GIGABYTE.rows} rows to ${report}`)
const truth = generateJtl(report)
const tenthTruth = generateJtl(tenth, { ...GIGABYTE, rows: GIGABYTE.rows / 10 })
console.log(`${(truth.bytes / 1e6).toFixed(0)} MB, ${truth.records} records in ${truth.lines} lines`)

const own = ours(temp, 'run.jtl')
const costs = new Map<string, Cost>()
for (const peer of [own, ...peers()]) costs.set(peer.name, raced(peer, truth))
const cost = costs.get(own.name)
if (cost === undefined) throw new Error('ours was not run: npm run build -- perf-threshold-gate')
hold('wall time against DuckDB', ratio(cost, 'DuckDB', 'seconds'), 0.6, 'x')
hold('processor time against DuckDB', ratio(cost, 'DuckDB', 'processorSeconds'), 1, 'x')
hold('peak memory', cost.peakMb, 100, 'MB')
growth(cost)
shapes()
process.exitCode = misses === 0 ? 0 : 1

function peers(): Peer[] {
  const all = [gawk(report), miller(report), datamash(report)].filter(({ name, program }) =>
    isHere(name, isInstalled(program)),
  )
  const module = duckdbModule()
  return isHere('DuckDB', module !== undefined) && module !== undefined ? [duckdb(module, report), ...all] : all
}

function duckdbModule(): string | undefined {
  try {
    return createRequire(join(process.env['BENCH_DUCKDB'] ?? process.cwd(), 'x.js')).resolve('@duckdb/node-api')
  } catch {
    return undefined
  }
}

function isHere(name: string, isThere: boolean): boolean {
  if (!isThere) console.log(`not installed: ${name}`)
  return isThere
}

/** The fastest of some runs; a tool that takes half a minute is not slow by chance. */
function raced(peer: Peer, expected: JtlTruth): Cost {
  const runs: Cost[] = []
  while (runs.length < RUNS && (runs[0]?.seconds ?? 0) < 20) {
    // a second verdict of one job would get another name
    rmSync(join(temp, 'hardgate'), { recursive: true, force: true })
    runs.push(costOf({ cwd: temp, ...peer }))
  }
  const quickest = best(runs)
  if (quickest.status !== 0)
    throw new Error(`${peer.name} ended with ${quickest.status}\n${quickest.stdout}${quickest.stderr}`.slice(0, 4000))
  const wrong = mistakes(peer.answers(quickest), expected)
  const verdict = wrong.length === 0 ? 'right' : `WRONG for ${wrong.length} labels, such as ${wrong[0]}`
  console.log(
    `      ${peer.name.padEnd(20)} ${quickest.seconds.toFixed(2).padStart(7)} s ${quickest.processorSeconds.toFixed(2).padStart(7)} s of processors ${quickest.peakMb.toFixed(0).padStart(6)} MB  ${verdict}`,
  )
  if (peer.program === process.execPath && peer.name !== 'DuckDB' && wrong.length > 0) misses += 1
  return quickest
}

function mistakes(answers: ReadonlyMap<string, Answer>, { labels }: JtlTruth): string[] {
  return Object.entries(labels).flatMap(([label, expected]) => {
    const got = answers.get(label)
    if (got === undefined) return [`${label}: no answer`]
    const { p95Ms, requests = expected.requests, failures = expected.failures } = got
    const isRight = p95Ms === expected.p95Ms && requests === expected.requests && failures === expected.failures
    return isRight
      ? []
      : [`${label}: p95 ${p95Ms}, it is ${expected.p95Ms}; ${requests} requests, they are ${expected.requests}`]
  })
}

function ratio(one: Cost, peer: string, what: 'seconds' | 'processorSeconds'): number | undefined {
  const other = costs.get(peer)
  return other === undefined ? undefined : one[what] / other[what]
}

function growth(whole: Cost): void {
  const small = raced({ ...ours(temp, 'tenth.jtl'), name: 'ours, a tenth of it' }, tenthTruth)
  generateJtl(join(temp, 'tiny.jtl'), { ...GIGABYTE, rows: 5000 })
  const start = best(Array.from({ length: RUNS }, () => costOf(ours(temp, 'tiny.jtl'))))
  hold(
    'ten times the input, time without the start',
    (whole.seconds - start.seconds) / (small.seconds - start.seconds),
    10.5,
    'x',
  )
  hold('ten times the input, memory', whole.peakMb / small.peakMb, 1.2, 'x')
}

/** The same run as a tenth of it in the other forms that JMeter writes: right all the same. */
function shapes(): void {
  const tenthRows = GIGABYTE.rows / 10
  const write = (name: string, shape: Partial<JtlShape>): JtlTruth =>
    generateJtl(join(temp, name), { ...GIGABYTE, rows: tenthRows, ...shape })
  const crlf = write('crlf.jtl', { lineEnd: '\r\n' })
  raced({ ...ours(temp, 'crlf.jtl'), name: 'a tenth, CRLF' }, crlf)
  const tabs = write('tabs.jtl', { delimiter: '\t' })
  raced({ ...ours(temp, 'tabs.jtl'), name: 'a tenth, tabs' }, tabs)
  const bare = write('bare.jtl', { hasHeader: false })
  raced({ ...ours(temp, 'bare.jtl', { format: 'jmeter-csv' }), name: 'a tenth, no header' }, bare)
  execFileSync('gzip', ['-1', tenth])
  raced({ ...ours(temp, 'tenth.jtl.gz'), name: 'a tenth, gzip' }, tenthTruth)
}

function hold(what: string, value: number | undefined, limit: number, unit: string): void {
  if (value === undefined) return console.log(`--    ${what}: the peer is not installed`)
  if (!(value <= limit)) misses += 1
  console.log(`${value <= limit ? 'ok  ' : 'MISS'}  ${what}: ${value.toFixed(3)} ${unit} (target ${limit.toFixed(3)})`)
}
