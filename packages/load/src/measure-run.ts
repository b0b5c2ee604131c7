import type { Answer } from './measure-group.ts'
import type { Run } from './run.ts'

/** What only a run as a whole has; undefined for other metrics. */
export function runMetric(run: Run, metric: string): Answer | undefined {
  switch (metric) {
    case 'duration':
      return length(run)
    case 'users':
      return known(run.mostUsers, '1', 'the record does not say how many users were active')
    case 'dropped':
      return known(run.dropped, '1', 'the record does not say how many iterations could not be started')
    default:
      return undefined
  }
}

function length({ durationMs, timeStepMs }: Run): Answer {
  const answer = known(durationMs, 'ms', 'the record does not say how long the run took')
  if (durationMs === undefined || timeStepMs === 0) return answer
  const low = Math.max(0, durationMs - timeStepMs)
  return { measured: { value: durationMs, unit: 'ms', low, high: durationMs + timeStepMs } }
}

function known(value: number | undefined, unit: string, why: string): Answer {
  return value === undefined ? { missing: why } : { measured: { value, unit } }
}
