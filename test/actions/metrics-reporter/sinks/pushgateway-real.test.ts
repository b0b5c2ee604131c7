import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { BuildEvent, JobEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { pushgateway } from '../../../../actions/metrics-reporter/src/sinks/pushgateway.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { ask, askJson } from '../servers/ask.ts'
import { describeServers, SERVER_START_MS, until } from '../servers/program.ts'
import { type HttpServer, promtoolSays, startPrometheus, startPushgateway } from '../servers/servers.ts'
import { deliver, endpointOf, PLAIN, transport } from './transport.ts'

const NASTY = [
  'feat/x y',
  'Ünï "q" \\ a=b, c',
  'two\nlines',
  '\\',
  '"',
  '..',
  '%2F',
  'a/b//c',
  '::error::x',
  '',
  '🚀 {task="x"} 1',
  '?a=b#c',
]

describeServers('acceptance 6: a real Pushgateway', () => {
  let server: HttpServer

  beforeAll(async () => {
    server = await startPushgateway()
  }, SERVER_START_MS)
  afterAll(() => server.stop())
  beforeEach(async () => {
    await ask(`${server.url}/api/v1/admin/wipe`, { method: 'PUT' })
  })

  const endpoint = () => endpointOf('pushgateway', server.url)
  const push = async (event: BuildEvent, labels: Readonly<Record<string, string>> = {}) => {
    expect(await deliver(pushgateway, event, endpoint(), { labels })).toMatchObject({
      result: 'delivered',
      attempts: 1,
    })
  }
  const shown = async (): Promise<string> => (await ask(`${server.url}/metrics`)).text
  /** The labels of each group, without those that say nothing. */
  const groups = async (): Promise<Record<string, string>[]> => {
    const answer = JSON.stringify(await askJson(`${server.url}/api/v1/metrics`))
    const { data }: { data: { labels: Record<string, string> }[] } = JSON.parse(answer)
    return data.map(({ labels }) => Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')))
  }

  test('shows a job under its labels, each value as it is in the event', async () => {
    await push({ ...sampleEvent, soft_failures: { count: 1 }, time: { ...sampleEvent.time, queued_seconds: 8 } })

    const group =
      'instance="",job="ci",ref_class="pr",repository="acme/sms",task="test (3.12, ubuntu-24.04)",workflow="CI"'
    const [start, end] = ['instance="",job="ci"', group.slice('instance="",job="ci"'.length)]
    const lines = (await shown()).split('\n').filter((line) => line.startsWith('ci_job_last_'))
    expect(lines.toSorted()).toEqual(
      [
        `ci_job_last_completed_timestamp_seconds{${group}} 1.79537770425e+09`,
        `ci_job_last_coverage_ratio{${start},kind="branches"${end}} 0.7143`,
        `ci_job_last_coverage_ratio{${start},kind="lines"${end}} 0.8529`,
        `ci_job_last_duration_seconds{${group}} 95.25`,
        ...['fail 1', 'inconclusive 0', 'no-data 0', 'pass 0'].map((one) => {
          const [outcome, value] = one.split(' ')
          const rest = end.replace(',ref_class', `,outcome="${outcome}",ref_class`)
          return `ci_job_last_gate{gate="perf-threshold-gate",${start}${rest}} ${value}`
        }),
        `ci_job_last_measurement{gate="",${start},name="bundle_size",ref_class="pr",repository="acme/sms",scope="",task="test (3.12, ubuntu-24.04)",unit="By",workflow="CI"} 348160`,
        `ci_job_last_measurement{gate="perf-threshold-gate",${start},name="p95",ref_class="pr",repository="acme/sms",scope="",task="test (3.12, ubuntu-24.04)",unit="s",workflow="CI"} 0.612`,
        `ci_job_last_queue_seconds{${group}} 8`,
        `ci_job_last_run_attempt{${group}} 2`,
        `ci_job_last_run_id{${group}} 1.7654321098e+10`,
        `ci_job_last_soft_failures{${group}} 1`,
        ...['cancellation 0', 'error 0', 'failure 1', 'skip 0', 'success 0', 'timeout 0'].map((one) => {
          const [status, value] = one.split(' ')
          return `ci_job_last_status{${start}${end.replace(',task', `,status="${status}",task`)}} ${value}`
        }),
      ].toSorted(),
    )
  })

  test('trap 7: a coverage that is no longer measured is no longer shown', async () => {
    const { coverage: _none, ...without } = sampleEvent
    await push(sampleEvent)
    expect(await shown()).toContain('ci_job_last_coverage_ratio{')

    await push(without)

    expect(await shown()).toContain('ci_job_last_duration_seconds{')
    expect(await shown()).not.toContain('ci_job_last_coverage_ratio{')
  })

  test('trap 8: jobs of a matrix and their run are all visible, and 50 builds of a job leave one group', async () => {
    await push(sampleRunEvent)
    await push({ ...sampleEvent, job: { ...sampleEvent.job, task: 'test (3.13, ubuntu-24.04)' } })
    for (let attempt = 1; attempt <= 50; attempt += 1) {
      const build = { build_id: `b${attempt}`, run: { ...sampleEvent.run, id: String(100 + attempt), attempt } }
      await push({ ...sampleEvent, ...build }, { branch: `branch-${attempt}` })
    }

    const group = { job: 'ci', repository: 'acme/sms', workflow: 'CI', ref_class: 'pr' }
    expect(await groups()).toHaveLength(3)
    expect(await groups()).toEqual(
      expect.arrayContaining([
        group,
        { ...group, task: 'test (3.12, ubuntu-24.04)' },
        { ...group, task: 'test (3.13, ubuntu-24.04)' },
      ]),
    )
    const durations = (await shown()).split('\n').filter((line) => line.startsWith('ci_job_last_duration_seconds{'))
    expect(durations).toHaveLength(2)
    expect(durations.join('\n')).toContain('branch="branch-50"')
  })

  test.each(NASTY)('trap 9: the task %j arrives as it is, and nothing beside it', async (task) => {
    const metrics = [{ name: 'a', value: 1, unit: 's', gate: task, scope: task }]
    await push({ ...sampleEvent, job: { ...sampleEvent.job, task }, metrics })

    const all = await groups()
    expect(all).toHaveLength(1)
    expect(all[0]?.['task'] ?? '').toBe(task)
    expect((await shown()).match(/^ci_job_last_measurement\{.*/gm)).toHaveLength(1)
    const { labels = {} } = await measurement()
    expect([labels['gate'] ?? '', labels['scope'] ?? '']).toEqual([task, task])
  })

  async function measurement(): Promise<{ labels?: Record<string, string> }> {
    const answer = JSON.stringify(await askJson(`${server.url}/api/v1/metrics`))
    const { data }: { data: { ci_job_last_measurement: { metrics: { labels: Record<string, string> }[] } }[] } =
      JSON.parse(answer)
    return data[0]?.ci_job_last_measurement.metrics[0] ?? {}
  }

  test('trap 22: what it refuses is final and leaves the values, and a failed push to a new group an empty one', async () => {
    await push(sampleEvent)
    const spoilt = async (event: JobEvent) => {
      // it takes no timestamps
      const payloads = pushgateway
        .encode(event, endpoint(), PLAIN)
        .map((one) => ({ ...one, body: 'a 1 1795377704250\n' }))
      return pushgateway.deliver(payloads, endpoint(), event.event_id, transport())
    }

    const again = await spoilt(sampleEvent)
    const fresh = await spoilt({ ...sampleEvent, job: { ...sampleEvent.job, task: 'new' } })

    for (const delivery of [again, fresh])
      expect(delivery).toMatchObject({
        result: 'failed',
        attempts: 1,
        statusCode: 400,
        answer: expect.stringContaining('timestamps'),
      })
    const text = await shown()
    expect(text).toMatch(/^ci_job_last_duration_seconds\{.*task="test .*\} 95\.25$/m)
    expect(text).toMatch(/^push_failure_time_seconds\{.*task="test .*\} 1\.\d+e\+09$/m)
    expect(text).toMatch(/^push_failure_time_seconds\{.*task="new",.*\} 1\.\d+e\+09$/m)
    expect(text).not.toMatch(/^ci_job_last_.*task="new"/m)
    expect(
      await pushgateway.isSuperseded?.({ ...sampleEvent, job: { key: 'a', task: 'new' } }, endpoint(), transport()),
    ).toBe(false)
  })

  test('an older build from the spool is superseded, the same one and a newer one are not', async () => {
    const at = (completed_at: string): JobEvent => ({ ...sampleEvent, time: { ...sampleEvent.time, completed_at } })
    const isSuperseded = (event: BuildEvent) => pushgateway.isSuperseded?.(event, endpoint(), transport())
    expect(await isSuperseded(sampleEvent)).toBe(false)
    await push(at('2026-11-22T20:01:44.250Z'))

    expect(await isSuperseded(at('2026-11-22T20:01:44.249Z'))).toBe(true)
    expect(await isSuperseded(at('2026-11-22T20:01:44.250Z'))).toBe(false)
    expect(await isSuperseded(at('2026-11-22T20:01:44.251Z'))).toBe(false)
    expect(
      await isSuperseded({ ...sampleRunEvent, time: { ...sampleRunEvent.time, completed_at: '2020-01-01T00:00:00Z' } }),
    ).toBe(false)
  })

  test('takes labels that the input adds, whatever their names', async () => {
    await push(sampleEvent, {
      'a.b': '1',
      __name__: 'x',
      job: 'y',
      instance: 'z',
      le: '1',
      time: 'noon',
      'ref-class': 'q',
    })

    expect(await groups()).toHaveLength(1)
    expect(await shown()).toMatch(
      /^ci_job_last_duration_seconds\{a_b="1",instance="",job="ci",label___name__="x",label_instance="z",label_job="y",/m,
    )
  })

  test.each([
    [
      'of a job',
      {
        ...sampleEvent,
        soft_failures: { count: 3 },
        metrics: NASTY.map((scope) => ({ name: 'a', value: 1, unit: 's', scope })),
      },
    ],
    ['of a run', sampleRunEvent],
  ])('promtool finds nothing wrong with the text %s', async (_what, event) => {
    const [payload] = pushgateway.encode(event, endpoint(), { ...PLAIN, labels: { 'a.b': '1', branch: 'x"\\' } })

    expect(await promtoolSays(payload?.body ?? '')).toBe('')
  })

  test(
    'Prometheus scrapes it, and a query returns the task',
    async () => {
      const task = 'Ünï "q" \\ a=b, c'
      await push({ ...sampleEvent, job: { ...sampleEvent.job, task } })
      const prometheus = await startPrometheus([`127.0.0.1:${server.port(0)}`])
      try {
        const query = `${prometheus.url}/api/v1/query?query=${encodeURIComponent('ci_job_last_status == 1')}`
        let answer = ''
        await until(async () => {
          answer = JSON.stringify(await askJson(query))
          return !answer.includes('"result":[]')
        }, 15_000)

        const { data }: { data: { result: { metric: unknown; value: [number, string] }[] } } = JSON.parse(answer)
        expect(data.result).toEqual([
          {
            metric: {
              __name__: 'ci_job_last_status',
              job: 'ci',
              ref_class: 'pr',
              repository: 'acme/sms',
              status: 'failure',
              task,
              workflow: 'CI',
            },
            value: [expect.any(Number), '1'],
          },
        ])
      } finally {
        await prometheus.stop()
      }
    },
    SERVER_START_MS + 20_000,
  )
})
