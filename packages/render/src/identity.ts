import type { Deploy } from './model.ts'

/** What was shipped: two deploys of one commit or image are the same release. */
export function identityOf({ id, commit, image, artifactId }: Deploy): string {
  return commit?.id ?? (image?.sha || undefined) ?? artifactId ?? id
}

/** Equal, or one a prefix of the other with at least 7 hex digits. */
export function commitsMatch(one: string, other: string): boolean {
  const [short = '', long = ''] = [one.toLowerCase(), other.toLowerCase()].toSorted((a, b) => a.length - b.length)
  return /^[0-9a-f]{7,}$/.test(short) && /^[0-9a-f]+$/.test(long) && long.startsWith(short)
}

/** By digest where the reference has one, else by the reference, which may point at another image tomorrow. */
export function imagesMatch(reference: string, { image }: Deploy): boolean {
  if (image === undefined) return false
  const wanted = digestOf(reference)
  if (wanted === undefined) return fullReference(image.ref) === fullReference(reference)
  return wanted === (digestOf(`@${image.sha}`) ?? digestOf(`@sha256:${image.sha}`) ?? digestOf(image.ref))
}

/** `sha256:…` of `repo@sha256:…`. */
export const digestOf = (reference: string): string | undefined => /@(sha256:[0-9a-f]+)$/.exec(reference)?.[1]

// As registries read it: Docker Hub is meant where no registry is named, and `latest` where no tag is.
function fullReference(reference: string): string {
  const name = reference.replace(/^(?:(?:index\.|registry-1\.)?docker\.io\/)?(?:library\/)?/, '')
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`
}

/** A commit as a person reads it. */
export const shortCommit = (id: string): string => (/^[0-9a-f]{12,}$/i.test(id) ? id.slice(0, 7) : id)

export const byNewest = (a: Deploy, b: Deploy): number => Date.parse(b.createdAt) - Date.parse(a.createdAt)
