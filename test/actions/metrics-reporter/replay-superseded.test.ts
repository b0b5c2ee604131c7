import { fakeWebhook, type WebhookAnswer } from '@hardgate/fakes'
import { afterEach, expect, test } from '@jest/globals'
import { newFates } from '../../../actions/metrics-reporter/src/replay-fates.ts'
import { sampleEvent } from './sample.ts'
import { endpointOf, transport } from './sinks/transport.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const shownAt = (seconds: string): WebhookAnswer => {
  const labels = { job: 'ci', repository: 'acme/sms', workflow: 'CI', task: sampleEvent.job.task, ref_class: 'pr' }
  const completed = { metrics: [{ labels, value: seconds }] }
  const body = JSON.stringify({ data: [{ labels, ci_job_last_completed_timestamp_seconds: completed }] })
  return { status: 200, body }
}

/** The fate of the sample from the spool, and which requests it took. */
async function fateWith(answers: readonly WebhookAnswer[]) {
  const { url, requests, close } = await fakeWebhook({ answers })
  open.push(close)
  const bugs: unknown[] = []
  const fates = newFates({
    transport: transport(),
    labelsFor: () => ({}),
    onBug: (_endpoint, error) => bugs.push(error),
  })
  const entry = { endpoint: 'pushgateway', kind: 'pushgateway', reason: 'refused', attempts: 5, first_failed_at: '' }
  const fate = await fates.of({ event: sampleEvent, entry, removed: [] }, endpointOf('pushgateway', url))
  expect(bugs).toEqual([])
  return { fate, methods: requests.map(({ method }) => method) }
}

test('an older event is sent over no newer one in Pushgateway', async () => {
  const { fate, methods } = await fateWith([shownAt('1795377705')])

  expect(fate).toMatchObject({ kind: 'aside', why: 'superseded' })
  expect(methods).toEqual(['GET'])
})

test('an event that is newer than what Pushgateway shows is sent', async () => {
  const { fate, methods } = await fateWith([shownAt('1795377703'), { status: 200 }])

  expect(fate).toMatchObject({ kind: 'confirmed', isSure: true })
  expect(methods).toEqual(['GET', 'PUT'])
})

test('where Pushgateway does not tell what it shows, an event is neither sent nor set aside, but stays', async () => {
  const { fate, methods } = await fateWith([{ status: 403 }])

  expect(fate).toMatchObject({ kind: 'left', reason: expect.stringContaining('does not say whether a newer one') })
  expect(methods).toEqual(['GET'])
})
