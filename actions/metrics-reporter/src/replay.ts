import type { Account, Frame } from '@hardgate/action'
import type { GitHub } from '@hardgate/github'
import type { BuildEvent } from './build-event.ts'
import { replayAccount } from './replay-account.ts'
import { openArtifacts } from './replay-artifacts.ts'
import { type Fates, newFates } from './replay-fates.ts'
import { openFolder } from './replay-folder.ts'
import type { Batch, Fate, Replayed, Source } from './replay-source.ts'
import { newTally, type Tally } from './replay-tally.ts'
import type { Endpoint } from './sinks/sink.ts'
import type { ReadEntry } from './spool-entry.ts'

export interface ReplayPlan {
  readonly endpoints: readonly Endpoint[]
  /** A folder, or the artifacts of the repository; `owner` is the id of this job. */
  readonly from: { readonly folder: string } | { readonly github: GitHub; readonly owner: string }
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly attempts: number
  /** What the input `labels` adds for that event. */
  readonly labelsFor: (event: BuildEvent) => Readonly<Record<string, string>>
  readonly isDryRun: boolean
  readonly isStrict: boolean
}

/** Sends what was kept, the oldest first, each event once to each endpoint; deletes what was confirmed, and only that. */
export async function replay(plan: ReplayPlan, frame: Frame): Promise<Account> {
  const { endpoints, deadlineMs } = plan
  if (endpoints.length === 0) {
    frame.log.notice('metrics-reporter: no endpoint is set, so nothing is replayed.')
    return { reason: 'metrics: replay without an endpoint', outputs: { result: 'disabled' }, summary: [] }
  }
  const deadline = frame.clock.monotonic() + deadlineMs
  const source = await open(plan, frame)
  if (typeof source === 'string') return unopened(source, plan, frame)
  const tally = newTally(endpoints)
  const sending: Sending = { source, tally, plan, frame, deadline, fates: fatesOf(plan, deadline, frame) }
  try {
    const stop = (await sendAll(sending)) ?? source.trouble()
    return replayAccount({ source, tally, stop, isStrict: plan.isStrict, shortened: sending.fates.shortened }, frame)
  } finally {
    await source.close()
  }
}

async function open({ from, deadlineMs }: ReplayPlan, frame: Frame): Promise<Source | string> {
  if ('github' in from) return openArtifacts(from, frame)
  try {
    return await openFolder(from.folder, deadlineMs, frame.clock)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    return `${from.folder} cannot be read and written (${code})`
  }
}

function unopened(why: string, { isStrict }: ReplayPlan, { log }: Frame): Account {
  log.warning(`metrics-reporter: nothing is replayed: ${why}.`)
  return {
    reason: `metrics: nothing is replayed: ${why}`,
    isFailure: isStrict,
    outputs: { result: 'spooled' },
    summary: [],
  }
}

interface Sending {
  readonly source: Source
  readonly tally: Tally
  readonly fates: Fates
  readonly plan: ReplayPlan
  readonly frame: Frame
  readonly deadline: number
}

function fatesOf({ timeoutMs, attempts, labelsFor }: ReplayPlan, deadline: number, frame: Frame): Fates {
  const { request, clock, signal, log, env } = frame
  const workspace = env['GITHUB_WORKSPACE'] || process.cwd()
  const onBug = ({ name }: Endpoint, error: unknown): void =>
    log.info(
      `metrics-reporter: a bug ended ${name}. Please report it. ${error instanceof Error ? error.stack : String(error)}`,
    )
  const transport = { request, clock, signal, workspace, timeoutMs, attempts, deadline, random: Math.random }
  return newFates({ transport, labelsFor, onBug })
}

/** Why it ended before all was seen; undefined: it did not. */
async function sendAll(sending: Sending): Promise<string | undefined> {
  const { source, fates, plan, frame, deadline } = sending
  const progress = newProgress(source.count, frame)
  for await (const batch of source.batches) {
    if (frame.signal.aborted) return 'the step was interrupted'
    if (frame.clock.monotonic() >= deadline) return 'the deadline was reached'
    const trouble = plan.isDryRun ? show(batch, sending) : await sendBatch(batch, sending)
    if (trouble !== undefined) return trouble
    progress()
    if (plan.endpoints.every(fates.isOut)) return 'no endpoint takes anything'
  }
  return undefined
}

async function sendBatch({ entries, settle }: Batch, sending: Sending): Promise<string | undefined> {
  const replayed: Replayed[] = []
  for (const read of entries) replayed.push({ read, fates: await fatesAt(read, sending) })
  return settle(replayed)
}

async function fatesAt(read: ReadEntry, { plan, fates, tally, source }: Sending): Promise<Replayed['fates']> {
  const { event, entry } = read
  const targets = targetsOf(read, plan.endpoints)
  if (targets.length === 0) {
    const reason = `no endpoint is called ${entry.endpoint} here`
    source.notes.push(`${event.event_id}: ${reason}`)
    return new Map([[entry.endpoint, { kind: entry.kind, fate: { kind: 'left', reason, attempts: 0, taken: [] } }]])
  }
  const found = await Promise.all(
    targets.map(async (endpoint): Promise<[string, { readonly kind: string; readonly fate: Fate }]> => {
      const fate = await fates.of(read, endpoint)
      tally.add(event.event_id, endpoint, fate)
      return [endpoint.name, { kind: endpoint.kind, fate }]
    }),
  )
  return new Map(found)
}

/** An entry names one of our endpoints, and nothing else of it says where it goes. */
const targetsOf = ({ entry }: ReadEntry, endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  entry.endpoint === 'all' ? endpoints : endpoints.filter(({ name }) => name === entry.endpoint)

function show({ entries }: Batch, { plan, frame }: Sending): undefined {
  for (const read of entries)
    for (const { name } of targetsOf(read, plan.endpoints))
      frame.log.info(`metrics: would send ${read.event.event_id} to ${name}`)
}

const PROGRESS_MS = 10_000

/** A line now and then, so that long work is seen to go on. */
function newProgress(count: number, { clock, log }: Frame): () => void {
  let done = 0
  let last = clock.monotonic()
  return () => {
    done += 1
    if (clock.monotonic() - last < PROGRESS_MS) return
    last = clock.monotonic()
    log.info(`metrics: replay: ${done} of ${count}`)
  }
}
