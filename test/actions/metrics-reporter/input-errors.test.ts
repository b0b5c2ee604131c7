import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { EVENT_ID, newJob } from './job.ts'
import { cleanUp, only, receiver, said, spoolOf } from './receiver.ts'

afterEach(cleanUp)

describe('acceptance 16', () => {
  test('all input errors come together, nothing is sent, and the event is kept as misconfigured', async () => {
    const fake = await receiver()
    const job = newJob()
    const step = job.step()
    const given = {
      endpoint: `${fake.url}\ninflux+htps://x`,
      attempts: 'many',
      headers: 'nonsense',
      'on-error': 'maybe',
    }

    const main = await step.main(given)
    const { account } = await step.post(given)

    expect(main.account.reason.split('\n')).toEqual([
      expect.stringContaining('"influx+htps" is not a kind of endpoint (line 2). Kinds: webhook+https, https, '),
      expect.stringContaining('attempts: "many"'),
      expect.stringContaining('on-error: "maybe"'),
      'Nothing is sent from this job; the build goes on.',
    ])
    expect(main.account.outputs).toMatchObject({ 'event-id': EVENT_ID })
    expect(fake.requests).toEqual([])
    expect(account.outputs).toMatchObject({ result: 'spooled', duration: '95.25', status: 'success' })
    const kept: unknown = JSON.parse(readFileSync(join(spoolOf(job.temp), `${EVENT_ID}.all.json`), 'utf8'))
    expect(kept).toMatchObject({ endpoint: 'all', reason: 'misconfigured', event: { status: 'success' } })
  })

  test.each(['statsd://ci:hunter22@s:8125', 'influx+https://ci:hunter22@i.example', 'inflx://ci:hunter22@i.example'])(
    'a line that is refused is told without its password: %s',
    async (endpoint) => {
      const { account } = await newJob().step().main({ endpoint })

      expect(account.reason).toMatch(/^endpoint: ".+" (?:is|needs) /)
      expect(account.reason).not.toContain('hunter22')
    },
  )

  test('two reporters in one job that share an endpoint send one event', async () => {
    const fake = await receiver()
    const other = await receiver()
    const job = newJob()
    const [first, second] = [job.step(), job.step()]
    const both = `${fake.url}\n${other.url} name=other`

    await first.main({ endpoint: fake.url })
    await second.main({ endpoint: both })
    const late = await second.post({ endpoint: both })
    await first.post({ endpoint: fake.url })

    only(fake)
    only(other)
    expect(said(late, 'notice')).toEqual([
      'metrics-reporter: Another reporter of this job sends to webhook, so this one does not.',
    ])
  })

  test('one that reports now leaves out what another will report at the end', async () => {
    const fake = await receiver()
    const job = newJob()
    const [first, second] = [job.step(), job.step()]

    await first.main({ endpoint: fake.url })
    const { account } = await second.main({ endpoint: fake.url, 'report-at': 'now' })
    await first.post({ endpoint: fake.url })

    only(fake)
    expect(account.outputs).toMatchObject({ result: 'disabled' })
  })

  test('main sends nothing and claims nothing where an input is wrong, so another reporter still sends', async () => {
    const fake = await receiver()
    const job = newJob()
    const [wrong, right] = [job.step(), job.step()]

    await wrong.main({ endpoint: fake.url, attempts: '0' })
    await right.main({ endpoint: fake.url })
    await right.post({ endpoint: fake.url })

    expect(only(fake)).toMatchObject({ event_id: EVENT_ID })
  })
})
