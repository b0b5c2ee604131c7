import { type FakeClock, fakeClock } from '@hardgate/fakes'
import { type Requester, request } from '@hardgate/http'
import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import type {
  Delivery,
  Encoding,
  Endpoint,
  Sink,
  Transport,
} from '../../../../actions/metrics-reporter/src/sinks/sink.ts'

// no proxy of the machine that runs the tests
const direct: Requester = (plan) => request({ ...plan, env: {} })

/** Five attempts by a clock that does not run, and 20 s of it. */
export const transport = (clock: FakeClock = fakeClock(), more: Partial<Transport> = {}): Transport => ({
  request: direct,
  clock,
  signal: new AbortController().signal,
  workspace: '.',
  timeoutMs: 5000,
  attempts: 5,
  deadline: clock.monotonic() + 20_000,
  random: () => 0,
  ...more,
})

export const endpointOf = (kind: string, target: string, more: Partial<Endpoint> = {}): Endpoint => ({
  name: kind,
  kind,
  target,
  shown: new URL(target).host,
  options: {},
  headers: {},
  ...more,
})

export const PLAIN: Encoding = { labels: {}, isLate: false }

export function deliver(
  sink: Sink,
  event: BuildEvent,
  endpoint: Endpoint,
  { world = transport(), labels = {} }: { world?: Transport; labels?: Encoding['labels'] } = {},
): Promise<Delivery> {
  return sink.deliver(sink.encode(event, endpoint, { labels, isLate: false }), endpoint, event.event_id, world)
}
