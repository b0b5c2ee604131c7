import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeWebhook, type FakeWebhookOptions, fakeWebhook } from '@hardgate/fakes'
import { checkSchema } from '@hardgate/gate'
import { expect } from '@jest/globals'
import { buildEventSchema } from '../../../actions/metrics-reporter/src/build-event-schema.ts'
import type { Stage } from './job.ts'
import { removeTemps } from './temp.ts'

const open: (() => Promise<void>)[] = []

/** A receiver that `cleanUp` closes. */
export async function receiver(options: FakeWebhookOptions = {}): Promise<FakeWebhook> {
  const fake = await fakeWebhook(options)
  open.push(fake.close)
  return fake
}

export async function cleanUp(): Promise<void> {
  for (const close of open.splice(0)) await close()
  removeTemps()
}

/** The one event that arrived, which is valid. */
export function only({ events }: Pick<FakeWebhook, 'events'>): Readonly<Record<string, unknown>> {
  expect(events).toHaveLength(1)
  const [event = {}] = events
  expect(checkSchema(buildEventSchema, event)).toEqual([])
  return event
}

/** What the step said in the log, of one kind. */
export const said = ({ frame }: Stage, kind: string): string[] =>
  frame.lines.filter((line) => line.kind === kind).map(({ text }) => text)

export const spooled = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])
export const spoolOf = (temp: string): string => join(temp, 'hardgate', 'spool')
