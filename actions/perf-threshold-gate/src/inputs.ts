import {
  baselineSource,
  boolean,
  choice,
  defineInputs,
  duration,
  globs,
  integer,
  lines,
  optional,
  required,
  secret,
  thresholds,
  type Values,
} from '@hardgate/action'
import { FORMATS } from '@hardgate/load'
import { contract } from './contract.ts'
import { confidence, fileToWrite, maxErrorRate, p95Under } from './input-parsers.ts'
import { rules } from './input-rules.ts'
import { METRICS } from './metrics.ts'

const DAY_MS = 86_400_000
const MOST_BASELINE_RUNS = 50

export const inputs = defineInputs(
  contract,
  {
    report: required(globs({ canExclude: true, examples: ['results/run.json', 'results/**'] })),
    'p95-under': p95Under(),
    'max-error-rate': maxErrorRate(),
    thresholds: thresholds(METRICS),
    'warm-up': duration({ max: DAY_MS }),
    exclude: lines(),
    failures: choice('exclude', 'include'),
    baseline: baselineSource('perf-verdict'),
    'baseline-runs': integer({ min: 1, max: MOST_BASELINE_RUNS }),
    confidence: confidence(),
    'on-inconclusive': choice('fail', 'warn', 'pass'),
    window: duration({ min: 1000, max: DAY_MS }),
    'expect-reports': optional(integer({ min: 1, max: 100_000 })),
    format: choice('auto', ...FORMATS),
    'html-report': fileToWrite(),
    comment: choice('off', 'on-failure', 'always'),
    summary: boolean(),
    'github-token': secret(),
  },
  { check: rules() },
)
export type Inputs = Values<typeof inputs>
