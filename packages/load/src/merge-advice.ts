import type { FormatName } from './format.ts'

const ADVICE: Partial<Record<FormatName, string>> = {
  'locust-html': 'Use --json-file on each, or one distributed run',
  'locust-stats': 'Use --json-file on each, or one distributed run',
  'locust-history': 'Use --json-file on each, or one distributed run',
  'k6-summary': 'Write points: k6 run --out json=points.json',
  'jmeter-statistics': 'Give the JTL files that they were made from',
  'gatling-stats': 'Give the simulation.log of each',
  autocannon: 'Use one autocannon with more connections',
  wrk: 'Use one wrk with more threads',
  'vegeta-report': 'Write requests: vegeta encode',
  'hey-text': 'Write requests: hey -o csv',
  'oha-json': 'Write requests: oha --output-format csv',
  'ab-percentiles': 'Write requests: ab -g',
  'ab-text': 'Write requests: ab -g',
  'h2load-text': 'Write requests: h2load --log-file',
}

/** What to write in place of summaries that do not add up. */
export function mergeAdvice(format: FormatName): string {
  return ADVICE[format] ?? 'Use one step for each run'
}
