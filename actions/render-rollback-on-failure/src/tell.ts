import type { Report } from '@hardgate/action'
import type { DeploymentBook } from './deployment-book.ts'
import type { Ending } from './outcome.ts'
import { outputsOf, reportOf } from './report.ts'
import { type Delivery, sendToSlack } from './slack.ts'
import { messageOf } from './slack-message.ts'
import { type World, warn } from './world.ts'

/** Outputs first, for a run that is killed while it tells; then GitHub and Slack. Neither changes the outcome. */
export async function tell(world: World, book: DeploymentBook | undefined, ending: Ending): Promise<Report> {
  const { frame } = world
  for (const [name, value] of Object.entries(outputsOf(world, ending))) frame.setOutput(name, value)
  for (const line of ending.next) frame.log.info(`Next: ${line}`)
  const [notified] = await Promise.all([
    notify(world, ending),
    book?.close(ending.outcome, ending.reason, frame.signal),
  ])
  frame.setOutput('notified', notified)
  const report = reportOf(world, ending)
  return { ...report, outputs: { ...report.outputs, notified } }
}

async function notify(world: World, ending: Ending): Promise<Delivery['notified']> {
  const { inputs, frame } = world
  if (inputs['slack-webhook-url'] === '') return 'false'
  const { notified, why } = await sendToSlack(frame, inputs['slack-webhook-url'], messageOf(world, ending))
  if (notified !== 'true') warn(world, `Slack: ${why}. The outcome is not changed by it.`)
  return notified
}
