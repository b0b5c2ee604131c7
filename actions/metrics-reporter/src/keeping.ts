import { isAbsolute, join, resolve } from 'node:path'
import type { Frame } from '@hardgate/action'
import type { BuildEvent } from './build-event.ts'
import { fit } from './fit.ts'

/** Where an event waits until it is delivered. */
export interface Keeping {
  /** undefined: nothing is kept in a file. */
  readonly folder: string | undefined
  /** The folder goes with the job, so what is left in it becomes an artifact. */
  readonly isBrief: boolean
  /** What cannot become an artifact is written to the log. */
  readonly isLogged: boolean
}

export function keepingOf(spool: string, env: Frame['env']): Keeping {
  if (spool === 'none') return { folder: undefined, isBrief: false, isLogged: false }
  if (spool !== 'auto' && spool !== 'artifact') {
    const folder = isAbsolute(spool) ? spool : resolve(env['GITHUB_WORKSPACE'] ?? '.', spool)
    return { folder, isBrief: false, isLogged: false }
  }
  // From the environment: the expression runner.temp is the host's path, also in a job that runs in a container.
  const temp = env['RUNNER_TEMP'] ?? ''
  const folder = temp === '' ? undefined : join(temp, 'hardgate', 'spool')
  return { folder, isBrief: true, isLogged: spool === 'auto' }
}

export const LOG_PREFIX = 'hardgate-spool-v1'
/** What the log takes of one line, and some room. */
const LINE_MAX = 60_000

/** The event as one line of a log that no log changes: all ASCII, and no `##[` in it. */
export function logged(event: BuildEvent): string {
  return `${LOG_PREFIX} ${plain(JSON.stringify(fit(event, LINE_MAX, (json) => plain(json).length)))}`
}

// Outside of its strings JSON holds none of these characters.
const plain = (json: string): string =>
  json.replace(/[#\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Where the event is now, as a sentence. */
export function whereabouts({ folder, isBrief }: Keeping, isKept: boolean): string {
  if (isBrief) {
    const file = isKept && folder !== undefined ? `in ${folder} until the job ends, and ` : ''
    return `The event is kept ${file}in this log, in the line that begins with "${LOG_PREFIX}".`
  }
  if (folder === undefined) return 'The event is lost: the input spool is "none".'
  return isKept ? `The event is kept in ${folder}.` : `The event is lost: ${folder} cannot be written.`
}
