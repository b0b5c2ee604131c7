import { type BranchCount, type CoverageReport, type FormatName, readReport, type Totals } from '@hardgate/coverage'

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** `chunkSize` 7 lets every token be cut somewhere. */
export function read(
  content: string | Uint8Array,
  {
    format = 'auto',
    name = 'report',
    chunkSize = 7,
  }: { format?: FormatName | 'auto'; name?: string; chunkSize?: number } = {},
): Promise<CoverageReport> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return readReport(chunked(bytes, chunkSize), format, name)
}

export function fileOf(report: CoverageReport, path: string): CoverageReport['files'][number]['coverage'] {
  const found = report.files.filter((file) => file.path === path)
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${path} is ${found.length} times in the report`)
  return only.coverage
}

/** Covered of total over all files. */
export function linesOf(report: CoverageReport): string {
  const totals = report.files.map(({ coverage }) => coverage.totals().lines)
  return `${sum(totals, ({ covered }) => covered)}/${sum(totals, ({ total }) => total)}`
}

/** Taken of total over all files, with both bounds where they differ. */
export function branchesOf(report: CoverageReport): string {
  const totals: readonly BranchCount[] = report.files
    .map(({ coverage }): Totals => coverage.totals())
    .map(({ branches }) => branches)
  const low = sum(totals, (one) => one.low)
  const high = sum(totals, (one) => one.high)
  return `${low === high ? low : `${low}-${high}`}/${sum(totals, ({ total }) => total)}`
}

function sum<T>(items: readonly T[], number: (item: T) => number): number {
  return items.reduce((total, item) => total + number(item), 0)
}

/** Cobertura with the given content of `<classes>`. */
export function cobertura(classes: string, attributes = ''): string {
  return `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="1" branch-rate="1" ${attributes}>
  <sources><source>/ws/src</source></sources>
  <packages><package name="p"><classes>${classes}</classes></package></packages>
</coverage>
`
}

/** One class of `a.py` with these lines. */
export function coberturaLines(lines: string, attributes = ''): string {
  return cobertura(`<class name="a" filename="a.py"><methods/><lines>${lines}</lines></class>`, attributes)
}
