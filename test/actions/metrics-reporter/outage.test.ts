import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeWebhook, type WebhookAnswer } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { EVENT_ID, newJob } from './job.ts'
import { cleanUp, only, receiver, said, spooled, spoolOf } from './receiver.ts'

afterEach(cleanUp)

describe('acceptance 2: an outage fails no build, and the event is kept', () => {
  const slow = { timeout: '200ms', deadline: '1s', attempts: '2' }
  const outages: [string, WebhookAnswer][] = [
    ['accepts and never answers', { hang: true }],
    ['500', { status: 500 }],
    ['503 for ever', { status: 503 }],
    ['a reset', { reset: true }],
    ['a reset in mid-body', { status: 200, cut: true }],
    ['301', { status: 301, headers: { location: 'https://login.example/' } }],
  ]

  const report = async (url: string, more: Record<string, string> = {}) => {
    const fake = await receiver()
    const job = newJob()
    const step = job.step()
    const given = { endpoint: `${url} name=down\n${fake.url} name=up`, ...slow, ...more }
    await step.main(given)
    const started = performance.now()
    const stage = await step.post(given)
    return { fake, job, stage, elapsed: performance.now() - started }
  }

  /** What the endpoint that is up got, after all that holds in every outage. */
  const afterOutage = ({ fake, job, stage, elapsed }: Awaited<ReturnType<typeof report>>) => {
    expect(elapsed).toBeLessThan(3000)
    expect(said(stage, 'warning')).toHaveLength(1)
    expect(said(stage, 'warning')[0]).toMatch(
      /^metrics-reporter: down \(.+\) did not take the event: .+\. The build is not affected\. The event is kept in /,
    )
    expect(stage.account.outputs).toMatchObject({ result: 'spooled' })
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.down.json`])
    const kept = readFileSync(join(spoolOf(job.temp), `${EVENT_ID}.down.json`), 'utf8')
    // byte for byte what the other endpoint got
    expect(kept).toContain(`"event":${fake.requests[0]?.body.toString()},"endpoint":"down"`)
    expect(JSON.parse(kept)).toMatchObject({ schema: 'hardgate.spool/v1', endpoint: 'down', kind: 'webhook' })
    return only(fake)
  }

  test.each(outages)('%s', async (_name, answer) => {
    const down = await receiver({ answers: [answer] })

    expect(afterOutage(await report(down.url))).toMatchObject({ event_id: EVENT_ID })
  })

  test('refused', async () => {
    const { url, close } = await fakeWebhook()
    await close()

    expect(afterOutage(await report(url))).toMatchObject({ event_id: EVENT_ID })
  })

  test('an unknown host', async () => {
    expect(afterOutage(await report('http://no-such-host.invalid/'))).toMatchObject({ event_id: EVENT_ID })
  })

  test('a TLS error is asked for once', async () => {
    const plain = await receiver()

    const { job, stage, fake } = await report(plain.url.replace('http:', 'https:'))

    only(fake)
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.down.json`])
    expect(JSON.parse(stage.account.outputs?.['report'] ?? '')).toMatchObject([{ attempts: 1, result: 'spooled' }, {}])
  })

  test('a file that cannot be written', async () => {
    const fake = await receiver()
    const job = newJob()
    writeFileSync(join(job.workspace, 'taken'), '')
    const step = job.step()
    const given = { endpoint: `file:taken/ci.ndjson name=down\n${fake.url} name=up` }

    await step.main(given)
    const stage = await step.post(given)

    only(fake)
    expect(said(stage, 'warning')).toHaveLength(1)
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.down.json`])
  })

  test('with on-error fail it is a failure', async () => {
    const down = await receiver({ answers: [{ status: 500 }] })

    const { stage } = await report(down.url, { 'on-error': 'fail' })

    expect(stage.account.isFailure).toBe(true)
    expect(said(stage, 'warning')[0]).not.toContain('The build is not affected')
  })

  test('without a spool the event is lost, and that is said', async () => {
    const down = await receiver({ answers: [{ status: 400, body: 'no' }] })

    const { stage, job } = await report(down.url, { spool: 'none' })

    expect(stage.account.outputs).toMatchObject({ result: 'dropped', 'spool-path': '' })
    expect(said(stage, 'warning')[0]).toContain('The event is lost: the input spool is "none".')
    expect(spooled(spoolOf(job.temp))).toEqual([])
  })

  test('an error inside of a sink ends that endpoint alone', async () => {
    const fake = await receiver()
    const job = newJob()
    const step = job.step({
      request: (plan) =>
        plan.url.includes('bug') ? Promise.reject(new TypeError('injected')) : request({ ...plan, env: {} }),
    })
    const given = { endpoint: `https://bug.example name=down\n${fake.url} name=up` }

    await step.main(given)
    const stage = await step.post(given)

    only(fake)
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.down.json`])
    expect(said(stage, 'info').join('\n')).toContain('TypeError: injected')
  })
})

describe('acceptance 4: the event is in the spool before the first request', () => {
  test('each endpoint has its entry by then, and a delivered one is removed', async () => {
    const job = newJob()
    const seen: string[][] = []
    const fake = await receiver({ onRequest: () => seen.push(spooled(spoolOf(job.temp))) })
    const step = job.step()
    const given = { endpoint: `${fake.url}/a name=a\n${fake.url}/b name=b` }

    await step.main(given)
    await step.post(given)

    expect(seen[0]?.toSorted()).toEqual([`${EVENT_ID}.a.json`, `${EVENT_ID}.b.json`])
    expect(spooled(spoolOf(job.temp))).toEqual([])
  })

  test('a signal aborts the request that hangs, and the entry stays', async () => {
    const job = newJob()
    const controller = new AbortController()
    const fake = await receiver({ answers: [{ hang: true }], onRequest: () => controller.abort('SIGTERM') })
    const step = job.step({ signal: controller.signal })
    const given = { endpoint: fake.url, timeout: '1m', deadline: '5m' }

    await step.main(given)
    const stage = await step.post(given)

    expect(stage.account.outputs).toMatchObject({ result: 'spooled' })
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.webhook.json`])
  })

  test('the entry of another reporter of the job, with an endpoint of the same name, is not touched', async () => {
    const job = newJob()
    const down = await receiver({ answers: [{ status: 400 }] })
    const up = await receiver()
    const [first, second] = [job.step(), job.step()]
    await first.main({ endpoint: down.url })
    await second.main({ endpoint: up.url })

    await first.post({ endpoint: down.url })
    await second.post({ endpoint: up.url })

    only(up)
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.webhook.json`])
  })
})
