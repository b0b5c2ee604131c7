import { closeSync, openSync, writeSync } from 'node:fs'

export const FILES = 7340
const LINES = 600
export const TOTAL = FILES * LINES

const hits = (file: number, line: number): number => ((line * 7 + file) % 10 === 0 ? 0 : line % 100)
export const COVERED = Array.from({ length: FILES }, (_, file) => file).reduce((sum, file) => sum + coveredOf(file), 0)

function coveredOf(file: number): number {
  let covered = 0
  for (let line = 1; line <= LINES; line += 1) if (hits(file, line) > 0) covered += 1
  return covered
}

/** 200 MB of Cobertura: a class a file, and as short as its elements can be, so that it is all markup. */
export function writeCobertura(path: string): void {
  const head = '<?xml version="1.0"?>\n<coverage><packages><package name="p"><classes>\n'
  write(path, head, '</classes></package></packages></coverage>\n', (file) => {
    let text = `<class name="m${file}" filename="src/p${file % 20}/m${file}.py"><methods/><lines>\n`
    for (let line = 1; line <= LINES; line += 1) {
      text += `  <line number="${line}" hits="${hits(file, line)}" branch="${line % 8 === 0}"/>\n`
    }
    return `${text}</lines></class>\n`
  })
}

/** The same lines as LCOV. */
export function writeLcov(path: string): void {
  write(path, '', '', (file) => {
    let text = `TN:\nSF:src/p${file % 20}/m${file}.py\n`
    for (let line = 1; line <= LINES; line += 1) text += `DA:${line},${hits(file, line)}\n`
    return `${text}end_of_record\n`
  })
}

/** The same lines as Istanbul has them, in a tenth of the files: JSON.parse holds all of it. */
export function writeIstanbul(path: string): void {
  write(path, '{"":{}', '}', (file) => {
    if (file >= FILES / 10) return ''
    const lines = Array.from({ length: LINES }, (_, i) => i + 1)
    const map = lines.map(
      (line) => `"${line}":{"start":{"line":${line},"column":2},"end":{"line":${line},"column":40}}`,
    )
    const counts = lines.map((line) => `"${line}":${hits(file, line)}`)
    return `,"/w/src/m${file}.ts":{"statementMap":{${map.join()}},"s":{${counts.join()}}}`
  })
}

function write(path: string, head: string, tail: string, part: (file: number) => string): void {
  const to = openSync(path, 'w')
  writeSync(to, head)
  for (let file = 0; file < FILES; file += 1) writeSync(to, part(file))
  writeSync(to, tail)
  closeSync(to)
}
