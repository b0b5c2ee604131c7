import { type FakeWebhookOptions, fakeClock, fakeWebhook } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BuildEvent, JobEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { pushgateway } from '../../../../actions/metrics-reporter/src/sinks/pushgateway.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { deliver, endpointOf, PLAIN, transport } from './transport.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function receiver(options: FakeWebhookOptions = {}) {
  const fake = await fakeWebhook(options)
  open.push(fake.close)
  return fake
}

const TARGET = 'https://push.internal:9091'

function payloadOf(event: BuildEvent, target = TARGET, labels: Readonly<Record<string, string>> = {}) {
  const payloads = pushgateway.encode(event, endpointOf('pushgateway', target), { ...PLAIN, labels })
  expect(payloads).toHaveLength(1)
  const [{ body, url = '', to } = { body: '', to: '' }] = payloads
  return { body, url, to }
}

const withJob = (job: Partial<JobEvent['job']>): JobEvent => ({ ...sampleEvent, job: { ...sampleEvent.job, ...job } })
/** Lines without HELP and TYPE. */
const seriesIn = (body: string): string[] => body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

const GROUP =
  '/metrics/job@base64/Y2k/repository@base64/YWNtZS9zbXM/workflow@base64/Q0k/task@base64/dGVzdCAoMy4xMiwgdWJ1bnR1LTI0LjA0KQ/ref_class@base64/cHI'

describe('the group', () => {
  test('is named by job, repository, workflow, task and class of the ref, in base64', () => {
    expect(payloadOf(sampleEvent).url).toBe(`${TARGET}${GROUP}`)
  })

  test('lies below the path of the endpoint, and keeps its query', () => {
    expect(payloadOf(sampleEvent, `${TARGET}/base/?tenant=a`).url).toBe(`${TARGET}/base${GROUP}?tenant=a`)
  })

  test('of a run has no task', () => {
    expect(payloadOf(sampleRunEvent).url).toBe(
      `${TARGET}/metrics/job@base64/Y2k/repository@base64/YWNtZS9zbXM/workflow@base64/Q0k/ref_class@base64/cHI`,
    )
  })

  test('has = for an empty value', () => {
    expect(payloadOf(withJob({ task: '' })).url).toContain('/task@base64/=/ref_class@base64/')
  })

  test('has the job of the option', () => {
    const [payload] = pushgateway.encode(
      sampleEvent,
      endpointOf('pushgateway', TARGET, { options: { job: 'a/b' } }),
      PLAIN,
    )

    expect(payload?.url).toContain('/metrics/job@base64/YS9i/repository')
  })

  test('trap 8: is the same for every build of a job', () => {
    const next = { ...sampleEvent, build_id: 'another', run: { ...sampleEvent.run, id: '17654321099', attempt: 1 } }

    expect(payloadOf(next).url).toBe(payloadOf(sampleEvent).url)
  })

  test('trap 8: is the same whatever labels are added', () => {
    expect(payloadOf(sampleEvent, TARGET, { build_id: '1', branch: 'x' }).url).toBe(payloadOf(sampleEvent).url)
  })

  test('is told without user info and query', () => {
    const { to, url } = payloadOf(sampleEvent, 'https://ci:geheim@push.internal:9091?a=geheim')

    expect(to).toBe(`PUT ${TARGET}${GROUP}`)
    expect(url).toContain('ci:geheim@')
  })
})

