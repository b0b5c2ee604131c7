import { spawnSync } from 'node:child_process'
import { redactText } from '@hardgate/http'

/** All that the steps of a release touch. */
export interface World {
  /** The repository's top folder. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  log(line: string): void
  sleep(ms: number): Promise<void>
}

export interface Ended {
  readonly status: number
  readonly stdout: string
  /** The last lines of what it said about itself, without user info of a URL. */
  readonly complaint: string
}

const LARGEST_ANSWER = 64 * 1024 * 1024

/**
 * Runs a program without a shell and tells how it ended; one that is not there ends with 127. Whoever asks for a
 * passphrase (ssh-keygen, git, gpg) does so on the terminal itself and needs no stdin.
 */
export function run(world: Pick<World, 'root' | 'env'>, program: string, args: readonly string[], input = ''): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: world.root,
    env: world.env,
    encoding: 'utf8',
    maxBuffer: LARGEST_ANSWER,
    input,
  })
  if (error !== undefined) return { status: 127, stdout: '', complaint: `${program}: ${error.message}` }
  return {
    status: status ?? 1,
    stdout,
    complaint: lastLines(stderr) || `${program} ended with ${status ?? 'a signal'}`,
  }
}

/** Redacted before it is cut: half of a secret would not be known as one. */
export function lastLines(text: string, count = 8): string {
  return redactText(text).trim().split('\n').slice(-count).join('\n')
}
