import type { BuildEvent } from '../build-event.ts'
import { deliveryOf, isRetryable } from './plain-answer.ts'
import { credentialsOf, postWithRetry } from './post.ts'
import { groupingKey, groupsUrl, groupUrl } from './pushgateway-address.ts'
import { GROUPS_BYTES_MAX, valueOfGroup } from './pushgateway-groups.ts'
import { metricsText } from './pushgateway-text.ts'
import type { Endpoint, Sink, Transport } from './sink.ts'

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The last build of each job as one group, replaced as a whole: a value that a build does not have is gone. */
export const pushgateway: Sink = {
  encode: (event, endpoint, { labels }) => {
    const url = groupUrl(event, endpoint)
    const body = metricsText(event, labels)
    return [{ name: 'group', to: `PUT ${shown(url)}`, contentType: CONTENT_TYPE, body, url }]
  },
  deliver: async ([payload], endpoint, _eventId, transport) => {
    if (payload === undefined) throw new Error('Pushgateway has one payload')
    const { url = '', body, contentType } = payload
    const ownHeaders = () => ({ 'content-type': contentType })
    const posted = await postWithRetry({ endpoint, method: 'PUT', url, body, ownHeaders, isRetryable }, transport)
    return deliveryOf(posted, [200, 202])
  },
  isSuperseded: async (event, endpoint, transport) => {
    const there = await lastCompleted(event, endpoint, transport)
    if (there === undefined) return undefined
    return there !== 'none' && there > Date.parse(event.time.completed_at) / 1000
  },
}

/** For people: a query may hold what only the receiver knows to be a secret. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** When the build that the group shows was completed, in seconds; undefined: nobody can tell. */
async function lastCompleted(
  event: BuildEvent,
  endpoint: Endpoint,
  { request, clock, signal, timeoutMs, deadline }: Transport,
): Promise<number | 'none' | undefined> {
  const exchange = await request({
    url: groupsUrl(endpoint),
    headers: { ...credentialsOf(endpoint), ...endpoint.headers },
    defaultHeaders: { 'user-agent': 'hardgate-metrics-reporter' },
    timeoutMs: Math.max(1, Math.min(timeoutMs, deadline - clock.monotonic())),
    maxBodyBytes: GROUPS_BYTES_MAX,
    signal,
  })
  if (!exchange.ok || exchange.status !== 200 || exchange.isBodyCut) return undefined
  const kind = event.type === 'ci.job.completed' ? 'job' : 'run'
  const metric = `ci_${kind}_last_completed_timestamp_seconds`
  return valueOfGroup(parsed(exchange.body.toString('utf8')), groupingKey(event, endpoint), metric)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
