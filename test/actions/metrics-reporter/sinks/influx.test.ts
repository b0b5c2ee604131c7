import { type FakeWebhookOptions, fakeClock, fakeWebhook } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BuildEvent, JobEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { influx } from '../../../../actions/metrics-reporter/src/sinks/influx.ts'
import { kindNamed } from '../../../../actions/metrics-reporter/src/sinks/kinds.ts'
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

const TARGET = 'https://influx.internal:8086'
const V1 = { options: { db: 'ci' } }

function payloadOf(
  event: BuildEvent,
  labels: Readonly<Record<string, string>> = {},
  options: Readonly<Record<string, string>> = V1.options,
  target = TARGET,
) {
  const payloads = influx.encode(event, endpointOf('influx', target, { options }), { ...PLAIN, labels })
  expect(payloads).toHaveLength(1)
  const [{ body, url = '', to, count = 0 } = { body: '', to: '' }] = payloads
  expect(body.endsWith('\n')).toBe(true)
  return { lines: body.slice(0, -1).split('\n'), url, to, count }
}

const withTask = (task: string): JobEvent => ({ ...sampleEvent, metrics: [], job: { ...sampleEvent.job, task } })
const tagOf = (task: string): string | undefined =>
  /,task=(.*),workflow=CI /.exec(payloadOf(withTask(task)).lines[0] ?? '')?.[1]

describe('the address', () => {
  test.each([
    [TARGET, { bucket: 'ci', org: 'acme' }, `${TARGET}/api/v2/write?org=acme&bucket=ci&precision=ns`],
    [
      `${TARGET}/base/`,
      { bucket: 'a b', org: 'ä&' },
      `${TARGET}/base/api/v2/write?org=%C3%A4%26&bucket=a+b&precision=ns`,
    ],
    [TARGET, { db: 'ci' }, `${TARGET}/write?db=ci&precision=ns`],
    [`${TARGET}/x/write?db=a&u=b&p=c`, {}, `${TARGET}/x/write?db=a&u=b&p=c`],
  ])('%s with %o is %s', (target, options, expected) => {
    expect(payloadOf(sampleEvent, {}, options, target).url).toBe(expected)
  })

  test('is told without user and password, in either place', () => {
    expect(payloadOf(sampleEvent, {}, {}, 'https://a:geheim@host/write?db=ci&u=a&p=geheim').to).toBe(
      'POST https://host/write?db=ci',
    )
  })
})

describe('a URL that is written out', () => {
  const flawOf = (query: string) => kindNamed('influx').flawOfLine?.(`${TARGET}/write?db=ci${query}`, {})

  test.each(['', '&precision=ns', '&precision=n'])('may have the query %j', (query) => {
    expect(flawOf(query)).toBeUndefined()
  })

  test.each(['s', 'ms', 'us', ''])('may not ask for the precision %j, by which every time would be another', (unit) => {
    expect(flawOf(`&precision=${unit}`)).toBe('asks for a precision other than ns. Leave precision=… out')
  })
})

