import { UserError } from '@hardgate/action'
import { commitsMatch, type Deploy, digestOf, imagesMatch, type Service, shortCommit } from '@hardgate/render'
import type { Inputs } from './inputs.ts'

/** The release that must be live in the end. */
export type Wanted =
  | { readonly kind: 'commit'; readonly commit: string }
  | { readonly kind: 'image'; readonly image: string }

/** Throws a UserError where the service is not of the kind that the inputs are for: before anything is started. */
export function wantedOf(inputs: Inputs, service: Service, env: Readonly<Record<string, string | undefined>>): Wanted {
  const image = inputs['image-url']
  if (service.imagePath === undefined) {
    if (image !== undefined) {
      throw new UserError(
        'image-url: this service builds from a repository and runs no image. Leave image-url out, and set commit.',
      )
    }
    // an explicit empty value arrives as it is, and action.yml's default is an expression
    const commit = inputs.commit ?? env['GITHUB_SHA'] ?? ''
    if (commit === '')
      throw new UserError('commit is empty, and so is GITHUB_SHA: which release must go live is not known.')
    return { kind: 'commit', commit: commit.toLowerCase() }
  }
  if (image === undefined) {
    throw new UserError(
      'image-url is empty, and this service runs an image: it has no commits, so only image-url can say which release must go live.',
    )
  }
  return { kind: 'image', image }
}

/** `unknown`: Render does not say what the deploy ships. */
export function shipsWanted(deploy: Deploy, wanted: Wanted): 'yes' | 'no' | 'unknown' {
  if (wanted.kind === 'image') return deploy.image === undefined ? 'unknown' : yesNo(imagesMatch(wanted.image, deploy))
  return deploy.commit === undefined ? 'unknown' : yesNo(commitsMatch(wanted.commit, deploy.commit.id))
}

/** A digest and a commit mean one release for ever; a tag means what it points at. */
export const isExact = (wanted: Wanted): boolean => wanted.kind === 'commit' || digestOf(wanted.image) !== undefined

/** As a person reads it. */
export const nameOf = (wanted: Wanted): string => (wanted.kind === 'commit' ? shortCommit(wanted.commit) : wanted.image)

/** What the deploy ships, as a person reads it. */
export const shippedBy = ({ commit, image }: Deploy): string =>
  commit === undefined ? (image?.ref ?? 'an unknown release') : shortCommit(commit.id)

const yesNo = (is: boolean): 'yes' | 'no' => (is ? 'yes' : 'no')
