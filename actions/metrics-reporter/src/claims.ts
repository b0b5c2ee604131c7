import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from './ids.ts'
import type { Endpoint } from './sinks/sink.ts'

// Two reporters of one job that share an endpoint (a step of the workflow, and the one inside of a composite, say)
// would count the job twice. The first that reports at the job's end claims its endpoints. One that reports the whole
// run takes nothing from one that reports the job.

export interface Claimant {
  readonly runnerTemp: string | undefined
  readonly mode: 'job' | 'gather'
}

/** Claims what is still free; gives the names of the endpoints that another reporter has. */
export async function claim(endpoints: readonly Endpoint[], claimant: Claimant): Promise<string[]> {
  const others: string[] = []
  for (const endpoint of endpoints) if (!(await mark(endpoint, claimant))) others.push(endpoint.name)
  return others
}

/** The names of the endpoints that another reporter has claimed, for one that reports now and claims none. */
export async function claimedByOthers(endpoints: readonly Endpoint[], claimant: Claimant): Promise<string[]> {
  const others: string[] = []
  for (const endpoint of endpoints) if (await isMarked(endpoint, claimant)) others.push(endpoint.name)
  return others
}

/** False: the marker of another reporter is there. Where none can be written, twice is better than never. */
async function mark(endpoint: Endpoint, { runnerTemp, mode }: Claimant): Promise<boolean> {
  if (runnerTemp === undefined) return true
  try {
    await mkdir(folderOf(runnerTemp), { recursive: true })
    await writeFile(markerOf(endpoint, mode, runnerTemp), '', { flag: 'wx' })
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EEXIST')
  }
}

async function isMarked(endpoint: Endpoint, { runnerTemp, mode }: Claimant): Promise<boolean> {
  if (runnerTemp === undefined) return false
  try {
    await access(markerOf(endpoint, mode, runnerTemp))
    return true
  } catch {
    return false
  }
}

const folderOf = (runnerTemp: string): string => join(runnerTemp, 'hardgate', 'state')

/** Name, kind, host and path; no query and no user info, which may be secret. */
function markerOf({ name, kind, target }: Endpoint, mode: Claimant['mode'], runnerTemp: string): string {
  const url = kind === 'file' || !URL.canParse(target) ? undefined : new URL(target)
  const place = url === undefined ? target : `${url.host}${url.pathname}`
  return join(folderOf(runnerTemp), `claim-${sha256(JSON.stringify([mode, name, kind, place])).slice(0, 32)}`)
}
