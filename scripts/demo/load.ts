import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fakeService, type Release } from '@hardgate/fakes'

/** A request every so often, whether the one before it was answered or not: a slow answer stops no load. */
const INTERVAL_MS = 8
const REQUESTS = 400
/** Sent first and left out: Node's own start is not the service's. */
const WARM_UP = 50

interface Row {
  readonly startMs: number
  readonly elapsedMs: number
  readonly status: number
}

/** A load test of that release before it ships, in place of Locust, k6 or JMeter; writes a JTL as JMeter does. */
export async function testUnderLoad(release: Release, file: string): Promise<void> {
  const service = await fakeService(release)
  const agent = new Agent({ keepAlive: true })
  try {
    const sent: Promise<Row>[] = []
    while (sent.length < WARM_UP + REQUESTS) {
      sent.push(request(`${service.url}/api/v1/messages`, agent))
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))
    }
    writeFileSync(file, jtl((await Promise.all(sent)).slice(WARM_UP)))
  } finally {
    agent.destroy()
    await service.close()
  }
}

function request(url: string, agent: Agent): Promise<Row> {
  const startMs = Date.now()
  const from = performance.now()
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().once('end', () => {
        resolve({ startMs, elapsedMs: Math.round(performance.now() - from), status: response.statusCode ?? 0 })
      })
    }).once('error', reject)
  })
}

function jtl(rows: readonly Row[]): string {
  const lines = rows.map(({ startMs, elapsedMs, status }) =>
    [startMs, elapsedMs, 'GET /api/v1/messages', status, status < 400].join(),
  )
  return ['timeStamp,elapsed,label,responseCode,success', ...lines, ''].join('\n')
}
