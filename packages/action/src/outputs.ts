import { codeOf, UserError } from './errors.ts'
import type { Masks } from './masks.ts'
import type { RunnerCommands } from './runner-commands.ts'

export interface Outputs {
  /** Written at once. A name that action.yml does not declare is a bug: nobody could read it. */
  readonly set: (name: string, value: string) => void
  /** Every declared output, so that a later step never reads an empty string as success. */
  readonly preset: (presets: Readonly<Record<string, string>>) => void
}

const VERDICT_PRESETS: Readonly<Record<string, string>> = {
  verdict: 'no-data',
  reason: 'the step ended before it judged anything',
}

// A later step decides by these words. Whoever has one of them for a password must not get a wrong green or rollback.
const DECIDING: ReadonlySet<string> = new Set(['true', 'false', 'pass', 'fail', 'inconclusive', 'no-data'])

export function createOutputs(
  { setOutput }: Pick<RunnerCommands, 'setOutput'>,
  declared: readonly string[],
  masks: Masks,
): Outputs {
  const set = (name: string, value: string): void => {
    if (!declared.includes(name)) throw new Error(`the output ${name} is not declared in action.yml`)
    toRunner('outputs', () => setOutput(name, DECIDING.has(value) ? value : masks.redact(value)))
  }
  return {
    set,
    preset: (presets) => {
      const isGate = declared.includes('verdict')
      for (const name of Object.keys(presets)) if (!declared.includes(name)) set(name, '')
      for (const name of declared) set(name, presets[name] ?? (isGate ? VERDICT_PRESETS[name] : undefined) ?? '')
    },
  }
}

/** State is a plain file that any later step can read, so a secret in it is a bug. */
export function createStateKeeper({ saveState }: Pick<RunnerCommands, 'saveState'>, masks: Masks) {
  return (name: string, value: string): void => {
    if (masks.holds(value)) throw new Error(`the state ${name} holds a secret`)
    toRunner('state', () => saveState(name, value))
  }
}

function toRunner(what: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    const code = codeOf(error) ?? 'no such file'
    throw new UserError(`The runner's file for ${what} cannot be written (${code}). Is the disk full?`)
  }
}
