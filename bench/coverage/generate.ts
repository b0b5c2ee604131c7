// The measurement that all tools read: so many files of 600 lines, every fifth of them with a branch of two ways.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export const LINES_PER_FILE = 600

export interface Totals {
  readonly linesCovered: number
  readonly linesTotal: number
  readonly branchesCovered: number
  readonly branchesTotal: number
}

export const pathOf = (file: number): string => `src/module${Math.floor(file / 20)}/part${file}.py`

// spread without a pattern that a compressor of branches could use, and the same in every run
const scattered = (file: number, line: number, seed: number): number =>
  ((file * 7919 + line * 104_729 + seed * 31) >>> 0) % 100
const hitsOf = (file: number, line: number, seed: number): number => {
  const spread = scattered(file, line, seed)
  return spread < 80 ? spread * 3 + 1 : 0
}
const isBranch = (line: number): boolean => line % 5 === 0
const takenOf = (file: number, line: number, seed: number): number =>
  hitsOf(file, line, seed) === 0 ? 0 : scattered(line, file, seed) < 50 ? 1 : 2

export function totalsOf(files: number, seed: number): Totals {
  let linesCovered = 0
  let branchesCovered = 0
  for (let file = 0; file < files; file += 1)
    for (let line = 1; line <= LINES_PER_FILE; line += 1) {
      if (hitsOf(file, line, seed) > 0) linesCovered += 1
      if (isBranch(line)) branchesCovered += takenOf(file, line, seed)
    }
  const linesTotal = files * LINES_PER_FILE
  return { linesCovered, linesTotal, branchesCovered, branchesTotal: (linesTotal / 5) * 2 }
}

/** A repository with the source files, of which the last commit changes one. */
export function writeRepository(folder: string, files: number): void {
  const git = (...args: string[]): void => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'gc.auto=0']
    execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'ignore' })
  }
  for (let file = 0; file < files; file += 1) {
    const path = join(folder, pathOf(file))
    if (file % 20 === 0) mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, 'x\n'.repeat(LINES_PER_FILE))
  }
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-q', '-m', 'all')
  writeFileSync(join(folder, pathOf(0)), `y\n${'x\n'.repeat(LINES_PER_FILE - 1)}`)
  git('commit', '-q', '-a', '-m', 'one line')
}

/** `seed` makes another shard of the same program. */
export function writeCobertura(path: string, files: number, seed: number): void {
  const { linesCovered, linesTotal, branchesCovered, branchesTotal } = totalsOf(files, seed)
  writeParts(path, function* () {
    yield `<?xml version="1.0" ?>\n<coverage version="7.17.3" timestamp="${Date.now()}" lines-valid="${linesTotal}" lines-covered="${linesCovered}" line-rate="0.8" branches-covered="${branchesCovered}" branches-valid="${branchesTotal}" branch-rate="0.6" complexity="0">\n\t<sources>\n\t\t<source>.</source>\n\t</sources>\n\t<packages>\n\t\t<package name="." line-rate="0.8" branch-rate="0.6" complexity="0">\n\t\t\t<classes>\n`
    for (let file = 0; file < files; file += 1) yield coberturaClass(file, seed)
    yield '\t\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n'
  })
}

function coberturaClass(file: number, seed: number): string {
  let text = `\t\t\t\t<class name="part${file}.py" filename="${pathOf(file)}" complexity="0" line-rate="0.8" branch-rate="0.6">\n\t\t\t\t\t<methods/>\n\t\t\t\t\t<lines>\n`
  for (let line = 1; line <= LINES_PER_FILE; line += 1) {
    const taken = takenOf(file, line, seed)
    const branch = isBranch(line) ? ` branch="true" condition-coverage="${taken * 50}% (${taken}/2)"` : ''
    text += `\t\t\t\t\t\t<line number="${line}" hits="${hitsOf(file, line, seed)}"${branch}/>\n`
  }
  return `${text}\t\t\t\t\t</lines>\n\t\t\t\t</class>\n`
}

export function writeLcov(path: string, files: number, seed: number): void {
  writeParts(path, function* () {
    for (let file = 0; file < files; file += 1) yield lcovRecord(file, seed)
  })
}

function lcovRecord(file: number, seed: number): string {
  let text = `SF:${pathOf(file)}\n`
  for (let line = 1; line <= LINES_PER_FILE; line += 1) {
    const hits = hitsOf(file, line, seed)
    text += `DA:${line},${hits}\n`
    if (!isBranch(line)) continue
    const taken = takenOf(file, line, seed)
    text += `BRDA:${line},0,0,${hits === 0 ? '-' : 1}\nBRDA:${line},0,1,${hits === 0 ? '-' : taken - 1}\n`
  }
  return `${text}end_of_record\n`
}

function writeParts(path: string, parts: () => Iterable<string>): void {
  const target = openSync(path, 'w')
  for (const part of parts()) writeSync(target, part)
  closeSync(target)
}
