// What was kept, sent in one go: its time, and that its memory does not grow with the number of events.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jobFolder, ours } from './ours.ts'
import { ended } from './processes.ts'
import { receiver } from './receiver.ts'

export interface Replay {
  readonly seconds: number
  readonly peakMb: number
}

// By itself V8 lets some 40 MB of garbage lie before it looks, whatever the program holds.
const LITTLE_GARBAGE = '--max-semi-space-size=1'

/** Throws unless each event came, once, and nothing is left. */
export async function replayOf(count: number): Promise<Replay> {
  const temp = jobFolder()
  const spool = join(temp, 'spool')
  mkdirSync(spool)
  for (let number = 0; number < count; number += 1) keepOne(spool, number)
  const sink = await receiver('{}')
  const tally = join(temp, 'tally')
  const { args, env } = ours(temp, { mode: 'replay', endpoint: sink.url, spool, deadline: '1m' })
  const { status, said } = await ended({
    program: '/usr/bin/time',
    args: ['-q', '-o', tally, '-f', '%e %M', process.execPath, LITTLE_GARBAGE, ...args],
    env,
  })
  await sink.close()
  const left = readdirSync(spool).filter((name) => name.endsWith('.json')).length
  if (status !== 0 || sink.paths.length !== count || left > 0)
    throw new Error(`of ${count} events ${sink.paths.length} came and ${left} are left:\n${said.slice(-2000)}`)
  const [seconds = Number.NaN, peakKb = Number.NaN] = readFileSync(tally, 'utf8').trim().split(' ').map(Number)
  return { seconds, peakMb: peakKb / 1024 }
}

/** An event of its own job each, as a run of a large matrix leaves them. */
function keepOne(spool: string, number: number): void {
  const jobId = String(50_000_000_000 + number)
  const event = eventOf(jobId, `test (${number})`)
  const entry = {
    schema: 'hardgate.spool/v1',
    event,
    endpoint: 'webhook',
    kind: 'webhook',
    reason: 'status 503, 5 requests in 7.5 s',
    attempts: 5,
    first_failed_at: '2026-11-22T20:02:00.000Z',
  }
  writeFileSync(join(spool, `${event.event_id}.webhook.json`), JSON.stringify(entry))
}

function eventOf(jobId: string, task: string) {
  const id = createHash('sha256').update(`ci.job.completed/17654321098/2/${jobId}`).digest('hex').slice(0, 32)
  const metrics = Array.from({ length: 40 }, (_, index) => ({
    name: `m${index}`,
    value: index / 7,
    unit: 's',
    scope: `s${index}`,
  }))
  return {
    schema: 'hardgate.build-event/v1',
    event_id: `hg1-${id}`,
    type: 'ci.job.completed',
    build_id: '17654321098-2',
    status: 'success',
    conclusion: 'success',
    duration_seconds: 95.25,
    run: { id: '17654321098', attempt: 2, workflow: 'CI', event: 'push' },
    job: { id: jobId, key: 'test', task },
    time: { started_at: '2026-11-22T20:00:09.000Z', completed_at: '2026-11-22T20:01:44.250Z', source: 'local' },
    vcs: {
      repository: 'acme/sms',
      repository_url: 'https://github.com/acme/sms',
      ref_class: 'default',
      revision: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    },
    metrics,
    trace: { trace_id: '359ea866a467621754e557a1133829e1', span_id: '447b8a1885e989a5' },
    reporter: { version: '1.0.0', mode: 'job', trust: 'own' },
  }
}
