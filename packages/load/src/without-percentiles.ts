import { asciiOf } from './sniff-text.ts'

const SIEGE_SUMMARY = /^Transactions:\s+[0-9]+\s+hits\b/m
const SIEGE_JSON = /"transactions"\s*:\s*[0-9]+[\s\S]*"longest_transaction"\s*:/
const SIEGE_LOG = /^\s*Date & Time,\s+Trans,\s+Elap Time,/m
/** A word of colour may stand in front. */
const SIEGE_LINE = /^[^\n]{0,8}HTTP\/1\.[01] [0-9]{3} +[0-9]+\.[0-9]{2} secs: +[0-9]+ bytes ==> /m

// siege times with times(2), in ticks of 10 ms, and takes an answer of 404 for a hit
const SIEGE =
  'it is of siege, which tells an average, the shortest and the longest time in steps of 10 ms and no percentile, counts a 404 as a hit, and has no line for a request that got no answer: no p95 can be taken from it. Use a tool that writes each request, such as "h2load --log-file", "hey -o csv" or "oha --output-format csv"'

/** Why nothing can be judged by a file of a tool that is known all the same; undefined where it is of none. */
export function withoutPercentiles(head: Uint8Array): string | undefined {
  const text = asciiOf(head)
  const isSiege = [SIEGE_SUMMARY, SIEGE_JSON, SIEGE_LOG, SIEGE_LINE].some((pattern) => pattern.test(text))
  return isSiege ? SIEGE : undefined
}
