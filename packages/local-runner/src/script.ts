import { randomUUID } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './refusal.ts'

// actions/runner ScriptHandlerHelpers.cs. Without a shell the runner takes bash too, but without pipefail.
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  '': ['bash', '-e', '{0}'],
  bash: ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '{0}'],
  sh: ['sh', '-e', '{0}'],
}

/** Writes the script of a `run` step, and says which program runs it. */
export function prepareScript(run: string, shell: string, temp: string): { file: string; args: string[] } {
  const [file, ...format] = SHELLS[shell] ?? shell.split(/\s+/)
  if (file === undefined || !format.includes('{0}')) {
    throw new Refusal(
      `shell: ${shell} is not run here. It is bash, sh, or a program and its arguments with {0} for the script.`,
    )
  }
  const path = join(temp, `${randomUUID()}.sh`)
  writeFileSync(path, run)
  chmodSync(path, 0o700)
  return { file, args: format.map((argument) => (argument === '{0}' ? path : argument)) }
}
