// What becomes of one message when the webhook misbehaves: ours beside @slack/webhook, as it is and with its retryConfig.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeFrame, fakeSlack, type SlackAnswer } from '@hardgate/fakes'
import { request, systemClock } from '@hardgate/http'
import { sendToSlack } from '../../actions/render-rollback-on-failure/src/slack.ts'

const CASES: readonly (readonly [string, readonly SlackAnswer[]])[] = [
  ['429, Retry-After: 1, then ok', [{ status: 429, headers: { 'retry-after': '1' } }]],
  ['500 once, then ok', [{ status: 500, body: 'rollup_error' }]],
  ['closed after it was read, then ok', [{ close: true }]],
  ['never answered', [{ hang: true }]],
  ['404 channel_not_found', [{ status: 404, body: 'channel_not_found' }]],
]
const PATIENCE_MS = 20_000

interface Row {
  readonly case: string
  readonly ours: string
  readonly 'ours: requests': number
  readonly [theirs: string]: string | number
}

export async function deliveryTable(folder: string | undefined): Promise<readonly Row[]> {
  return Promise.all(
    CASES.map(async ([name, answers]) => ({
      case: name,
      ...(await ours(answers)),
      ...(folder === undefined ? {} : await theirs(folder, answers, false)),
      ...(folder === undefined ? {} : await theirs(folder, answers, true)),
    })),
  )
}

async function ours(answers: readonly SlackAnswer[]) {
  const slack = await fakeSlack({ answers })
  const frame = { ...fakeFrame(), clock: systemClock, request }
  const from = performance.now()
  const { notified } = await sendToSlack(frame, slack.url, { text: 'hello', blocks: [] })
  const row = { ours: `${notified}, ${seconds(from)}`, 'ours: requests': slack.requests.length }
  await slack.close()
  return row
}

async function theirs(folder: string, answers: readonly SlackAnswer[], retries: boolean) {
  const script = join(folder, `send-${retries}.js`)
  const options = retries ? `{ retryConfig: { retries: 3, factor: 1, minTimeout: 500, maxTimeout: 1000 } }` : '{}'
  writeFileSync(
    script,
    `import { IncomingWebhook } from '@slack/webhook'
const webhook = new IncomingWebhook(process.env.URL, ${options})
await webhook.send({ text: 'hello' }).then(() => console.log('true'), (error) => console.log('false'))`,
  )
  const slack = await fakeSlack({ answers })
  const from = performance.now()
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], URL: slack.url },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk))
  const guard = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(guard)
  const name = retries ? '@slack/webhook, retryConfig' : '@slack/webhook'
  const row = {
    [name]: `${said.trim() || 'still waiting'}, ${seconds(from)}`,
    [`${name}: requests`]: slack.requests.length,
  }
  await slack.close()
  return row
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`
