import { checkThresholds, type Metrics, parseThresholds } from '@hardgate/gate'
import { assess, LoadProblem, type LoadReader, type MeasureOptions, type Run } from '@hardgate/load'
import { told } from './told.ts'

const METRICS: Metrics = {
  pN: 'duration',
  med: 'duration',
  avg: 'duration',
  min: 'duration',
  max: 'duration',
  error_rate: 'percent',
  requests: 'number',
  users: 'number',
  dropped: 'number',
}

/** What the gate says of one threshold. */
export function outcomeOf(run: Run, line: string, options: MeasureOptions = {}): string | undefined {
  const { thresholds, problems } = parseThresholds(line, METRICS)
  if (problems.length > 0) throw new Error(`"${line}" is no threshold`)
  const { measurements } = assess(run, thresholds, options)
  return checkThresholds({ gate: 'g', thresholds, measurements })[0]?.outcome
}

/** What a reader refuses, as `code: message`; `none` where it reads the report. */
export function problemOf(reader: LoadReader, report: string): string {
  try {
    told(reader, report)
  } catch (error) {
    if (error instanceof LoadProblem) return `${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}
