/** What a file can be, told by its content. The first word is the tool. */
export const FORMATS = [
  'locust-requests',
  'locust-json',
  'locust-html',
  'locust-stats',
  'locust-history',
  'locust-failures',
  'locust-exceptions',
  'k6-points',
  'k6-csv',
  'k6-summary',
  'jmeter-csv',
  'jmeter-xml',
  'jmeter-statistics',
  'gatling-text',
  'gatling-binary',
  'gatling-stats',
  'artillery',
  'autocannon',
  'wrk',
  'vegeta-report',
  'vegeta-csv',
  'vegeta-json',
  'hey-csv',
  'hey-text',
  'oha-json',
  'oha-csv',
  'ghz',
  'ab-percentiles',
  'ab-gnuplot',
  'ab-text',
  'h2load-log',
  'h2load-json',
  'h2load-text',
] as const
export type FormatName = (typeof FORMATS)[number]

/**
 * How exactly a record knows a percentile. `samples`: every request is there. `buckets`: counts between known edges.
 * `sketch`: percentiles with a known relative error. `points`: only some percentiles are printed.
 */
export type Fidelity = 'samples' | 'buckets' | 'sketch' | 'points'
