import { isAbsolute, relative, resolve, sep } from 'node:path'
import { type Command, parseCommand } from './commands.ts'
import type { Masker } from './masker.ts'
import type { Recorder } from './recorder.ts'
import type { Annotation } from './types.ts'

/** Carries out the workflow commands in the output of one process. */
export interface CommandRunner {
  readonly takeLine: (line: string) => void
  /** A command could not be carried out, which fails the step whatever its exit code. */
  readonly hasFailed: () => boolean
}

const LEVELS = ['error', 'warning', 'notice'] as const
const KNOWN = new Set([
  ...LEVELS,
  'stop-commands',
  'add-mask',
  'debug',
  'group',
  'endgroup',
  'echo',
  'add-matcher',
  'remove-matcher',
  'set-output',
  'save-state',
  'set-env',
  'add-path',
])
// Their own text says what they are: echoing it would say it twice (actions/runner: OmitEcho).
const NEVER_ECHOED = new Set<string>([...LEVELS, 'add-mask', 'debug'])

export function createCommandRunner(recorder: Recorder, masker: Masker, workspace: string): CommandRunner {
  let stopToken: string | undefined
  let isEchoing = false
  let hasFailed = false

  const fail = (command: Command, problem: string): void => {
    recorder.issue({ level: 'error', message: `Unable to process command '${command.name}' successfully.` })
    recorder.issue({ level: 'error', message: problem })
    hasFailed = true
  }
  const carryOut = (command: Command): void => {
    const level = LEVELS.find((name) => name === command.name)
    if (level !== undefined) return recorder.issue(annotationOf(level, command, workspace))
    switch (command.name) {
      case 'add-mask':
        if (command.data.trim() !== '') return masker.add(command.data)
        return recorder.issue({
          level: 'warning',
          message: "Can't add secret mask for empty string in ##[add-mask] command.",
        })
      case 'group':
        return recorder.addLine(command.data)
      case 'echo':
        if (/^\s*(on|off)\s*$/i.test(command.data)) isEchoing = /on/i.test(command.data)
        else
          fail(
            command,
            `Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${command.data}'.`,
          )
        return
      case 'set-output':
      case 'save-state':
        return fail(
          command,
          `::${command.name}:: is not honoured here. Write to the file of GITHUB_OUTPUT or GITHUB_STATE.`,
        )
      case 'set-env':
      case 'add-path':
        return fail(command, `The \`${command.name}\` command is disabled. Please upgrade to using Environment Files.`)
      case 'add-matcher':
      case 'remove-matcher':
        return fail(command, `::${command.name}:: is not carried out here: problem matchers are not implemented.`)
    }
  }
  const stop = (command: Command): void => {
    const token = command.data.toLowerCase()
    if (token === '' || token === 'pause-logging' || KNOWN.has(token)) {
      return fail(
        command,
        "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command.",
      )
    }
    stopToken = token
  }

  return {
    hasFailed: () => hasFailed,
    takeLine: (line) => {
      const command = parseCommand(line, (name) => KNOWN.has(name) || name === stopToken)
      if (command === undefined) return recorder.addLine(line)
      if (stopToken !== undefined) {
        recorder.addLine(line)
        if (command.name === stopToken) stopToken = undefined
        return
      }
      if (command.name === 'stop-commands') {
        recorder.addLine(line)
        return stop(command)
      }
      if (isEchoing && !NEVER_ECHOED.has(command.name)) recorder.addLine(line)
      if (isEchoing && command.name === 'add-mask') recorder.addLine('::add-mask::***')
      carryOut(command)
    },
  }
}

function annotationOf(level: Annotation['level'], { properties, data }: Command, workspace: string): Annotation {
  const { title, file, line } = properties
  return {
    level,
    message: data,
    ...(title === undefined ? {} : { title }),
    ...(file === undefined ? {} : { file: relativeToWorkspace(file, workspace) }),
    ...(line !== undefined && /^\d+$/.test(line) ? { line: Number(line) } : {}),
  }
}

/** A path outside of the workspace stays as it is; GitHub then marks no line. */
function relativeToWorkspace(file: string, workspace: string): string {
  if (!isAbsolute(file)) return file
  const path = relative(workspace, resolve(file))
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll(sep, '/')
}
