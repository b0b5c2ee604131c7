import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JobEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { influx } from '../../../../actions/metrics-reporter/src/sinks/influx.ts'
import { sampleEvent } from '../sample.ts'
import { ask, askJson } from '../servers/ask.ts'
import { describeServers, SERVER_START_MS, until } from '../servers/program.ts'
import { type HttpServer, startVictoriaMetrics } from '../servers/servers.ts'
import { asTag, randomTexts } from './random-texts.ts'
import { deliver, endpointOf } from './transport.ts'

describeServers('acceptance 7: a real VictoriaMetrics', () => {
  let server: HttpServer
  // it refuses what lies more than two days ahead of its clock
  const completedAt = new Date(Date.now() - 60_000).toISOString()

  beforeAll(async () => {
    server = await startVictoriaMetrics()
  }, SERVER_START_MS)
  afterAll(() => server.stop())

  const send = (event: JobEvent, labels = {}) =>
    deliver(influx, event, endpointOf('influx', server.url, { options: { bucket: 'ci', org: 'acme' } }), { labels })

  interface Series {
    readonly metric: Readonly<Record<string, string>>
    readonly values: readonly number[]
    readonly timestamps: readonly number[]
  }

  /** What is stored under a name, once there are as many series as expected. */
  async function seriesOf(name: string, count: number): Promise<Series[]> {
    let lines: string[] = []
    await until(async () => {
      await ask(`${server.url}/internal/force_flush`)
      const { text } = await ask(`${server.url}/api/v1/export?match[]=${encodeURIComponent(name)}`)
      lines = text.split('\n').filter((line) => line !== '')
      return lines.length >= count
    }, 10_000)
    return lines.map((line): Series => JSON.parse(line))
  }

  const at = (event: JobEvent): JobEvent => ({ ...event, time: { ...event.time, completed_at: completedAt } })

  test('shows the numbers of a job under its labels, and a resend leaves one value', async () => {
    const event = at({ ...sampleEvent, vcs: { ...sampleEvent.vcs, repository: 'acme/one' } })

    for (let times = 0; times < 2; times += 1)
      expect(await send(event)).toEqual({ result: 'delivered', attempts: 1, statusCode: 204, accepted: 3 })

    const labels = {
      event: 'pull_request',
      ref_class: 'pr',
      repository: 'acme/one',
      runner_os: 'Linux',
      status: 'failure',
      task: 'test (3.12, ubuntu-24.04)',
      workflow: 'CI',
    }
    const stored = await seriesOf('ci_job_duration_seconds{repository="acme/one"}', 1)
    expect(stored.map(({ metric }) => metric)).toEqual([
      expect.objectContaining({ ...labels, __name__: 'ci_job_duration_seconds' }),
    ])
    const time = Date.parse(completedAt) / 1000
    const query = encodeURIComponent('count_over_time(ci_measurement_value{repository="acme/one"}[1h])')
    const counted = JSON.stringify(await askJson(`${server.url}/api/v1/query?query=${query}&time=${time + 1}`))
    const { data }: { data: { result: { metric: Record<string, string>; value: [number, string] }[] } } =
      JSON.parse(counted)
    const counts = data.result.map(({ metric, value }) => [metric['name'], value[1]])
    expect(Object.fromEntries(counts)).toEqual({ bundle_size: '1', p95: '1' })
    expect(counts).toHaveLength(2)
  })

  test('acceptance 7: 1,000 random texts as task, scope and attribute are never refused, make no third measurement and are read back', async () => {
    const texts = randomTexts(1000, 20_261_126)
    const refused: unknown[] = []
    for (const [index, text] of texts.entries()) {
      const job = { key: 'test', id: String(index + 1), task: text }
      const metrics = [{ name: `m${index}`, value: index / 2, unit: 'random', scope: text }]
      const delivery = await send(at({ ...sampleEvent, job, metrics }), { team: text })
      if (delivery.result !== 'delivered') refused.push({ text, delivery })
    }

    expect(refused).toEqual([])
    const stored = await seriesOf('ci_measurement_value{unit="random"}', texts.length)
    const read = stored.map(({ metric, values }) => {
      const { name, task = '', scope = '', team = '' } = metric
      return { name, task, scope, team, values }
    })
    const wanted = texts.map((text, index) => {
      const tag = asTag(text)
      return { name: `m${index}`, task: tag, scope: tag, team: tag, values: [index / 2] }
    })
    const byName = (one: { name?: string | undefined }, two: { name?: string | undefined }) =>
      Number(one.name?.slice(1)) - Number(two.name?.slice(1))
    expect(read.toSorted(byName)).toEqual(wanted)
    const names = JSON.stringify(await askJson(`${server.url}/api/v1/label/__name__/values`))
    const { data }: { data: string[] } = JSON.parse(names)
    expect(data.filter((name) => !/^ci_(?:job|measurement)_/.test(name))).toEqual([])
  }, 120_000)
})
