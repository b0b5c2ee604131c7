import { type Compared, linesOf } from './fixtures-compare.ts'
import { type ExpectedReport, loadProblems } from './load-truth.ts'

/** What make.sh said line by line, as expected.json holds it. */
export function madeLoad(made: string): { readonly reports: readonly ExpectedReport[] } {
  return { reports: linesOf(made).map((line): ExpectedReport => JSON.parse(line)) }
}

/** New reports with the numbers that their tool printed and the books of the server that it loaded. */
export async function compareLoad(made: string): Promise<Compared> {
  const { reports } = madeLoad(made)
  const problems = await loadProblems(made, reports)
  if (problems.length > 0) return { result: `DOES NOT HOLD: ${problems.join('; ')}`, differs: true }
  return { result: `${reports.length} reports hold against tool and server`, differs: false }
}
