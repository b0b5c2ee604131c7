import { abGnuplot } from './ab-gnuplot.ts'
import { abPercentiles } from './ab-percentiles.ts'
import { abText } from './ab-text.ts'
import { artillery } from './artillery.ts'
import { autocannon } from './autocannon.ts'
import type { FormatName } from './format.ts'
import { gatlingBinary } from './gatling-binary.ts'
import { gatlingStats } from './gatling-stats.ts'
import { gatlingText } from './gatling-text.ts'
import { ghz } from './ghz.ts'
import { h2loadJson } from './h2load-json.ts'
import { h2loadLog } from './h2load-log.ts'
import { h2loadText } from './h2load-text.ts'
import { heyCsv } from './hey-csv.ts'
import { heyText } from './hey-text.ts'
import { jmeterCsv } from './jmeter-csv.ts'
import { jmeterStatistics } from './jmeter-statistics.ts'
import { jmeterXml } from './jmeter-xml.ts'
import { k6Csv } from './k6-csv.ts'
import { k6Points } from './k6-points.ts'
import { k6Summary } from './k6-summary.ts'
import { locustExceptions } from './locust-exceptions.ts'
import { locustFailures } from './locust-failures.ts'
import { locustHistory } from './locust-history.ts'
import { locustHtml } from './locust-html.ts'
import { locustJson } from './locust-json.ts'
import { locustRequests } from './locust-requests.ts'
import { locustStats } from './locust-stats.ts'
import { ohaCsv } from './oha-csv.ts'
import { ohaJson } from './oha-json.ts'
import type { LoadReader } from './sink.ts'
import { vegetaCsv } from './vegeta-csv.ts'
import { vegetaJson } from './vegeta-json.ts'
import { vegetaReport } from './vegeta-report.ts'
import { wrk } from './wrk.ts'

/** All that can be read. Where two are equally sure of a file, the first has it. */
export const READERS: readonly LoadReader[] = [
  locustRequests,
  locustJson,
  locustHtml,
  locustStats,
  locustHistory,
  locustFailures,
  locustExceptions,
  k6Points,
  k6Csv,
  k6Summary,
  jmeterCsv,
  jmeterXml,
  jmeterStatistics,
  gatlingText,
  gatlingBinary,
  gatlingStats,
  artillery,
  autocannon,
  wrk,
  vegetaReport,
  vegetaCsv,
  vegetaJson,
  heyCsv,
  heyText,
  ohaJson,
  ohaCsv,
  ghz,
  abPercentiles,
  abGnuplot,
  abText,
  h2loadLog,
  h2loadJson,
  h2loadText,
]

/** How sure a reader has to be of a file. */
const SURE = 0.5
/** What a reader is shown of a file. */
export const HEAD_BYTES = 65_536

export type Sniffed =
  | { readonly reader: LoadReader }
  /** None is sure; these came closest, the closest first. */
  | { readonly closest: readonly FormatName[] }

/** Which reader a file is for, from its first 64 KiB as decoded. */
export function sniffFormat(head: Uint8Array, readers: readonly LoadReader[] = READERS): Sniffed {
  const sniffed = readers
    .map((reader) => ({ reader, score: reader.sniff(head) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
  const [best] = sniffed
  if (best !== undefined && best.score >= SURE) return { reader: best.reader }
  return { closest: sniffed.slice(0, 3).map(({ reader }) => reader.format) }
}
