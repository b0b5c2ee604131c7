import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { BuildEvent, JobEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { influx } from '../../../../actions/metrics-reporter/src/sinks/influx.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { ask } from '../servers/ask.ts'
import { describeServers, SERVER_START_MS } from '../servers/program.ts'
import { type HttpServer, startInflux } from '../servers/servers.ts'
import { newInfluxDb, rowsOf } from './influx-reading.ts'
import { asTag, randomTexts } from './random-texts.ts'
import { deliver, endpointOf } from './transport.ts'

describeServers('acceptance 7: a real InfluxDB', () => {
  let server: HttpServer
  beforeAll(async () => {
    server = await startInflux()
  }, SERVER_START_MS)
  afterAll(() => server.stop())

  const send = (db: string, event: BuildEvent, labels = {}) =>
    deliver(influx, event, endpointOf('influx', server.url, { options: { db } }), { labels })

  test('shows a job and its measurements with the tags, fields and times of the event', async () => {
    const db = await newInfluxDb(server.url)
    const event = { ...sampleEvent, soft_failures: { count: 1 } }

    expect(await send(db, event, { branch: 'feat/x' })).toEqual({
      result: 'delivered',
      attempts: 1,
      statusCode: 204,
      accepted: 3,
    })

    const labels = {
      event: 'pull_request',
      ref_class: 'pr',
      repository: 'acme/sms',
      runner_os: 'Linux',
      status: 'failure',
      task: 'test (3.12, ubuntu-24.04)',
      workflow: 'CI',
      branch: 'feat/x',
      time: '2026-11-22T20:01:44.250456789Z',
    }
    expect(await rowsOf(server.url, db, 'SELECT * FROM ci_job')).toEqual([
      {
        ...labels,
        build_id: '17654321098-2',
        conclusion: 'failure',
        coverage_branches: 0.7143,
        coverage_lines: 0.8529,
        duration_seconds: 95.25,
        job_id: 50_123_456_789,
        revision: '9fceb02d0ae598e95dc970b74767f19372d61af8',
        run_attempt: 2,
        run_id: 17_654_321_098,
        soft_failures: 1,
      },
    ])
    const measured = await rowsOf(server.url, db, 'SELECT * FROM ci_measurement')
    expect(measured.toSorted((one, two) => Number(two['value']) - Number(one['value']))).toEqual([
      { ...labels, name: 'bundle_size', unit: 'By', run_id: 17_654_321_098, value: 348_160 },
      { ...labels, gate: 'perf-threshold-gate', name: 'p95', unit: 's', run_id: 17_654_321_098, value: 0.612 },
    ])
  })

  test('shows a run without a task', async () => {
    const db = await newInfluxDb(server.url)

    await send(db, sampleRunEvent)

    const [row] = await rowsOf(server.url, db, 'SELECT * FROM ci_run')
    expect(row).toMatchObject({ duration_seconds: 143.5, queued_seconds: 8, time: '2026-11-22T20:02:24.500321098Z' })
    expect(row).not.toHaveProperty('task')
  })

  test('a resend leaves one point, and a job that ends in the same millisecond its own', async () => {
    const db = await newInfluxDb(server.url)
    const other = { ...sampleEvent, job: { ...sampleEvent.job, id: '50123456790' } }

    for (const event of [sampleEvent, sampleEvent, other, sampleEvent]) await send(db, event)

    expect(await rowsOf(server.url, db, 'SELECT time, job_id FROM ci_job')).toEqual([
      { time: '2026-11-22T20:01:44.250456789Z', job_id: 50_123_456_789 },
      { time: '2026-11-22T20:01:44.25045679Z', job_id: 50_123_456_790 },
    ])
  })

  test('acceptance 7: 1,000 random texts as task, scope and attribute are never refused, make no third measurement and are read back', async () => {
    const db = await newInfluxDb(server.url)
    const texts = randomTexts(1000, 20_261_125)
    const refused: unknown[] = []
    for (const [index, text] of texts.entries()) {
      const delivery = await send(db, eventWith(text, index), { team: text })
      if (delivery.result !== 'delivered') refused.push({ text, delivery })
    }

    expect(refused).toEqual([])
    expect(await rowsOf(server.url, db, 'SHOW MEASUREMENTS')).toEqual([{ name: 'ci_job' }, { name: 'ci_measurement' }])
    const jobs = await rowsOf(server.url, db, 'SELECT run_id, build_id, task, team FROM ci_job')
    const wanted = texts.map((text, index) => {
      const tag = asTag(text)
      // a field keeps backslashes
      const field = Buffer.from(text.replace(/[\r\n]+/g, ' ')).toString()
      return { run_id: index + 1, build_id: field, ...(tag === '' ? {} : { task: tag, team: tag }) }
    })
    expect(byRun(jobs)).toEqual(wanted)
    const measured = await rowsOf(server.url, db, 'SELECT run_id, value, scope, task, team FROM ci_measurement')
    expect(byRun(measured)).toEqual(
      wanted.map(({ build_id: _field, ...one }) => ({
        ...one,
        value: 0.5,
        ...(one.task === undefined ? {} : { scope: one.task }),
      })),
    )
  }, 120_000)

  const eventWith = (text: string, index: number): JobEvent => ({
    ...sampleEvent,
    build_id: text,
    run: { ...sampleEvent.run, id: String(index + 1) },
    job: { key: 'test', id: String(index + 1), task: text },
    metrics: [{ name: 'a', value: 0.5, unit: 's', scope: text }],
  })

  const byRun = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows.map(({ time: _time, ...row }) => row).toSorted((one, two) => Number(one['run_id']) - Number(two['run_id']))

  test('trap 23: a length of exactly 95 s is a float, before and after one of 95.25 s', async () => {
    const db = await newInfluxDb(server.url)
    const lasting = (duration_seconds: number, id: string) => ({
      ...sampleEvent,
      duration_seconds,
      job: { ...sampleEvent.job, id },
    })

    const results = [
      await send(db, lasting(95, '1')),
      await send(db, lasting(95.25, '2')),
      await send(db, lasting(95, '3')),
    ]

    expect(results.map(({ statusCode }) => statusCode)).toEqual([204, 204, 204])
    expect(await rowsOf(server.url, db, 'SHOW FIELD KEYS FROM ci_job')).toEqual(
      expect.arrayContaining([
        { fieldKey: 'duration_seconds', fieldType: 'float' },
        { fieldKey: 'run_id', fieldType: 'integer' },
        { fieldKey: 'run_attempt', fieldType: 'integer' },
        { fieldKey: 'job_id', fieldType: 'integer' },
      ]),
    )
  })

  test('trap 10: a run id above 2^53 has all its digits', async () => {
    const db = await newInfluxDb(server.url)

    await send(db, { ...sampleEvent, run: { ...sampleEvent.run, id: '9007199254740993' } })

    const query = `db=${db}&q=${encodeURIComponent('SELECT run_id FROM ci_job')}`
    expect((await ask(`${server.url}/query?${query}`)).text).toContain(',9007199254740993]')
  })

  test('a field whose type is another there: some lines are taken and counted, or none and it is final', async () => {
    const db = await newInfluxDb(server.url)
    const body = 'ci_measurement value=1i 1795377704250456789\n'
    expect((await ask(`${server.url}/write?db=${db}`, { method: 'POST', body })).status).toBe(204)

    const some = await send(db, sampleEvent)
    expect(some).toMatchObject({ result: 'partial', attempts: 1, statusCode: 400, accepted: 1, rejected: 2 })
    expect(some.answer).toContain('field type conflict')
    expect(await rowsOf(server.url, db, 'SELECT run_id FROM ci_job')).toHaveLength(1)

    const other = await newInfluxDb(server.url)
    const job = 'ci_job duration_seconds=95i 1795377704250456789\n'
    expect((await ask(`${server.url}/write?db=${other}`, { method: 'POST', body: job })).status).toBe(204)
    const none = await send(other, { ...sampleEvent, metrics: [] })
    expect(none).toMatchObject({ result: 'failed', attempts: 1, statusCode: 400 })
    expect(none.answer).toContain('field type conflict')
  })

  test('what is older than the database keeps is expired', async () => {
    const db = await newInfluxDb(server.url, 'WITH DURATION 1h')

    const delivery = await send(db, {
      ...sampleEvent,
      time: { ...sampleEvent.time, completed_at: '2020-01-01T00:00:00Z' },
    })

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: 400, isExpired: true })
  })

  test.each([
    ['of InfluxDB 2', '', (db: string) => ({ bucket: db, org: 'acme' })],
    ['that is written out', '/write?db=DB', () => ({})],
  ])('takes the event by the path %s', async (_what, path, options) => {
    const db = await newInfluxDb(server.url)
    const endpoint = endpointOf('influx', `${server.url}${path.replace('DB', db)}`, { options: options(db) })

    expect(await deliver(influx, sampleEvent, endpoint)).toMatchObject({ result: 'delivered', accepted: 3 })

    expect(await rowsOf(server.url, db, 'SELECT job_id FROM ci_job')).toEqual([
      { time: '2026-11-22T20:01:44.250456789Z', job_id: 50_123_456_789 },
    ])
  })

  test('a database that is not there is final', async () => {
    expect(await send('nowhere', sampleEvent)).toMatchObject({ result: 'failed', attempts: 1, statusCode: 404 })
  })
})
