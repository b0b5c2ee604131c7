import type { FormatName } from '@hardgate/coverage'

/** How each tool is told to measure branches, or what else to do. */
const BRANCH_ADVICE: Readonly<Record<FormatName, string>> = {
  cobertura:
    'coverage.py: add --cov-branch (or branch = true under [run]); PHPUnit: Xdebug with path coverage; Coverlet and gcovr write them by themselves',
  'coverage.py-json': 'coverage.py: add --cov-branch (or branch = true under [run])',
  lcov: 'coverage.py: add --cov-branch; cargo llvm-cov: add --branch; geninfo: --rc branch_coverage=1; Node: they are there once a function ran',
  jacoco: 'JaCoCo: write the XML report with lines (mb and cb); gcovr: use --cobertura',
  clover:
    'gcovr: use --cobertura; PHPUnit: use --coverage-cobertura with path coverage; Istanbul: use the json reporter',
  istanbul: 'Istanbul: instrument with the default settings',
  go: 'Go measures no branches',
}

/** Of these formats, each once. Ends without a dot. */
export function branchAdvice(formats: Iterable<FormatName>): string {
  return [...new Set(formats)].map((format) => BRANCH_ADVICE[format]).join('; ')
}

/** What gives the branches of a merge an identity. */
const BOUNDS_ADVICE: Readonly<Partial<Record<FormatName, string>>> = {
  cobertura:
    'Combine the raw data before reporting (coverage combine; gcovr --add-tracefile), or give coverage.py JSON or LCOV',
  jacoco: 'Merge the execution data before reporting (jacoco:merge, report-aggregate)',
  clover: 'Give the json reporter of Istanbul (coverage-final.json), or LCOV',
  lcov: 'Merge the raw V8 data before reporting (c8 report over one temp directory), or use an Istanbul provider',
  istanbul: 'Merge the raw V8 data before reporting (c8 report over one temp directory), or use an Istanbul provider',
}

/** Where a tool's own totals are known to count what none of its lines has. */
const TOTALS_ADVICE: Readonly<Partial<Record<FormatName, string>>> = {
  cobertura:
    ' gcovr counts a template once for each instance, unless it gets --merge-lines. Istanbul has default parameters in its totals and on no line: give its json reporter (coverage-final.json).',
  clover:
    ' Istanbul has default parameters in its totals and on no line: give its json reporter (coverage-final.json).',
  lcov: ' gcovr counts a template once for each instance, unless it gets --merge-lines.',
}

/** What else to do where a report contradicts itself: a sentence with a blank before it, or nothing. */
export const totalsAdvice = (format: FormatName): string => TOTALS_ADVICE[format] ?? ''

/** Why only bounds are known, and what to do about it. */
export function boundsText(reports: readonly { readonly path: string; readonly format: FormatName }[]): string {
  const formats = [...new Set(reports.map(({ format }) => format))]
  const known = formats.flatMap((format) => BOUNDS_ADVICE[format] ?? [])
  const advice = known.length === 0 ? 'Merge the raw data of the runs before reporting' : [...new Set(known)].join('; ')
  return `${boundsReason(reports, formats)} ${advice}.`
}

function boundsReason(reports: readonly { readonly path: string }[], formats: readonly FormatName[]): string {
  const [only, ...others] = reports
  if (only !== undefined && others.length === 0) return `${only.path} leaves open how many branches are taken.`
  if (formats.every((format) => format === 'lcov' || format === 'istanbul'))
    return 'V8 tells a block only where its count differs from that of the code around it, so the blocks of two runs cannot be put together exactly.'
  const who = reports.length === 2 ? 'These two files say' : 'The reports say'
  return `${who} how many branches of a line were taken, not which.`
}
