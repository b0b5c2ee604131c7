import { formatDuration } from '@hardgate/gate'
import type { Run } from './run.ts'

/** A ramp-down at the end is meant. */
const END_SHARE = 0.1

/** Where the users became fewer before the end of the run, in a sentence; undefined where they did not. */
export function usersFell(users: Run['users'], endMs: number | undefined): string | undefined {
  const [first] = users
  const last = users.at(-1)
  if (first === undefined || last === undefined) return undefined
  const end = Math.max(endMs ?? last.atMs, last.atMs)
  const endPart = end - (end - first.atMs) * END_SHARE
  let most = first.count
  for (const { atMs, count } of users) {
    if (atMs >= endPart) return undefined
    if (count < most) {
      return `users fell from ${most} to ${count} at ${formatDuration(Math.round((atMs - first.atMs) / 1000) * 1000)} of the run`
    }
    most = count
  }
  return undefined
}
