// Events that are lost without a word: nobody has them, and neither the log nor the exit status says so.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { jobFolder, ours, STARTED_AT } from './ours.ts'
import { theirs } from './peer.ts'
import { type Ended, ended } from './processes.ts'
import { receiver } from './receiver.ts'

export interface Lost {
  readonly case: string
  readonly told: string
  readonly isLost: boolean
}

const REJECTED = '{"partialSuccess":{"rejectedDataPoints":"9","errorMessage":"out of bounds"}}'

/** What becomes of one event where the receiver is not there, and where it rejects nine points with a status of 200. */
export async function lostBy(report: (url: string) => Promise<Reported>): Promise<readonly Lost[]> {
  const refused = await receiver('{}')
  await refused.close()
  const rejecting = await receiver(REJECTED)
  const lost = [
    { case: 'refused port', ...judged(await report(refused.url)) },
    { case: 'partial rejection', ...judged(await report(rejecting.url)) },
  ]
  await rejecting.close()
  return lost
}

interface Reported extends Ended {
  readonly isKept: boolean
}

export async function ourReport(url: string): Promise<Reported> {
  const temp = jobFolder()
  const inputs = { 'report-at': 'now', endpoint: `otlp+${url} signals=metrics`, 'started-at': STARTED_AT }
  return { ...(await ended(ours(temp, inputs))), isKept: isKept(temp) }
}

export async function theirReport(folder: string, url: string): Promise<Reported> {
  return { ...(await ended(theirs(folder, url))), isKept: false }
}

function isKept(temp: string): boolean {
  const spool = join(temp, 'hardgate/spool')
  return existsSync(spool) && readdirSync(spool, { recursive: true }).some((name) => String(name).endsWith('.json'))
}

function judged({ status, said, ms, isKept: kept }: Reported): Omit<Lost, 'case'> {
  const isSilent = status === 0 && !/not reported|::warning::|reject|refused|error/i.test(said)
  const words = isSilent ? 'says that it reported' : 'says so'
  const told = `exit ${status} after ${(ms / 1000).toFixed(1)} s, ${words}${kept ? ', the event is kept' : ''}`
  return { told, isLost: isSilent && !kept }
}
