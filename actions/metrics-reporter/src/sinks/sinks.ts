import { file } from './file.ts'
import type { Sink } from './sink.ts'
import { webhook } from './webhook.ts'

const SINKS: Readonly<Record<string, Sink>> = { webhook, file }

export function sinkOf(kind: string): Sink {
  const sink = SINKS[kind]
  if (sink === undefined) throw new Error(`no sink of the kind ${kind}`)
  return sink
}