describe('the lines', () => {
  test('of a job: one of its own, and one for each measurement', () => {
    const event = {
      ...sampleEvent,
      time: { ...sampleEvent.time, queued_seconds: 8 },
      soft_failures: { count: 1 },
    }

    const { lines, count } = payloadOf(event)

    const task = 'task=test\\ (3.12\\,\\ ubuntu-24.04)'
    expect(lines).toEqual([
      `ci_job,event=pull_request,ref_class=pr,repository=acme/sms,runner_os=Linux,status=failure,${task},workflow=CI build_id="17654321098-2",conclusion="failure",coverage_branches=0.7143,coverage_lines=0.8529,duration_seconds=95.25,job_id=50123456789i,queued_seconds=8,revision="9fceb02d0ae598e95dc970b74767f19372d61af8",run_attempt=2i,run_id=17654321098i,soft_failures=1i 1795377704250456789`,
      `ci_measurement,event=pull_request,name=bundle_size,ref_class=pr,repository=acme/sms,runner_os=Linux,status=failure,${task},unit=By,workflow=CI run_id=17654321098i,value=348160 1795377704250456789`,
      `ci_measurement,event=pull_request,gate=perf-threshold-gate,name=p95,ref_class=pr,repository=acme/sms,runner_os=Linux,status=failure,${task},unit=s,workflow=CI run_id=17654321098i,value=0.612 1795377704250456789`,
    ])
    expect(count).toBe(3)
  })

  test('of a run: no task and no job, and the run sets the nanoseconds', () => {
    expect(payloadOf(sampleRunEvent).lines).toEqual([
      'ci_run,event=pull_request,ref_class=pr,repository=acme/sms,status=failure,workflow=CI build_id="17654321098-2",conclusion="failure",duration_seconds=143.5,queued_seconds=8,revision="9fceb02d0ae598e95dc970b74767f19372d61af8",run_attempt=2i,run_id=17654321098i 1795377744500321098',
    ])
  })

  test('of jobs without an id differ in their time', () => {
    const { id: _none, ...job } = sampleEvent.job
    const at = (event_id: string) =>
      payloadOf({ ...sampleEvent, event_id, job })
        .lines[0]?.split(' ')
        .at(-1)

    // 0x…0f4241 is 1000001
    expect(at('hg1-000000000000000000000000000f4241')).toBe('1795377704250000001')
    expect(at('hg1-000000000000000000000000000f4242')).toBe('1795377704250000002')
  })

  test('trap 7: have no field of a coverage or length that is unknown', () => {
    const { coverage: _none, duration_seconds: _unknown, ...event } = sampleEvent

    expect(payloadOf(event).lines.join('\n')).not.toMatch(/coverage|duration/)
  })

  test.each([
    ['feat/x y', 'feat/x\\ y'],
    ['a=b, c', 'a\\=b\\,\\ c'],
    ['two\r\nlines', 'two\\ lines'],
    ['end\\', 'end/'],
    ['Ünï "q" \\ a', 'Ünï\\ "q"\\ /\\ a'],
    ['a\\b', 'a\\b'],
    ['a\\\\b', 'a/\\b'],
    ['a\\,b', 'a/\\,b'],
    ['a\\\nb', 'a/\\ b'],
  ])('trap 9: the task %j is the tag %s', (task, expected) => {
    expect(tagOf(task)).toBe(expected)
  })

  test('trap 9: an empty tag is left out', () => {
    expect(payloadOf(withTask('')).lines[0]).not.toContain('task')
  })

  test('trap 9: a string field escapes quote and backslash, and no line end is in it', () => {
    const [line] = payloadOf({ ...sampleEvent, build_id: 'a"b\\c\nd, e=f' }).lines

    expect(line).toContain(' build_id="a\\"b\\\\c d, e=f",conclusion=')
  })

  test('trap 10: a run id above 2^53 has its digits, and one that no integer can hold is left out', () => {
    const withId = (id: string) => payloadOf({ ...sampleEvent, run: { ...sampleEvent.run, id } }).lines[0]

    expect(withId('9007199254740993')).toContain(',run_id=9007199254740993i')
    expect(withId('9223372036854775807')).toContain(',run_id=9223372036854775807i')
    expect(withId('9223372036854775808')).not.toContain('run_id')
  })

  test('trap 23, 24: floats have neither i nor exponent, integers always i', () => {
    const event = {
      ...sampleEvent,
      duration_seconds: 95,
      coverage: { lines: 1, source: 'input' as const },
      metrics: [{ name: 'a', value: 1e-7, unit: '1' }],
      soft_failures: { count: 0 },
    }

    const { lines } = payloadOf(event)

    expect(lines[0]).toContain(',coverage_lines=1,duration_seconds=95,')
    expect(lines[0]).toContain(',run_attempt=2i,run_id=17654321098i,soft_failures=0i ')
    expect(lines[1]).toContain(',value=0.0000001 ')
  })

  test('have the labels that the input adds as tags of every line, none under the name of a field', () => {
    const { lines } = payloadOf(sampleEvent, {
      branch: 'feat/x',
      build_id: '7',
      time: 'noon',
      _field: 'x',
      coverage_lines: '1',
      'a.b': '',
    })

    const tags = ',branch=feat/x,event=pull_request,'
    expect(lines.every((line) => line.includes(tags))).toBe(true)
    expect(lines[0]).toContain(',label__field=x,label_build_id=7,label_coverage_lines=1,label_time=noon,ref_class=pr,')
    expect(lines[0]).not.toContain('a.b')
  })
})

