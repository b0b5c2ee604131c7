// Side by side with the tools that read the same reports: a 204 MB Cobertura and the same as 71 MB of LCOV, 7340 files.
// Peers that are not installed are named and left out: xmllint, lcov (Debian), diff-cover (PyPI), grcov (cargo).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { best, type Cost, costOf, isInstalled } from '../process-cost.ts'
import { totalsOf, writeCobertura, writeLcov, writeRepository } from './generate.ts'
import { diffCover, grcov, lcov, ours, type Peer, saxes, xmllint } from './peers.ts'

const FILES = 7340
const RUNS = 3
const temp = mkdtempSync(join(tmpdir(), 'bench-coverage-'))
process.once('exit', () => rmSync(temp, { recursive: true, force: true }))
const repository = join(temp, 'repository')
mkdirSync(repository)
for (const name of ['output', 'summary']) writeFileSync(join(temp, name), '')

let misses = 0
console.log(`writing ${FILES} files and their reports to ${temp}`)
writeRepository(repository, FILES)
writeCobertura(join(repository, 'coverage.xml'), FILES, 1)
writeLcov(join(repository, 'lcov.info'), FILES, 1)

const own = { cobertura: ours('cobertura', repository, 'coverage.xml'), lcov: ours('lcov', repository, 'lcov.info') }
const costs = sideBySide([
  own.cobertura,
  xmllint,
  saxes,
  diffCover(at('DIFF_COVER', 'diff-cover')),
  own.lcov,
  grcov(at('GRCOV', 'grcov'), repository),
  lcov,
])
const cobertura = costOfOurs(own.cobertura)
const records = costOfOurs(own.lcov)
hold('Cobertura, time against xmllint --stream', ratio(cobertura, xmllint.name, 'seconds'), 0.5, 'x')
hold('Cobertura, time against diff-cover', ratio(cobertura, 'diff-cover', 'seconds'), 1 / 8, 'x')
hold('Cobertura, memory against diff-cover', ratio(cobertura, 'diff-cover', 'peakMb'), 1 / 5, 'x')
hold('Cobertura, peak memory', cobertura.peakMb, 250, 'MB')
hold('LCOV, time against grcov', ratio(records, 'grcov', 'seconds'), 1, 'x')
hold('LCOV, memory against grcov', ratio(records, 'grcov', 'peakMb'), 0.5, 'x')
hold('LCOV, time against lcov --summary', ratio(records, lcov.name, 'seconds'), 0.1, 'x')
growth()
start()
process.exitCode = misses === 0 ? 0 : 1

function at(variable: string, fallback: string): string {
  return process.env[`BENCH_${variable}`] ?? fallback
}

/** In turns, so that a slow moment of the machine hits all; then the totals must agree before any time counts. */
function sideBySide(peers: readonly Peer[]): ReadonlyMap<string, Cost> {
  const present = peers.filter(({ name, program }) => isHere(name, program))
  const runs = new Map<string, Cost[]>()
  for (let run = 0; run < RUNS; run += 1)
    for (const peer of present) {
      // a peer that takes half a minute is not slower by chance
      if ((runs.get(peer.name)?.[0]?.seconds ?? 0) > 10) continue
      runs.set(peer.name, [...(runs.get(peer.name) ?? []), checked(peer)])
    }
  const quickest = new Map([...runs].map(([name, all]) => [name, best(all)]))
  for (const { name, seconds, peakMb } of quickest.values())
    console.log(`      ${name.padEnd(32)} ${seconds.toFixed(2).padStart(7)} s ${peakMb.toFixed(0).padStart(6)} MB`)
  return quickest
}

function isHere(name: string, program: string): boolean {
  const isThere = isInstalled(program)
  if (!isThere) console.log(`not installed: ${name}`)
  return isThere
}

function checked(peer: Peer): Cost {
  // a second verdict of one job would get another name
  rmSync(join(temp, 'hardgate'), { recursive: true, force: true })
  const cost = costOf({ cwd: repository, ...peer })
  if (cost.status !== 0)
    throw new Error(`${peer.name} ended with ${cost.status}\n${cost.stdout}${cost.stderr}`.slice(0, 4000))
  const counted = peer.lines?.(cost)
  const { linesCovered, linesTotal } = totalsOf(FILES, 1)
  if (peer.lines !== undefined && (counted?.linesCovered !== linesCovered || counted.linesTotal !== linesTotal))
    throw new Error(`${peer.name} counts ${JSON.stringify(counted)}, and it is ${linesCovered} of ${linesTotal}`)
  return cost
}

function costOfOurs({ name }: Peer): Cost {
  const cost = costs.get(name)
  if (cost === undefined) throw new Error(`${name} was not run: npm run build -- coverage-gate`)
  return cost
}

function ratio(cost: Cost, peer: string, what: 'seconds' | 'peakMb'): number | undefined {
  const other = costs.get(peer)
  return other === undefined ? undefined : cost[what] / other[what]
}

/** Ten times the input: as many files more in one report, and ten shards of the same files. */
function growth(): void {
  const small = join(temp, 'small')
  mkdirSync(small)
  writeRepository(small, FILES / 10)
  for (let shard = 1; shard <= 10; shard += 1) writeCobertura(join(small, `shard${shard}.xml`), FILES / 10, shard)
  const bare = fastest(ours('cobertura', small, 'shard1.xml', { thresholds: '' }), small)
  const tiny = join(temp, 'tiny')
  mkdirSync(tiny)
  writeRepository(tiny, 1)
  writeCobertura(join(tiny, 'coverage.xml'), 1, 1)
  const started = fastest(ours('cobertura', tiny, 'coverage.xml'), tiny)
  const shards = fastest(ours('cobertura', small, 'shard*.xml'), small)
  const net = (cost: Cost): number => cost.seconds - started.seconds
  console.log(
    `      one of 20 MB ${bare.seconds.toFixed(2)} s ${bare.peakMb.toFixed(0)} MB, ten of 20 MB ${shards.seconds.toFixed(2)} s ${shards.peakMb.toFixed(0)} MB, one of 204 MB ${cobertura.seconds.toFixed(2)} s ${cobertura.peakMb.toFixed(0)} MB, start ${started.seconds.toFixed(2)} s ${started.peakMb.toFixed(0)} MB`,
  )
  hold('ten times the lines in one report, time without the start', net(cobertura) / net(bare), 10.5, 'x')
  hold('ten shards of the same files, time without the start', net(shards) / net(bare), 10.5, 'x')
  hold('ten shards of the same files, memory', shards.peakMb / bare.peakMb, 1.3, 'x')
}

function start(): void {
  const folder = join(temp, 'tiny')
  const gate = fastest(ours('cobertura', folder, 'coverage.xml'), folder, 11)
  const node = fastest({ name: 'node -e 0', program: process.execPath, args: ['-e', '0'] }, folder, 11)
  hold('start to verdict on one file of 30 kB, over node -e 0', (gate.seconds - node.seconds) * 1000, 150, 'ms')
}

function fastest(program: Parameters<typeof costOf>[0], cwd: string, runs = RUNS): Cost {
  return best(Array.from({ length: runs }, () => costOf({ ...program, cwd })))
}

function hold(what: string, value: number | undefined, limit: number, unit: string): void {
  if (value === undefined) return console.log(`--    ${what}: the peer is not installed`)
  if (!(value <= limit)) misses += 1
  console.log(`${value <= limit ? 'ok  ' : 'MISS'}  ${what}: ${value.toFixed(3)} ${unit} (target ${limit.toFixed(3)})`)
}
