import type { Report } from '@hardgate/action'
import { type FakeClock, type FakeFrame, fakeClock, fakeFrame } from '@hardgate/fakes'
import type { Exchange, RequestPlan } from '@hardgate/http'
import { run } from '../../../actions/health-check-with-retry/src/health-check-with-retry.ts'
import { type Given, read } from './read.ts'

export interface Asked {
  readonly plan: RequestPlan
  /** Seconds from the start. */
  readonly at: number
  /** How many requests this path had before. */
  readonly count: number
}

/** What the world answers: by path, time and count. Milliseconds that it takes, if any. */
export type World = (
  asked: Asked & { readonly path: string },
) => Exchange | { readonly takesMs: number; readonly exchange: Exchange }

export interface Played {
  readonly report: Report
  readonly outputs: Readonly<Record<string, string>>
  readonly frame: FakeFrame
  readonly asked: readonly Asked[]
  readonly reason: string
  /** All lines of the log. */
  readonly log: string
  readonly summary: string
}

export interface Scene {
  readonly env?: Given
  readonly clock?: FakeClock
  readonly files?: Given
  readonly onRequest?: (frame: FakeFrame) => void
}

/** Runs the action in a world of its own, in no time. */
export async function play(
  given: Given,
  world: World,
  { env = {}, clock = fakeClock(), files = {}, onRequest }: Scene = {},
): Promise<Played> {
  const asked: Asked[] = []
  const frame: FakeFrame = fakeFrame({
    clock,
    env,
    files,
    request: async (plan) => {
      const path = new URL(plan.url).pathname
      const count = asked.filter((one) => new URL(one.plan.url).pathname === path).length
      const one = { plan, at: clock.monotonic() / 1000, count }
      asked.push(one)
      onRequest?.(frame)
      const answered = world({ ...one, path })
      if (!('takesMs' in answered)) return within(answered, 0)
      await clock.sleep(answered.takesMs)
      return within(answered.exchange, answered.takesMs)
    },
  })
  const report = await run(await read(given, env), frame)
  return {
    report,
    outputs: report.outputs ?? {},
    frame,
    asked,
    reason: report.verdict.reasons[0] ?? '',
    log: frame.lines.map(({ text }) => text).join('\n'),
    summary: (report.summary ?? []).join('\n\n'),
  }
}

/** The phases tell how long it took, as those of a real request do. */
const within = (exchange: Exchange, ms: number): Exchange => ({
  ...exchange,
  phases: { ...exchange.phases, lastByte: ms },
})
