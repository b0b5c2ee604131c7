import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobRun } from '@hardgate/local-runner'

/** Everything that a job leaves behind, in one text: log, summary, outputs, state, and every file. */
export function leavings({ runs, runnerTemp, workspace }: JobRun): string {
  const files = [runnerTemp, workspace].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  )
  return [
    ...runs.map(({ rawOut }) => withoutMasks(rawOut)),
    ...files,
    ...runs.flatMap(({ log, summary, outputs, state }) => [log, summary, JSON.stringify([outputs, state])]),
  ].join('\n')
}

/** The ways in which a secret could be written. */
export const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  JSON.stringify(secret).slice(1, -1),
]

/** Without the commands by which the runner learns what to hide. */
const withoutMasks = (text: string): string => text.replace(/^::add-mask::.*$/gm, '')
