// From the start of the process to the message that Slack has, against ten lines over @slack/webhook; and the bundles.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { listen } from '@hardgate/fakes'
import { inputVariables, interleaved, milliseconds, moment, node, timeTo } from './timing.ts'

const ROOT = join(import.meta.dirname, '../..')
const BUNDLE = join(ROOT, 'dist/render-rollback-on-failure')
const ROUNDS = 15

export async function notifyRace(folder: string) {
  let received = moment()
  const slack = await listen(
    createServer((request, response) => {
      request.resume().on('end', () => {
        response.end('ok')
        received.come()
      })
    }),
  )
  const url = `${slack.url}/services/T/B/x`
  const race = (start: () => ReturnType<typeof node>): Promise<number> => {
    received = moment()
    return timeTo(start, received.isThere)
  }
  const inputs = inputVariables({ mode: 'notify', cause: 'p95 812 ms > 500 ms', 'slack-webhook-url': url })
  const { ours, theirs } = await interleaved(
    ROUNDS,
    () => race(() => node(join(BUNDLE, 'index.js'), inputs)),
    () => race(() => node(join(folder, 'notify.js'), { SLACK_WEBHOOK_URL: url, CAUSE: 'p95 812 ms > 500 ms' })),
  )
  await slack.close()
  return {
    what: 'notify: start to message (theirs: @slack/webhook)',
    ours: milliseconds(ours),
    theirs: milliseconds(theirs),
    ratio: ours / theirs,
    target: 1,
  }
}

export function bundleSizes(folder: string) {
  const out = join(folder, 'dist')
  spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js'), 'build', join(folder, 'notify.js'), '-o', out, '-q'],
    { stdio: 'ignore' },
  )
  const [ours, theirs] = [scriptBytes(BUNDLE), scriptBytes(out)]
  return {
    what: 'bundle (theirs: that script bundled)',
    ours: `${Math.round(ours / 1000)} kB`,
    theirs: `${Math.round(theirs / 1000)} kB`,
    ratio: ours / theirs,
    target: 1.5,
  }
}

function scriptBytes(folder: string): number {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}
