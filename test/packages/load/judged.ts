import { checkThresholds, parseThresholds } from '@hardgate/gate'
import { assess, type MeasureOptions, type Run } from '@hardgate/load'

const METRICS = { pN: 'duration', error_rate: 'percent' } as const

/** What a line of the threshold language comes to. */
export function judged(run: Run, line: string, options: MeasureOptions = {}): string | undefined {
  const { thresholds } = parseThresholds(line, METRICS)
  const { measurements } = assess(run, thresholds, options)
  return checkThresholds({ gate: 'g', thresholds, measurements })[0]?.outcome
}
