// OTLP in JSON: field names in lowerCamelCase, enums as integers, ids in hex, 64-bit integers as decimal strings
// (opentelemetry-proto, "JSON Protobuf Encoding").

import type { BuildEvent } from '../build-event.ts'

export interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue: string }
}

/** What is undefined, or empty, is left out: a store of series takes an empty label for an absent one. */
export function attributes(texts: Readonly<Record<string, string | undefined>>): Attribute[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    // a lone surrogate is no UTF-8, and one such text has the whole request refused
    text === undefined || text === '' ? [] : [{ key, value: { stringValue: text.replace(/\p{Cs}/gu, '\ufffd') } }],
  )
}

/** Nanoseconds since 1970 as text: they exceed what a double holds exactly. */
export const nanoseconds = (ms: number): string => String(BigInt(ms) * 1_000_000n)

export interface Moments {
  readonly endMs: number
  /** Absent: unknown. */
  readonly startMs?: number
}

export function momentsOf({ time, duration_seconds: seconds }: BuildEvent): Moments {
  const endMs = Date.parse(time.completed_at)
  const length = seconds === undefined ? undefined : endMs - Math.round(seconds * 1000)
  const startMs = time.started_at === undefined ? length : Date.parse(time.started_at)
  return startMs === undefined || startMs > endMs ? { endMs } : { endMs, startMs }
}

/** The status words that are the fault of something: `error.type` of the conventions. */
export function errorType({ status }: Pick<BuildEvent, 'status'>): string | undefined {
  return status === 'failure' || status === 'error' || status === 'timeout' ? status : undefined
}

/** `acme/sms` in its two parts. */
export function repositoryOf({ vcs }: BuildEvent): Readonly<Record<string, string>> {
  const slash = vcs.repository.indexOf('/')
  return {
    'vcs.owner.name': vcs.repository.slice(0, Math.max(slash, 0)),
    'vcs.repository.name': vcs.repository.slice(slash + 1),
  }
}

const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0'

/** Who sends, around what is sent: `[resourceMetrics][scopeMetrics][metrics]`, and the same of spans. */
export function enveloped(event: BuildEvent, kind: 'Metrics' | 'Spans', what: readonly unknown[]): string {
  const resource = {
    attributes: attributes({
      'service.name': 'ci',
      'vcs.provider.name': 'github',
      ...repositoryOf(event),
      'vcs.repository.url.full': event.vcs.repository_url,
    }),
  }
  const scope = { name: 'hardgate/metrics-reporter', version: event.reporter.version }
  const scoped = { scope, [kind === 'Metrics' ? 'metrics' : 'spans']: what, schemaUrl: SCHEMA_URL }
  return JSON.stringify({
    [`resource${kind}`]: [{ resource, [`scope${kind}`]: [scoped], schemaUrl: SCHEMA_URL }],
  })
}
