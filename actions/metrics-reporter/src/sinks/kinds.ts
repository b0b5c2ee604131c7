import { file } from './file.ts'
import type { Sink } from './sink.ts'
import { webhook } from './webhook.ts'

export const sinks: readonly Sink[] = [webhook, file]

/** What a line of the input `endpoint` may begin with. */
export const kinds: readonly string[] = ['webhook+https', 'https', 'webhook+http', 'http', 'file']

export function sinkOf(kind: string): Sink {
  const sink = sinks.find((one) => one.kind === kind)
  if (sink === undefined) throw new Error(`no sink of the kind ${kind}`)
  return sink
}

export const sinkOfScheme = (scheme: string): Sink | undefined =>
  sinks.find((one) => Object.hasOwn(one.schemes, scheme))
