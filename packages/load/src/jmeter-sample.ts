import type { LoadSink } from './sink.ts'

export interface JmeterSample {
  readonly label: number
  readonly startMs: number
  readonly elapsedMs: number
  readonly isFailure: boolean
}

/**
 * A record that stands for several samples: it holds the sum of their times or their mean, and neither is a latency.
 * `failures` of `count` failed.
 */
export function tellSeveral(sink: LoadSink, sample: JmeterSample, count: number, failures: number): void {
  if (count > failures) sink.withoutLatency(sample.label, count - failures, false, sample.startMs)
  if (failures > 0) sink.withoutLatency(sample.label, failures, true, sample.startMs)
}

/** Of a transaction controller that starts its own row. JMeter knows it by this text too. */
export const TRANSACTION = 'Number of samples in transaction : '

/** A transaction without samples says nothing. */
export function isEmptyTransaction(responseMessage: string): boolean {
  return responseMessage.startsWith('0', TRANSACTION.length)
}

/** As JMeter's dashboard names an error: its code and message; where the code is a good one, what was asserted. */
export function jmeterError(code: string, message: string, failureMessage: string): string {
  if (/^[23][0-9][0-9]$/.test(code) || (code === '' && failureMessage !== ''))
    return failureMessage === '' ? 'an assertion failed' : failureMessage
  return [code, message].filter((part) => part !== '').join(' ') || 'failed'
}

/** Where all rows are transactions none of them may be counted. */
export const ONLY_TRANSACTIONS =
  'all of its rows are transactions and none is a sample. Untick "Generate parent sample" in the transaction controllers'
