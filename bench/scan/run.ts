// The scanners alone, against other readers of the same bytes: 200 MB of Cobertura (7340 files, 4.4 million lines),
// the same lines as LCOV, a tenth of them as Istanbul JSON. xmllint (Debian: libxml2-utils) only parses; the others
// also read three numbers of every line, and have to agree on them.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { best, type Cost, costOf, isInstalled, type Program } from '../process-cost.ts'
import { COVERED, TOTAL, writeCobertura, writeIstanbul, writeLcov } from './generate.ts'
import { script, writePrograms, xmllint } from './programs.ts'

const RUNS = 5
const folder = mkdtempSync(join(tmpdir(), 'bench-scan-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
let misses = 0

writePrograms(folder)
writeCobertura(join(folder, 'coverage.xml'))
writeLcov(join(folder, 'lcov.info'))
writeIstanbul(join(folder, 'coverage-final.json'))

const [xml, ...xmlPeers] = compare('coverage.xml', [
  script(folder, 'XmlScanner', 'coverage.xml'),
  ...(isInstalled('xmllint') ? [xmllint(folder, 'coverage.xml')] : []),
  script(folder, 'saxes', 'coverage.xml'),
])
const [lines, ...linePeers] = compare('lcov.info', [
  script(folder, 'LineScanner', 'lcov.info'),
  script(folder, 'readline', 'lcov.info'),
])
const [json, ...jsonPeers] = compare('coverage-final.json', [
  script(folder, 'JsonScanner', 'coverage-final.json'),
  script(folder, 'JSON.parse', 'coverage-final.json'),
])

if (!isInstalled('xmllint')) console.log('xmllint is not installed: left out (apt-get install libxml2-utils)')
agree(TOTAL, COVERED, [xml, ...xmlPeers, lines, ...linePeers])
agree(TOTAL / 10, undefined, [json, ...jsonPeers])
target('XmlScanner, seconds', xml?.seconds, 1.2)
target('XmlScanner, peak MB', xml?.peakMb, 250)
for (const peer of xmlPeers) target(`XmlScanner against ${peer.name}`, (xml?.seconds ?? Number.NaN) / peer.seconds, 0.5)
if (misses > 0) process.exitCode = 1

/** All in turns, so that whatever else the machine does hits each of them; the fastest run of each. */
function compare(file: string, programs: readonly Program[]): Cost[] {
  const runs = Array.from({ length: RUNS }, () => programs.map((program) => costOf(program)))
  const fastest = programs.map((_, i) => best(runs.flatMap((run) => run[i] ?? [])))
  const [own] = fastest
  console.log(`${file}, ${(statSync(join(folder, file)).size / 1e6).toFixed(0)} MB, best of ${RUNS}:`)
  console.table(
    fastest.map(({ name, seconds, peakMb }) => ({
      name,
      seconds: seconds.toFixed(2),
      'peak MB': peakMb.toFixed(0),
      'times ours': (seconds / (own?.seconds ?? Number.NaN)).toFixed(2),
    })),
  )
  return fastest
}

function agree(total: number, covered: number | undefined, costs: readonly (Cost | undefined)[]): void {
  for (const cost of costs) {
    if (cost === undefined || cost.name.startsWith('xmllint')) continue
    const counted = JSON.parse(cost.stdout)
    if (counted.lines === total && (covered === undefined || counted.covered === covered)) continue
    misses += 1
    console.log(`MISSED ${cost.name} counts ${cost.stdout.trim()}, not ${total} lines, ${covered} covered`)
  }
}

function target(what: string, value: number | undefined, most: number): void {
  const holds = value !== undefined && value <= most
  if (!holds) misses += 1
  console.log(`${holds ? 'holds ' : 'MISSED'} ${what}: ${value?.toFixed(2)}, at most ${most}`)
}
