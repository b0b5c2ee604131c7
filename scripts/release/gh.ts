import { Refusal } from './refusal.ts'
import { type Ended, run, type World } from './world.ts'

/** GitHub answers late now and then, and shows a new attestation only after some seconds. */
const TRIES = 6
const BETWEEN_MS = 5_000

/** A question to GitHub through its own program; asked again where it fails, because asking changes nothing. */
export async function ask(world: World, ...args: string[]): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const ended = run(world, 'gh', args)
    if (ended.status === 0) return ended.stdout
    if (tries === TRIES || ended.status === 127) throw refusal(args, ended)
    await world.sleep(BETWEEN_MS)
  }
}

/** Something that GitHub shall do: once, because a second time may be one too many. */
export function tell(world: World, ...args: string[]): string {
  const ended = run(world, 'gh', args)
  if (ended.status === 0) return ended.stdout
  throw refusal(args, ended)
}

function refusal(args: readonly string[], { complaint }: Ended): Refusal {
  return new Refusal(
    `gh ${args.join(' ')} failed: ${complaint}`,
    'Mend that, then run the failed job again: it goes on where it ended.',
  )
}

/** `OWNER/REPO`, as the runner names it. */
export function repositoryOf({ env }: World): string {
  return variable(env, 'GITHUB_REPOSITORY')
}

export function variable(env: World['env'], name: string): string {
  const value = env[name] ?? ''
  if (value !== '') return value
  throw new Refusal(`${name} is not set.`, 'This step runs in release.yml, which sets it.')
}
