import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkSchema } from '@hardgate/gate'
import { afterEach, describe, expect, test } from '@jest/globals'
import { buildEventSchema } from '../../../actions/metrics-reporter/src/build-event-schema.ts'
import { EVENT_ID, newJob, type Stage } from './job.ts'
import { cleanUp, only, receiver, said, spooled, spoolOf } from './receiver.ts'
import { newTemp } from './temp.ts'

afterEach(cleanUp)

describe('where an event is kept', () => {
  const failing = async (given: Record<string, string>) => {
    const fake = await receiver({ answers: [{ status: 400 }] })
    const job = newJob()
    const step = job.step()
    await step.main({ endpoint: fake.url, ...given })
    return { fake, job, stage: await step.post({ endpoint: fake.url, ...given }) }
  }
  const lineOf = (stage: Stage) => said(stage, 'info').find((line) => line.startsWith('hardgate-spool-v1 ')) ?? ''

  test('auto goes with the job, so the event is in the log too, and is the same', async () => {
    const { fake, stage } = await failing({ task: 'Ünï ##[error] # ☃' })

    const line = lineOf(stage)

    expect(line).not.toMatch(/[^ -~]/) // ASCII only
    expect(line).not.toContain('#')
    expect(JSON.parse(line.slice('hardgate-spool-v1 '.length))).toEqual(
      JSON.parse(fake.requests[0]?.body.toString() ?? ''),
    )
    expect(said(stage, 'warning')[0]).toContain('in this log, in the line that begins with "hardgate-spool-v1".')
  })

  test('an event that is too long for one line of a log loses metrics there, with a note', async () => {
    const metrics = Array.from({ length: 200 }, (_, index) => `${'m'.repeat(90)}_${index} = ${index} ${'u'.repeat(32)}`)
    const attributes = Array.from({ length: 50 }, (_, index) => `k${index}=${'☃'.repeat(250)}`)

    const { stage } = await failing({ metrics: metrics.join('\n'), attributes: attributes.join('\n') })

    const line = lineOf(stage)
    expect(line.length).toBeLessThan(65_536)
    const kept: unknown = JSON.parse(line.slice('hardgate-spool-v1 '.length))
    expect(checkSchema(buildEventSchema, kept)).toEqual([])
    expect(kept).toMatchObject({ notes: expect.arrayContaining(['truncated: metrics 200 to 0']) })
  })

  test('a directory outlives the job, so the log has no copy', async () => {
    const folder = newTemp()

    const { stage } = await failing({ spool: folder })

    expect(lineOf(stage)).toBe('')
    expect(spooled(folder)).toEqual([`${EVENT_ID}.webhook.json`])
    expect(stage.account.outputs).toMatchObject({ 'spool-path': join(folder, `${EVENT_ID}.webhook.json`) })
    expect(said(stage, 'warning')[0]).toContain(`The event is kept in ${folder}.`)
  })

  test('a directory that cannot be written keeps nobody from sending', async () => {
    const fake = await receiver()
    const job = newJob()
    writeFileSync(join(job.workspace, 'taken'), '')
    const step = job.step()

    await step.main({ endpoint: fake.url, spool: 'taken' })
    const { account } = await step.post({ endpoint: fake.url, spool: 'taken' })

    only(fake)
    expect(account.outputs).toMatchObject({ result: 'delivered' })
  })

  test('trap 21: the folder of the verdicts is refused as a spool', async () => {
    const job = newJob()

    const { account } = await job.step().main({ endpoint: 'https://a.example', spool: join(job.temp, 'hardgate') })

    expect(account.reason).toContain('is where gates leave their verdicts')
  })
})

describe('without an endpoint', () => {
  test('the event is in the summary and in event-file', async () => {
    const step = newJob().step()

    await step.main({})
    const stage = await step.post({})

    expect(stage.account.outputs).toMatchObject({ result: 'disabled', status: 'success' })
    expect(said(stage, 'notice')).toHaveLength(1)
    expect(stage.account.summary?.join('\n')).toContain(EVENT_ID)
    expect(readFileSync(stage.account.outputs?.['event-file'] ?? '', 'utf8')).toContain(EVENT_ID)
  })

  test('in a run by dependabot the event is kept for want of credentials', async () => {
    const job = newJob({ GITHUB_ACTOR: 'dependabot[bot]' })
    const step = job.step()

    await step.main({})
    const stage = await step.post({})

    expect(stage.account.outputs).toMatchObject({ result: 'spooled' })
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.all.json`])
    expect(said(stage, 'notice')[0]).toContain('has no credentials')
  })
})

test('in a run by dependabot a refusal for want of credentials is expected: a notice, no warning', async () => {
  const fake = await receiver({ answers: [{ status: 401 }] })
  const job = newJob({ GITHUB_ACTOR: 'dependabot[bot]' })
  const step = job.step()

  await step.main({ endpoint: fake.url })
  const stage = await step.post({ endpoint: fake.url })

  expect([said(stage, 'warning'), said(stage, 'notice').length]).toEqual([[], 1])
  expect(readFileSync(join(spoolOf(job.temp), `${EVENT_ID}.webhook.json`), 'utf8')).toContain(
    '"reason":"no-credentials"',
  )
})
