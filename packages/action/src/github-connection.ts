import type { GitHubConnection } from '@hardgate/github'
import type { Frame } from './frame.ts'
import type { GitHubContext } from './github-context.ts'

export interface ConnectionWorld {
  readonly frame: Pick<Frame, 'request' | 'clock' | 'signal'>
  readonly context: Pick<GitHubContext, 'apiUrl' | 'slug'>
  readonly token: string
}

/** To this repository. With the clock a read is sent again where GitHub fails for a moment. */
export function gitHubConnection({ frame, context, token }: ConnectionWorld): GitHubConnection {
  const { request, clock, signal } = frame
  return { token, apiUrl: context.apiUrl, repository: context.slug, request, clock, signal }
}
