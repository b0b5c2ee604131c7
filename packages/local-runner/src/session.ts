import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BaseContexts, baseContexts, jobVariables, runtimeVariables } from './contexts.ts'
import { createMasker, type Masker } from './masker.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { findRoot, type Places } from './repository.ts'
import { temporaryFolder } from './temporary.ts'
import type { RunOptions } from './types.ts'

/** A job while it runs. */
export interface Session extends Places {
  readonly options: RunOptions
  readonly node: string
  readonly timeScale: number
  readonly temp: string
  readonly contexts: BaseContexts
  readonly masker: Masker
  /** The job's env, and over it what steps wrote to GITHUB_ENV. */
  readonly env: Map<string, string>
  readonly written: Map<string, string>
  /** The newest first. */
  readonly path: string[]
  /** Groups of processes that steps left behind. */
  readonly orphans: Set<number>
  /** Aborted when the job is cancelled. */
  readonly cancellation: AbortController
  /** Aborted when the guard's time is over. */
  readonly deadline: AbortSignal
  status: 'success' | 'failure' | 'cancelled'
}

const DEFAULT_TIMEOUT_MS = 300_000

export function createSession(options: RunOptions): Session {
  const temp = options.runnerTemp === undefined ? temporaryFolder() : resolve(options.runnerTemp)
  mkdirSync(join(temp, '_runner_file_commands'), { recursive: true })
  const workspace = options.workspace === undefined ? temporaryFolder() : resolve(options.workspace)
  mkdirSync(workspace, { recursive: true })
  const eventPath = join(temp, '_github_workflow_event.json')
  const contexts = baseContexts(options, { workspace, temp, eventPath })
  writeFileSync(eventPath, JSON.stringify(contexts.github['event'] ?? {}))
  const masker = createMasker()
  for (const secret of [
    contexts.github['token'],
    runtimeVariables.ACTIONS_RUNTIME_TOKEN,
    ...Object.values(options.secrets ?? {}),
  ]) {
    if (typeof secret === 'string') masker.add(secret)
  }
  const session: Session = {
    options,
    root: options.root === undefined ? findRoot() : resolve(options.root),
    local: options.local ?? {},
    node: options.node ?? process.execPath,
    timeScale: options.timeScale ?? 1,
    workspace,
    temp,
    contexts,
    masker,
    env: new Map(Object.entries(jobVariables(options.env))),
    written: new Map(),
    path: [],
    orphans: new Set(),
    cancellation: new AbortController(),
    deadline: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    status: 'success',
  }
  session.cancellation.signal.addEventListener('abort', () => (session.status = 'cancelled'))
  return session
}

/** Lets the caller's signal cancel the job; returns how to end that. */
export function listenToCaller({ options: { signal }, cancellation }: Session): () => void {
  const cancel = (): void => cancellation.abort()
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel)
  return () => signal?.removeEventListener('abort', cancel)
}

export function recorderFor({ masker, options, cancellation }: Session): Recorder {
  return createRecorder(masker, (line) => {
    options.onLine?.(line)
    if (!cancellation.signal.aborted && options.cancelWhen?.(line) === true) cancellation.abort()
  })
}

export function verdictFiles({ temp }: Session): string[] {
  const folder = join(temp, 'hardgate')
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : [])).toSorted()
  } catch {
    return [] // no gate has written one
  }
}
