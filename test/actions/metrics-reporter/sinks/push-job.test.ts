import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { newJob } from '../job.ts'
import { cleanUp, said, spooled, spoolOf } from '../receiver.ts'
import { ask } from '../servers/ask.ts'
import { describeServers, SERVER_START_MS } from '../servers/program.ts'
import { type HttpServer, startInflux, startPushgateway } from '../servers/servers.ts'
import { newInfluxDb, rowsOf } from './influx-reading.ts'

describeServers('a job that reports to a real Pushgateway and InfluxDB', () => {
  let gateway: HttpServer
  let influx: HttpServer
  beforeAll(async () => {
    gateway = await startPushgateway()
    influx = await startInflux()
  }, 2 * SERVER_START_MS)
  afterAll(async () => {
    await cleanUp()
    await Promise.all([gateway.stop(), influx.stop()])
  })

  test('is read back from both as the event has it, and nothing is kept', async () => {
    const db = await newInfluxDb(influx.url)
    const job = newJob()
    const step = job.step()
    const given = {
      endpoint: [
        `pushgateway+${gateway.url} job=builds`,
        `influx+${influx.url} bucket=${db} org=acme`,
        `influx+${influx.url} db=gone name=second`,
      ].join('\n'),
      labels: 'branch',
      metrics: 'bundle_size = 348160 By',
      'job-status': 'failure',
      coverage: 'lines=85.299, branches=71.43',
    }
    await step.main(given)
    job.writeVerdict('perf-threshold-gate.json', {
      schemaVersion: 1,
      gate: 'perf-threshold-gate',
      outcome: 'fail',
      reasons: ['p95 612 ms, limit 500 ms'],
      measurements: [{ metric: 'p95', value: 612, unit: 'ms' }],
    })

    const stage = await step.post(given)

    const outputs = stage.account.outputs ?? {}
    expect(JSON.parse(outputs['report'] ?? '')).toMatchObject([
      { endpoint: 'pushgateway', result: 'delivered', attempts: 1, status_code: 200 },
      { endpoint: 'influx', result: 'delivered', attempts: 1, status_code: 204, accepted: 3 },
      { endpoint: 'second', result: 'spooled', attempts: 1, status_code: 404 },
    ])
    expect(said(stage, 'warning')).toHaveLength(1)
    expect(spooled(spoolOf(job.temp))).toEqual([expect.stringContaining('.second.json')])
    const event = JSON.parse(readFileSync(outputs['event-file'] ?? '', 'utf8'))
    expect(event).toMatchObject({ duration_seconds: 95.25, coverage: { lines: 0.852_99, branches: 0.7143 } })

    const group = /job="builds",ref_class="other",repository="acme\/sms",task="test",workflow="CI"/
    const shown = (await ask(`${gateway.url}/metrics`)).text
      .split('\n')
      .filter((line) => line.startsWith('ci_job_last_'))
    expect(shown.filter((line) => line.includes('branch="main"'))).toEqual(shown)
    const valueOf = (name: string) =>
      shown.filter((line) => line.startsWith(`ci_job_last_${name}{`)).map((line) => line.split(' ').at(-1))
    expect(shown.find((line) => line.startsWith('ci_job_last_duration_seconds{'))).toMatch(group)
    expect(valueOf('duration_seconds')).toEqual(['95.25'])
    expect(valueOf('coverage_ratio')).toEqual(['0.7143', '0.85299'])
    expect(valueOf('measurement').toSorted((one, two) => Number(one) - Number(two))).toEqual(['0.612', '348160'])
    expect(valueOf('gate')).toEqual(['1', '0', '0', '0'])

    const [row] = await rowsOf(influx.url, db, 'SELECT * FROM ci_job')
    expect(row).toMatchObject({
      branch: 'main',
      build_id: event.build_id,
      coverage_lines: 0.852_99,
      duration_seconds: 95.25,
      run_id: Number(event.run.id),
      status: 'failure',
      task: 'test',
      // 20:00:09 and 95.25 s; the job's id ends in 456789
      time: '2026-11-22T20:01:44.250456789Z',
    })
    const measured = await rowsOf(influx.url, db, 'SELECT value, gate, unit FROM ci_measurement')
    expect(measured.map(({ value, gate, unit }) => [value, gate, unit])).toEqual(
      expect.arrayContaining([
        [348_160, undefined, 'By'],
        [0.612, 'perf-threshold-gate', 's'],
      ]),
    )
  })
})
