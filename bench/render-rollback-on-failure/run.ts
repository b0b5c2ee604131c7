// Side by side in one run, against fakes on loopback: npm run bench -- rollback

import { deliveryTable } from './delivery.ts'
import { bundleSizes, notifyRace } from './notify.ts'
import { plannerRatio } from './planner.ts'
import { rollbackRace } from './rollback.ts'
import { slackWebhookFolder } from './slack-webhook.ts'

interface Row {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly ratio: number
  readonly target: number
}

const folder = slackWebhookFolder()
const rows: Row[] = [...(await rollbackRace()), plannerRatio()]
if (folder === undefined) console.log('@slack/webhook cannot be installed here: it is left out.')
else rows.push(await notifyRace(folder), bundleSizes(folder))

console.table(
  rows.map(({ what, ours, theirs, ratio, target }) => ({
    what,
    ours,
    theirs,
    ratio: ratio.toFixed(2),
    target: `<= ${target}`,
    holds: ratio <= target,
  })),
)
console.table(await deliveryTable(folder))
// The size is shown and does not count: since its version 8 @slack/webhook has no HTTP client of its own to carry.
if (rows.some(({ what, ratio, target }) => ratio > target && !what.startsWith('bundle'))) process.exitCode = 1
