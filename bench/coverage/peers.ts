// What each tool makes of the same report. `totals` is undefined where a tool only reads and counts nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cost, Program } from '../process-cost.ts'

export interface Counted {
  readonly linesCovered: number
  readonly linesTotal: number
}

export interface Peer extends Program {
  readonly reads: 'cobertura' | 'lcov'
  readonly lines?: (cost: Cost) => Counted | undefined
}

const root = join(import.meta.dirname, '../..')

/** The built action, as the runner starts it. */
export function ours(
  reads: Peer['reads'],
  folder: string,
  reports: string,
  more: Readonly<Record<string, string>> = {},
): Peer {
  const temp = join(folder, '..')
  const inputs = { reports, 'min-lines': '1', 'min-branches': '1', 'merged-report': 'off', ...more }
  return {
    reads,
    name: `coverage-gate (${reports})`,
    program: process.execPath,
    args: [join(root, 'dist/coverage-gate/index.js')],
    cwd: folder,
    env: {
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
      GITHUB_WORKSPACE: folder,
      GITHUB_REPOSITORY: 'bench/bench',
      RUNNER_TEMP: temp,
    },
    lines: () => {
      const { measurements } = JSON.parse(readFileSync(join(temp, 'hardgate/coverage-gate.json'), 'utf8'))
      const { ratio } = measurements.find(
        (one: { metric: string; scope?: string }) => one.metric === 'lines' && one.scope === undefined,
      )
      return { linesCovered: ratio.numerator, linesTotal: ratio.denominator }
    },
  }
}

/** Parses, and no more. */
export const xmllint: Peer = {
  reads: 'cobertura',
  name: 'xmllint --stream',
  program: 'xmllint',
  args: ['--stream', '--noout', '--huge', 'coverage.xml'],
}

const SAXES = `
const { createReadStream } = await import('node:fs')
const { SaxesParser } = await import(process.argv[1])
const parser = new SaxesParser()
let total = 0, covered = 0
parser.on('opentag', ({ name, attributes }) => { if (name === 'line') { total += 1; if (Number(attributes.hits) > 0) covered += 1 } })
for await (const chunk of createReadStream('coverage.xml', 'utf8')) parser.write(chunk)
parser.close()
console.log(covered, total)
`

/** The fastest conforming parser on npm, with the least that counts lines. */
export const saxes: Peer = {
  reads: 'cobertura',
  name: 'saxes',
  program: process.execPath,
  args: ['--input-type=module', '-e', SAXES, import.meta.resolve('saxes')],
  lines: ({ stdout }) => pair(stdout, /^(?<covered>\d+) (?<total>\d+)/),
}

export const diffCover = (program: string): Peer => ({
  reads: 'cobertura',
  name: 'diff-cover',
  program,
  args: ['coverage.xml', '--compare-branch', 'HEAD~1'],
})

/** `covdir` is the smallest of its outputs that has totals. */
export const grcov = (program: string, folder: string): Peer => ({
  reads: 'lcov',
  name: 'grcov',
  program,
  args: ['lcov.info', '-t', 'covdir', '-o', join(folder, '../covdir.json')],
  lines: () => {
    const { linesCovered, linesTotal } = JSON.parse(readFileSync(join(folder, '../covdir.json'), 'utf8'))
    return { linesCovered, linesTotal }
  },
})

export const lcov: Peer = {
  reads: 'lcov',
  name: 'lcov --summary',
  program: 'lcov',
  args: ['--summary', 'lcov.info', '--rc', 'lcov_branch_coverage=1'],
  lines: ({ stdout, stderr }) => pair(stdout + stderr, /\((?<covered>\d+) of (?<total>\d+) lines\)/),
}

function pair(text: string, pattern: RegExp): Counted | undefined {
  const { covered, total } = pattern.exec(text)?.groups ?? {}
  return covered === undefined ? undefined : { linesCovered: Number(covered), linesTotal: Number(total) }
}