describe('a delivery', () => {
  const at = (url: string) => endpointOf('influx', url, { ...V1, token: 'geheim' })

  test.each([200, 204])('is confirmed by %d, with the count of its lines', async (status) => {
    const { url, requests } = await receiver({ answers: [{ status }] })

    const delivery = await deliver(influx, sampleEvent, at(url))

    expect(delivery).toEqual({ result: 'delivered', attempts: 1, statusCode: status, accepted: 3 })
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/write?db=ci&precision=ns' })
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Token geheim',
      'content-type': 'text/plain; charset=utf-8',
    })
    expect(String(requests[0]?.body)).toBe(
      payloadOf(sampleEvent)
        .lines.map((line) => `${line}\n`)
        .join(''),
    )
  })

  test.each([429, 500, 502, 503, 504])('acceptance 3: is sent again after %d, until it is taken', async (status) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status }, { status }, {}] })

    const delivery = await deliver(influx, sampleEvent, at(url), { world: transport(clock) })

    expect(delivery).toMatchObject({ result: 'delivered', attempts: 3 })
    expect(requests).toHaveLength(3)
    // half of 500 and of 1000 ms
    expect(clock.waits).toEqual([250, 500])
  })

  test.each([301, 400, 401, 403, 404, 408, 413, 422])('acceptance 3: is given up after one %d', async (status) => {
    const { url, requests } = await receiver({ answers: [{ status, body: '{"error":"no"}' }] })

    expect(await deliver(influx, sampleEvent, at(url))).toMatchObject({
      result: 'failed',
      attempts: 1,
      statusCode: status,
    })
    expect(requests).toHaveLength(1)
  })

  test('that broke off behind a 400 is given up too', async () => {
    const { url, requests } = await receiver({ answers: [{ status: 400, cut: true }] })

    expect(await deliver(influx, sampleEvent, at(url))).toMatchObject({
      result: 'failed',
      attempts: 1,
      statusCode: 400,
    })
    expect(requests).toHaveLength(1)
  })

  test.each([
    [
      400,
      'partial write: field type conflict: input field \\"value\\" on measurement \\"ci_measurement\\" is type float, already exists as type integer dropped=2',
      1,
      2,
    ],
    [
      422,
      'failure writing points to database: partial write: max-values-per-tag limit exceeded (1): measurement=\\"ci_job\\" dropped=1',
      2,
      1,
    ],
    [400, "partial write: unable to parse 'ci_job x': missing fields dropped=0", 2, 1],
  ])(
    'a partial write, %d %s, is told with its counts and not sent again',
    async (status, error, accepted, rejected) => {
      const { url, requests } = await receiver({ answers: [{ status, body: `{"error":"${error}"}` }] })

      const delivery = await deliver(influx, sampleEvent, at(url))

      expect(delivery).toMatchObject({ result: 'partial', attempts: 1, statusCode: status, accepted, rejected })
      expect(delivery.reason).toBe(`took ${accepted} of 3 lines and rejected ${rejected}`)
      expect(delivery.answer).toContain(error.slice(0, 20))
      expect(requests).toHaveLength(1)
    },
  )

  test('trap 23: a field type conflict of all lines is final, and no part', async () => {
    const body = '{"error":"partial write: field type conflict: input field \\"a\\" dropped=3"}'
    const { url } = await receiver({ answers: [{ status: 400, body }] })

    const delivery = await deliver(influx, sampleEvent, at(url))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
    expect(delivery).not.toHaveProperty('isExpired')
    expect(delivery).not.toHaveProperty('accepted')
  })

  test.each([
    [400, 'partial write: points beyond retention policy dropped=3'],
    [422, 'failure writing points to database: partial write: points outside retention policy dropped=3'],
  ])('what is older than the server keeps, %d %s, is expired', async (status, error) => {
    const { url } = await receiver({ answers: [{ status, body: JSON.stringify({ error }) }] })

    expect(await deliver(influx, sampleEvent, at(url))).toMatchObject({ result: 'failed', isExpired: true })
  })

  test.each([
    ['a page', '<html>', 'failed'],
    ['an error, as the first versions said it', '{"error":"database not found"}', 'unconfirmed'],
  ])('200 with %s is no confirmation', async (_what, body, result) => {
    const { url } = await receiver({ answers: [{ status: 200, body }] })

    const delivery = await deliver(influx, sampleEvent, at(url))

    expect(delivery).toMatchObject({ result, statusCode: 200 })
    expect(delivery).not.toHaveProperty('accepted')
  })
})
