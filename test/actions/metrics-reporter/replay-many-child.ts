// A child process of replay-many.test.ts: replays a folder to one webhook and tells how long it took, and the most memory
// that it held. What lies about as garbage is V8's own choice, so the collector runs before each look.
// node --expose-gc replay-many-child.ts FOLDER URL

import { fakeFrame } from '@hardgate/fakes'
import { request, systemClock } from '@hardgate/http'
import { replay } from '../../../actions/metrics-reporter/src/replay.ts'

const [folder = '', url = ''] = process.argv.slice(2)
const start = systemClock.monotonic()
const LOOK_EVERY = 25
let asked = 0
let heldMegabytes = 0
let lookingMs = 0

function look(): void {
  const from = systemClock.monotonic()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  heldMegabytes = Math.max(heldMegabytes, (heapUsed + external) / 1024 / 1024)
  lookingMs += systemClock.monotonic() - from
}

const asking: typeof request = (plan) => {
  asked += 1
  if (asked % LOOK_EVERY === 0) look()
  return request({ ...plan, env: {} })
}
const frame = { ...fakeFrame({ request: asking }), clock: systemClock }
const account = await replay(
  {
    endpoints: [{ name: 'webhook', kind: 'webhook', target: url, shown: 'receiver', options: {}, headers: {} }],
    from: { folder },
    timeoutMs: 5000,
    deadlineMs: 120_000,
    attempts: 5,
    labelsFor: () => ({}),
    isDryRun: false,
    isStrict: true,
  },
  frame,
)
const seconds = (systemClock.monotonic() - start - lookingMs) / 1000
process.stdout.write(JSON.stringify({ result: account.outputs?.['result'], seconds, heldMegabytes }))
