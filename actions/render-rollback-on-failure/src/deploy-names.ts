import { type Deploy, shortCommit } from '@hardgate/render'

/** What was shipped, as a person reads it: `9f8e7d6`, or the first digits of an image's digest. */
export function releaseOf({ commit, image, id }: Deploy): string {
  if (commit !== undefined) return shortCommit(commit.id)
  const digest = image?.sha.replace(/^sha256:/, '').slice(0, 12)
  return digest === undefined || digest === '' ? id : `image ${digest}`
}

/** With the deploy, where two of one release must be told apart: `9f8e7d6 (dep-B)`. */
export function named(deploy: Deploy): string {
  const release = releaseOf(deploy)
  return release === deploy.id ? release : `${release} (${deploy.id})`
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function enumerated(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
