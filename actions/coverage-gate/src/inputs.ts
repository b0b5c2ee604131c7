import {
  baselineSource,
  boolean,
  choice,
  defineInputs,
  duration,
  globs,
  integer,
  optional,
  required,
  secret,
  text,
  thresholds,
  type Values,
} from '@hardgate/action'
import type { FormatName } from '@hardgate/coverage'
import type { Clock } from '@hardgate/http'
import { contract } from './contract.ts'
import { commitish, day, minimum, pathRules, points } from './input-parsers.ts'
import { rules } from './input-rules.ts'
import { METRICS } from './metrics.ts'

// by name and not from the package: an input error is told without loading the readers
const FORMATS = [
  'cobertura',
  'coverage.py-json',
  'lcov',
  'jacoco',
  'clover',
  'istanbul',
  'go',
] as const satisfies readonly FormatName[]

// a year: the longest that anybody keeps a report
const OLDEST_REPORT_MS = 366 * 86_400_000

const EXAMPLES = ['coverage.xml', 'shards/**/lcov.info'] as const

const PARSERS = {
  reports: required(globs({ canExclude: true, examples: EXAMPLES })),
  'min-lines': minimum('lines'),
  'min-branches': minimum('branches'),
  'min-patch-lines': minimum('patch.lines'),
  'min-patch-branches': minimum('patch.branches'),
  ratchet: choice('off', 'total', 'lines'),
  tolerance: points(),
  baseline: baselineSource('baseline-coverage'),
  thresholds: thresholds(METRICS),
  'expected-reports': optional(integer({ min: 1, max: 100_000 })),
  include: globs({ examples: EXAMPLES }),
  exclude: globs({ examples: EXAMPLES }),
  'path-map': pathRules(),
  unreported: choice('fail', 'warn', 'ignore'),
  unmapped: choice('fail', 'warn'),
  stale: choice('fail', 'warn'),
  'max-report-age': duration({ max: OLDEST_REPORT_MS }),
  'patch-base': commitish(),
  annotations: choice('patch', 'off'),
  'merged-report': choice('lcov', 'cobertura', 'both', 'off'),
  format: choice('auto', ...FORMATS),
  'warn-until': day(),
  'warn-reason': text(),
  'on-inconclusive': choice('fail', 'warn', 'pass'),
  comment: choice('off', 'sticky'),
  summary: boolean(),
  'github-token': secret(),
}

/** By that clock a waiver may not reach too far. */
export const inputsBy = (clock: Pick<Clock, 'now'>) => defineInputs(contract, PARSERS, { check: rules(clock) })
export type Inputs = Values<ReturnType<typeof inputsBy>>
