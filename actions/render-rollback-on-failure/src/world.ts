import { type Frame, type GitHubContext, githubContext } from '@hardgate/action'
import { connectGitHub, type GitHub } from '@hardgate/github'
import { type RenderClient, renderClient } from '@hardgate/render'
import type { Inputs } from './inputs.ts'
import { newStory, note, type Story } from './story.ts'

/** All that the parts of a run share. */
export interface World {
  readonly inputs: Inputs
  readonly frame: Frame
  readonly serviceId: string
  readonly render: RenderClient
  readonly github: GitHub
  readonly context: GitHubContext
  readonly story: Story
}

export function openWorld(inputs: Inputs, frame: Frame): World {
  const context = githubContext(frame.env)
  const { signal } = frame
  return {
    inputs,
    frame,
    serviceId: inputs['service-id'],
    render: renderClient({ ...connection(inputs, frame), signal }),
    github: connectGitHub({ ...gitHubConnection(inputs, frame, context), signal }),
    context,
    story: newStory(frame.clock),
  }
}

/** The same world after a signal: what is asked now ends within `ms` of real time, because the runner kills in real time. */
export function lastSeconds(world: World, ms: number): World {
  const { inputs, frame } = world
  const signal = AbortSignal.timeout(ms)
  return { ...world, frame: { ...frame, signal }, render: renderClient({ ...connection(inputs, frame), signal }) }
}

/** GitHub as it is asked whether or not the run is cancelled. */
export function uncancelled({ inputs, frame, context }: World): GitHub {
  return connectGitHub(gitHubConnection(inputs, frame, context))
}

function connection(inputs: Inputs, { request, clock }: Frame): Omit<Parameters<typeof renderClient>[0], 'signal'> {
  return { request, clock, apiKey: inputs['render-api-key'], baseUrl: inputs['render-api-url'] }
}

function gitHubConnection(
  inputs: Inputs,
  { request }: Frame,
  context: GitHubContext,
): Parameters<typeof connectGitHub>[0] {
  return { request, token: inputs['github-token'], apiUrl: context.apiUrl, repository: context.slug }
}

/** A line of the timeline, and of the log at once. */
export function record({ frame, story }: World, what: string, result: string): void {
  story.timeline.push({ at: frame.clock.now(), what, result })
  frame.log.info(`${what}: ${result}`)
}

/** Told beside the outcome, and as a warning at once. */
export function warn({ frame, story }: World, text: string): void {
  if (story.notes.includes(text)) return
  note(story, text)
  frame.log.warning(text)
}