describe('the body', () => {
  test('of a job has all that is known of it', () => {
    expect(seriesIn(payloadOf(sampleEvent).body)).toEqual([
      'ci_job_last_duration_seconds 95.25',
      'ci_job_last_completed_timestamp_seconds 1795377704.25',
      'ci_job_last_run_id 17654321098',
      'ci_job_last_run_attempt 2',
      'ci_job_last_status{status="success"} 0',
      'ci_job_last_status{status="failure"} 1',
      'ci_job_last_status{status="error"} 0',
      'ci_job_last_status{status="timeout"} 0',
      'ci_job_last_status{status="cancellation"} 0',
      'ci_job_last_status{status="skip"} 0',
      'ci_job_last_coverage_ratio{kind="lines"} 0.8529',
      'ci_job_last_coverage_ratio{kind="branches"} 0.7143',
      'ci_job_last_gate{gate="perf-threshold-gate",outcome="pass"} 0',
      'ci_job_last_gate{gate="perf-threshold-gate",outcome="fail"} 1',
      'ci_job_last_gate{gate="perf-threshold-gate",outcome="inconclusive"} 0',
      'ci_job_last_gate{gate="perf-threshold-gate",outcome="no-data"} 0',
      'ci_job_last_measurement{gate="",name="bundle_size",scope="",unit="By"} 348160',
      'ci_job_last_measurement{gate="perf-threshold-gate",name="p95",scope="",unit="s"} 0.612',
    ])
  })

  test('of a run is named ci_run_last, with the queue and without coverage', () => {
    const { body } = payloadOf({ ...sampleRunEvent, soft_failures: { count: 2 } })

    expect(seriesIn(body).filter((line) => !line.includes('{'))).toEqual([
      'ci_run_last_duration_seconds 143.5',
      'ci_run_last_queue_seconds 8',
      'ci_run_last_completed_timestamp_seconds 1795377744.5',
      'ci_run_last_run_id 17654321098',
      'ci_run_last_run_attempt 2',
      'ci_run_last_soft_failures 2',
    ])
    expect(body).not.toMatch(/coverage|ci_job/)
  })

  test('has HELP and TYPE once for each metric, before its lines', () => {
    const { body } = payloadOf(sampleEvent)

    expect(body).toMatch(
      /^# HELP ci_job_last_duration_seconds How long it ran\.\n# TYPE ci_job_last_duration_seconds gauge\nci_job_last_duration_seconds 95\.25\n# HELP /,
    )
    expect(body.match(/^# TYPE ci_job_last_gate gauge$/gm)).toHaveLength(1)
    expect(body.endsWith('\n')).toBe(true)
  })

  test('trap 7: has no line of a coverage that is unknown', () => {
    const { coverage: _none, ...event } = sampleEvent

    expect(payloadOf(event).body).not.toContain('coverage')
  })

  test('trap 9: escapes backslash, quote and line end in a label, and has no carriage return', () => {
    const event = { ...sampleEvent, metrics: [{ name: 'a', value: 1, unit: 's', scope: 'Ünï "q" \\ a=b, c\r\nnext' }] }

    const line = 'ci_job_last_measurement{gate="",name="a",scope="Ünï \\"q\\" \\\\ a=b, c \\nnext",unit="s"} 1'
    expect(seriesIn(payloadOf(event).body)).toContain(line)
    expect(payloadOf(event).body).not.toContain('\r')
  })

  test('trap 24: writes numbers without exponent', () => {
    const metrics = [
      { name: 'small', value: 1e-7, unit: '1' },
      { name: 'large', value: -1e21, unit: '1' },
    ]

    const lines = seriesIn(payloadOf({ ...sampleEvent, metrics }).body).filter((line) => line.includes('measurement'))
    expect(lines.map((line) => line.split(' ').at(-1))).toEqual(['0.0000001', '-1000000000000000000000'])
  })

  test('trap 10: has the digits of a run id above 2^53', () => {
    const event = { ...sampleEvent, run: { ...sampleEvent.run, id: '9007199254740993' } }

    expect(seriesIn(payloadOf(event).body)).toContain('ci_job_last_run_id 9007199254740993')
  })

  test('has a series once, also where two names differ in half a surrogate pair: the last value', () => {
    const metrics = [
      { name: 'a', value: 1, unit: 's', scope: '\ud83d' },
      { name: 'a', value: 2, unit: 's', scope: '\ud83e' },
    ]

    const lines = seriesIn(payloadOf({ ...sampleEvent, metrics }).body).filter((line) => line.includes('measurement'))
    expect(lines).toEqual(['ci_job_last_measurement{gate="",name="a",scope="\ufffd",unit="s"} 2'])
  })

  test('has the labels that the input adds on each line, under names that Prometheus takes', () => {
    const labels = { branch: 'feat/x', 'a.b-c': '1', 'ref-class': '2', __name__: '3', instance: '4' }

    const { body } = payloadOf(sampleEvent, TARGET, labels)

    const added = 'branch="feat/x",a_b_c="1",label_ref_class="2",label___name__="3",label_instance="4"'
    expect(seriesIn(body)[0]).toBe(`ci_job_last_duration_seconds{${added}} 95.25`)
    expect(seriesIn(body).every((line) => line.includes(added))).toBe(true)
  })
})

describe('a delivery', () => {
  test('puts the group, with the token as Bearer', async () => {
    const { url, requests } = await receiver({ answers: [{ status: 200 }] })

    const delivery = await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url, { token: 'geheim' }))

    expect(delivery).toEqual({ result: 'delivered', attempts: 1, statusCode: 200 })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ method: 'PUT', path: GROUP })
    expect(requests[0]?.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      authorization: 'Bearer geheim',
    })
    expect(String(requests[0]?.body)).toBe(payloadOf(sampleEvent).body)
  })

  test.each([200, 202])('is confirmed by %d', async (status) => {
    const { url } = await receiver({ answers: [{ status }] })

    expect(await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url))).toMatchObject({
      result: 'delivered',
    })
  })

  test.each([429, 500, 502, 503, 504])('acceptance 3: is sent again after %d, until it is taken', async (status) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status }, { status }, { status: 200 }] })

    const delivery = await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url), {
      world: transport(clock, { random: () => 0.999_999_999 }),
    })

    expect(delivery).toEqual({ result: 'delivered', attempts: 3, statusCode: 200 })
    expect(requests).toHaveLength(3)
    expect(clock.waits.map(Math.round)).toEqual([500, 1000])
  })

  test.each([201, 204, 301, 400, 401, 403, 404, 408, 413])('acceptance 3: is given up after one %d', async (status) => {
    const { url, requests } = await receiver({ answers: [{ status }] })

    const delivery = await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: status })
    expect(delivery.isRefused).toBe(status === 401 || status === 403)
    expect(requests).toHaveLength(1)
  })

  test('trap 22: what Pushgateway refuses is final, with its words', async () => {
    const { url } = await receiver({ answers: [{ status: 400, body: 'pushed metrics are invalid' }] })

    const delivery = await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, answer: 'pushed metrics are invalid' })
  })

  test('is sent again after a reset', async () => {
    const { url, requests } = await receiver({ answers: [{ reset: true }, { status: 200 }] })

    const delivery = await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url))

    expect(delivery).toMatchObject({ result: 'delivered', attempts: 2 })
    expect(requests).toHaveLength(2)
  })

  test.each([
    ['the page of a login', '<!doctype html><title>Sign in</title>', 'failed'],
    ['10 MiB', 'x'.repeat(10 * 1024 * 1024), 'failed'],
    ['a text', 'fine', 'unconfirmed'],
  ])('200 with %s is no confirmation', async (_what, body, result) => {
    const { url, requests } = await receiver({ answers: [{ status: 200, body }] })

    const delivery = await deliver(pushgateway, sampleEvent, endpointOf('pushgateway', url))

    expect(delivery).toMatchObject({ result, attempts: 1, statusCode: 200 })
    expect(requests).toHaveLength(1)
  })
})

