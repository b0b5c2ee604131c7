import { dogstatsd } from './dogstatsd.ts'
import { file } from './file.ts'
import { influx } from './influx.ts'
import { otlp } from './otlp.ts'
import { pushgateway } from './pushgateway.ts'
import type { Sink } from './sink.ts'
import { statsd } from './statsd.ts'
import { webhook } from './webhook.ts'

const SINKS: Readonly<Record<string, Sink>> = {
  webhook,
  otlp,
  pushgateway,
  influx,
  statsd,
  dogstatsd,
  file,
}

export function sinkOf(kind: string): Sink {
  const sink = SINKS[kind]
  if (sink === undefined) throw new Error(`no sink of the kind ${kind}`)
  return sink
}
