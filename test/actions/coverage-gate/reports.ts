// Reports as the tools write them, small enough to be counted by hand.

/** `lines` are hits by line number; `branches` are `[line, block, branch, taken]`. */
export interface LcovFile {
  readonly lines: Readonly<Record<number, number>>
  readonly branches?: readonly (readonly [line: number, block: number, branch: number | string, taken: number | '-'])[]
}

export function lcov(files: Readonly<Record<string, LcovFile>>): string {
  return Object.entries(files)
    .map(([path, { lines, branches = [] }]) => {
      const brda = branches.map((one) => {
        const [line, block, branch, taken] = one
        return `BRDA:${line},${block},${branch},${taken}\n`
      })
      const da = Object.entries(lines).map(([line, hits]) => `DA:${line},${hits}\n`)
      return `TN:\nSF:${path}\n${brda.join('')}${da.join('')}end_of_record\n`
    })
    .join('')
}

/** So many lines, the first of them covered. */
export function covered(count: number, total: number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: total }, (_, at) => [at + 1, at < count ? 1 : 0]))
}

export interface XmlLine {
  readonly number: number
  readonly hits: number
  /** `50% (1/2)` */
  readonly condition?: string
  readonly missing?: string
}

export interface CoberturaOptions {
  /** Attributes of the root beside the ones that must be there. */
  readonly root?: string
  readonly source?: string
}

export function cobertura(
  files: Readonly<Record<string, readonly XmlLine[]>>,
  { root = '', source = '' }: CoberturaOptions = {},
): string {
  const classes = Object.entries(files).map(([path, lines]) => {
    const all = lines.map(({ number, hits, condition, missing }) => {
      const branch = condition === undefined ? '' : ` branch="true" condition-coverage="${condition}"`
      return `<line number="${number}" hits="${hits}"${branch}${missing === undefined ? '' : ` missing-branches="${missing}"`}/>`
    })
    return `<class name="${path}" filename="${path}"><methods/><lines>${all.join('\n')}</lines></class>`
  })
  const sources = source === '' ? '' : `<sources><source>${source}</source></sources>`
  return `<?xml version="1.0" ?>\n<coverage line-rate="0.5" branch-rate="0.5" ${root}>${sources}<packages><package name="."><classes>\n${classes.join('\n')}\n</classes></package></packages></coverage>\n`
}

/** Lines 1 to `total`, of which the first are hit. */
export function xmlLines(count: number, total: number): XmlLine[] {
  return Array.from({ length: total }, (_, at) => ({ number: at + 1, hits: at < count ? 1 : 0 }))
}

/** A source file of so many lines. */
export const source = (lines: number): string => 'x = 1\n'.repeat(lines)