describe('an event from the spool', () => {
  const LABELS = {
    instance: '',
    job: 'ci',
    repository: 'acme/sms',
    workflow: 'CI',
    task: sampleEvent.job.task,
    ref_class: 'pr',
  }
  const groupAt = (value: string, labels: Readonly<Record<string, string>> = LABELS) => ({
    labels,
    ci_job_last_completed_timestamp_seconds: { type: 'GAUGE', metrics: [{ labels, value }] },
  })
  const ask = async (status: number, answer: unknown) => {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer)
    const { url, requests } = await receiver({ answers: [{ status, body }] })
    const endpoint = endpointOf('pushgateway', `${url}/base`, { token: 'geheim' })
    const told = await pushgateway.isSuperseded?.(sampleEvent, endpoint, transport())
    expect(requests.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ['GET', '/base/api/v1/metrics', 'Bearer geheim'],
    ])
    return told
  }

  // the sample ended at 1795377704.250
  test.each([
    ['a millisecond newer', [groupAt('1.795377704251e+09')], true],
    ['the same', [groupAt('1.79537770425e+09')], false],
    ['older', [groupAt('1.795377704249e+09')], false],
    ['of another task', [groupAt('1.8e+09', { ...LABELS, task: 'lint' })], false],
    ['with a label more', [groupAt('1.8e+09', { ...LABELS, extra: '1' })], false],
    [
      'of the run',
      [groupAt('1.8e+09', { instance: '', job: 'ci', repository: 'acme/sms', workflow: 'CI', ref_class: 'pr' })],
      false,
    ],
    ['empty, as a refused push leaves it', [{ labels: LABELS }], false],
    ['not there', [], false],
  ])('is superseded only by a newer one: the group is %s', async (_what, data, expected) => {
    expect(await ask(200, { status: 'success', data })).toBe(expected)
  })

  test.each([
    ['404', 404, { data: [] }],
    ['401', 401, ''],
    ['no JSON', 200, '<html>'],
    ['no list', 200, { status: 'error' }],
    ['a time that is no number', 200, { data: [groupAt('soon')] }],
    ['half of the answer', 200, JSON.stringify({ data: [groupAt('1.8e+09')] }).slice(0, 200)],
  ])('is neither superseded nor not where nobody can tell: %s', async (_what, status, answer) => {
    expect(await ask(status, answer)).toBeUndefined()
  })

  test('is neither superseded nor not where the answer is longer than its limit', async () => {
    expect(await ask(200, `{"data":[]}${' '.repeat(33 * 1024 * 1024)}`)).toBeUndefined()
  })

  test('is neither superseded nor not where nobody answers', async () => {
    const { url, close } = await fakeWebhook()
    await close()

    expect(await pushgateway.isSuperseded?.(sampleEvent, endpointOf('pushgateway', url), transport())).toBeUndefined()
  })
})
