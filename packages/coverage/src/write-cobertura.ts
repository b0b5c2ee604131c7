import type { FileCoverage } from './file-coverage.ts'
import { sumOf } from './measure.ts'
import type { Coverage } from './merge-coverage.ts'
import type { BranchCount, Totals } from './totals.ts'

export interface CoberturaOptions {
  /** Milliseconds since 1970, for the attribute `timestamp`. */
  readonly timestampMs: number
}

/**
 * Cobertura XML as coverage-04.dtd has it, one package a folder: the same lines and totals when it is read again. What it
 * cannot say: which branches of a line are taken (`missing-branches` is not in the DTD), so they are counts, of bounds
 * the lower; branches of a line that is not measured; statements. A file whose name XML cannot hold is left out
 * (`unwritableInXml`). The rates are for people: they are floored, and 1 is all of all.
 */
export function* writeCobertura(coverage: Coverage, { timestampMs }: CoberturaOptions): Generator<string> {
  const packages = byFolder(coverage)
  const all = [...packages.values()].flat()
  yield headOf(sumOf(all.map((file) => file.totals)), timestampMs)
  for (const [folder, files] of packages) {
    const rates = ratesOf(sumOf(files.map((file) => file.totals)))
    yield `<package name="${escaped(folder)}" ${rates}>\n<classes>\n`
    for (const file of files) yield classOf(file)
    yield '</classes>\n</package>\n'
  }
  yield '</packages>\n</coverage>\n'
}

/** Control characters and halves of a surrogate pair stand in no XML, not even as a reference; a line break may. */
export function unwritableInXml(path: string): boolean {
  return /[^\P{Cc}\t\n\r\u007f-\u009f]|\p{Cs}|[\ufffe\uffff]/u.test(path)
}

interface MeasuredFile {
  readonly path: string
  readonly file: FileCoverage
  readonly totals: Totals
}

function byFolder(coverage: Coverage): Map<string, MeasuredFile[]> {
  const packages = new Map<string, MeasuredFile[]>()
  for (const [path, file] of coverage) {
    if (unwritableInXml(path)) continue
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    const files = packages.get(folder) ?? []
    packages.set(folder, files)
    files.push({ path, file, totals: writtenTotals(file) })
  }
  return packages
}

/** Of the lines that are written, and their branches. */
function writtenTotals(file: FileCoverage): Totals {
  const { lines, ...others } = file.totals((line) => file.hitsAt(line) !== undefined)
  return { lines: { covered: lines.covered, total: lines.total + file.linesWithoutNumber }, ...others }
}

function headOf(totals: Totals, timestampMs: number): string {
  const { lines, branches } = totals
  const attributes = [
    ratesOf(totals),
    `lines-covered="${lines.covered}" lines-valid="${lines.total}"`,
    `branches-covered="${branches.low}" branches-valid="${branches.total}"`,
    `version="hardgate" timestamp="${timestampMs}"`,
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">',
    `<coverage ${attributes.join(' ')}>`,
    '<sources>\n<source>.</source>\n</sources>',
    '<packages>\n',
  ].join('\n')
}

function classOf({ path, file, totals }: MeasuredFile): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  let text = `<class name="${escaped(name)}" filename="${escaped(path)}" ${ratesOf(totals)}>\n<methods/>\n<lines>\n`
  text += '<line number="0" hits="0"/>\n'.repeat(file.linesWithoutNumber)
  file.eachLine((line, hits) => {
    const branches = file.branchesAt(line)
    text += `<line number="${line}" hits="${hits}"${branches === undefined ? '' : conditionsOf(branches)}/>\n`
  })
  return `${text}</lines>\n</class>\n`
}

function conditionsOf({ low, total }: BranchCount): string {
  return ` branch="true" condition-coverage="${Math.floor((100 * low) / total)}% (${low}/${total})"`
}

function ratesOf({ lines, branches }: Totals): string {
  return `line-rate="${rate(lines.covered, lines.total)}" branch-rate="${rate(branches.low, branches.total)}" complexity="0"`
}

const RATE_PARTS = 1_000_000

function rate(covered: number, total: number): number {
  return total === 0 ? 0 : Math.floor((covered * RATE_PARTS) / total) / RATE_PARTS
}

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** For an attribute in double quotes, where a bare line break or tab would be read as a blank. */
function escaped(text: string): string {
  return text.replace(/[&<>"\t\n\r\u007f-\u009f]/g, (one) => REFERENCES[one] ?? `&#${one.charCodeAt(0)};`)
}
