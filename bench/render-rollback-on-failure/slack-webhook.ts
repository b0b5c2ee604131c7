import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A fresh folder with `@slack/webhook` and the script of ten lines that people write with it; undefined: no registry. */
export function slackWebhookFolder(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-slack-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  const install = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '@slack/webhook@8.0.2'], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 90_000,
  })
  if (install.status !== 0) return undefined
  writeFileSync(join(folder, 'notify.js'), SCRIPT)
  return folder
}

const SCRIPT = `import { IncomingWebhook } from '@slack/webhook'

const webhook = new IncomingWebhook(process.env.SLACK_WEBHOOK_URL)
const cause = process.env.CAUSE
try {
  await webhook.send({ text: \`The deploy failed: \${cause}\` })
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
`
