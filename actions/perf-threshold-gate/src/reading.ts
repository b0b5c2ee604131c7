import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type FoundReport, findReports, type Log, UserError } from '@hardgate/action'
import { formatDuration } from '@hardgate/gate'
import type { Clock } from '@hardgate/http'
import { LoadProblem, type LoadProblemCode, type ReadPlan, type Run, readRuns } from '@hardgate/load'

/** The one run that the reports are of, or why there is none that could be judged. */
export type Reading = { readonly run: Run } | { readonly refusals: readonly Refusal[] }

export interface Refusal {
  readonly code: LoadProblemCode | 'missing-report'
  /** Names the file, and what to do. */
  readonly explanation: string
}

export interface Wanted {
  readonly globs: readonly string[]
  readonly workspace: string
  /** Of this action itself, from an earlier start on the same machine: no report. */
  readonly ownPage: string | undefined
  readonly plan: Omit<ReadPlan, 'signal' | 'onRead'>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly log: Log
}

/** Finds the reports and reads them. A `UserError` where they are there, and cannot be what one step judges. */
export async function readReports(wanted: Wanted): Promise<Reading> {
  const { globs, workspace, signal, ownPage, plan } = wanted
  const { reports, unmatched, unusable } = await findReports(globs, { workspace, signal })
  const files = reports.filter(({ path }) => resolve(workspace, path) !== ownPage)
  const refusals: Refusal[] = [
    ...(await Promise.all(unmatched.map((glob) => nothingMatches(glob, workspace)))),
    ...unusable.map(
      ({ path, why }): Refusal => ({ code: 'unreadable-report', explanation: `${path} ${why}: it was not read` }),
    ),
  ]
  if (files.length === 0 && refusals.length === 0) refusals.push({ code: 'no-report', explanation: NO_OTHER })
  if (refusals.length > 0) return { refusals }
  wanted.log.info(`Reading ${namesOf(files)}.`)
  try {
    return { run: await readRuns(files, { ...plan, signal, onRead: progress(files, wanted) }) }
  } catch (error) {
    if (!(error instanceof LoadProblem)) throw error
    if (OF_THE_WORKFLOW.includes(error.code)) throw new UserError(sentence(error.message))
    return { refusals: [{ code: error.code, explanation: error.message }] }
  }
}

const MOST_NAMED = 5

function namesOf(files: readonly FoundReport[]): string {
  const names = files.slice(0, MOST_NAMED).map(({ path }) => path)
  return files.length > MOST_NAMED ? `${names.join(', ')} and ${files.length - MOST_NAMED} more` : names.join(', ')
}

const NO_OTHER =
  'No file but the page of html-report itself matches report. Did the load test run, and write its report there?'

/** What nobody can mend by running the load test again: the step asks for what cannot be. */
const OF_THE_WORKFLOW: readonly LoadProblemCode[] = ['no-times', 'not-mergeable', 'mixed-tools', 'different-runs']

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`)

async function nothingMatches(glob: string, workspace: string): Promise<Refusal> {
  const isFolder = await stat(resolve(workspace, glob)).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) {
    const bare = glob.replace(/\/+$/, '')
    return {
      code: 'unreadable-report',
      explanation: `${glob} is a directory, and no report. Write ${bare}/** for the files in it`,
    }
  }
  return {
    code: 'missing-report',
    explanation: `No file matches ${glob}. Did the load test run, and write its report there? If it is not written any more, remove the line from report`,
  }
}

// on a long read a line every so often, so that nobody takes it for stuck
const TELL_EVERY_MS = 5000

function progress(files: readonly FoundReport[], { clock, log }: Wanted): (path: string, bytes: number) => void {
  const start = clock.monotonic()
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]))
  const done = new Map<string, number>()
  let told = start
  return (path, more) => {
    const bytes = (done.get(path) ?? 0) + more
    done.set(path, bytes)
    const now = clock.monotonic()
    if (now - told < TELL_EVERY_MS) return
    told = now
    const size = sizes.get(path) ?? bytes
    log.info(`Reading ${path}: ${megabytes(bytes)} of ${megabytes(size)} MB after ${formatDuration(now - start)}.`)
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000)
