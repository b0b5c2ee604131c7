import { afterEach, describe, expect, test } from '@jest/globals'
import { newJob } from './job.ts'
import { cleanUp, only, receiver } from './receiver.ts'

afterEach(cleanUp)

describe('when the start is not known, there is no duration', () => {
  const event = async (main: Record<string, string>, before?: (job: ReturnType<typeof newJob>) => void) => {
    const fake = await receiver()
    const job = newJob()
    before?.(job)
    const step = job.step()
    const stage = await step.main({ endpoint: fake.url, ...main })
    if (main['report-at'] !== 'now') await step.post({ endpoint: fake.url, ...main })
    return { event: only(fake), stage }
  }

  test('report-at now knows no start', async () => {
    const { event: sent } = await event({ 'report-at': 'now' })

    expect(sent).toMatchObject({ time: { source: 'local' }, notes: ['start-unknown'] })
    expect(sent).not.toHaveProperty('duration_seconds')
  })

  test.each(['unknown', 'yesterday'])('started-at %s is no start', async (startedAt) => {
    const { event: sent } = await event({ 'started-at': startedAt })

    expect(sent).toMatchObject({ notes: ['start-unknown'] })
    expect(sent).not.toHaveProperty('duration_seconds')
  })

  test('a verdict that is there before this step shows that it is not the first', async () => {
    const verdict = { schemaVersion: 1, gate: 'early', outcome: 'pass', reasons: ['ok'] }

    const { event: sent } = await event({}, (job) => job.writeVerdict('early.json', verdict))

    expect(sent).toMatchObject({ notes: ['start-unknown'] })
    expect(sent).not.toHaveProperty('duration_seconds')
  })

  test('started-at is taken as main read it, whatever post reads', async () => {
    const fake = await receiver()
    const step = newJob().step()

    await step.main({ endpoint: fake.url, 'started-at': '2026-11-22T19:59:09Z' })
    await step.post({ endpoint: fake.url, 'started-at': '' })

    expect(only(fake)).toMatchObject({
      duration_seconds: 155.25,
      time: { started_at: '2026-11-22T19:59:09.000Z', source: 'input' },
    })
  })

  test('started-at serves report-at now too', async () => {
    const { event: sent } = await event({ 'report-at': 'now', 'started-at': '2026-11-22T19:59:09Z' })

    expect(sent).toMatchObject({ duration_seconds: 60, time: { source: 'input' } })
  })
})
