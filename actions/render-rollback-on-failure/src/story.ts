import type { Clock } from '@hardgate/http'
import type { Deploy, Service } from '@hardgate/render'
import type { Snapshot } from './planner.ts'
import type { Proof } from './prove.ts'
import type { Considered } from './target.ts'

/** One line of the timeline. */
export interface Entry {
  readonly at: Date
  readonly what: string
  readonly result: string
}

export type Freeze =
  /** Nothing was sent. */
  | 'untouched'
  | 'was-off'
  /** It was sent, and no answer says whether it took effect. */
  | 'sent'
  | 'frozen'
  | 'failed'
  | 'undone'
  /** Auto-deploy is off and could not be put back. */
  | 'stuck'

/** What has happened so far: the one thing that changes in a run, so that every end can tell all of it. */
export interface Story {
  readonly startedAt: Date
  readonly timeline: Entry[]
  /** What is told beside the outcome, each once. */
  readonly notes: string[]
  readonly cancelled: Deploy[]
  snapshot?: Snapshot
  service?: Service
  failed?: Deploy
  live?: Deploy
  considered: readonly Considered[]
  target?: Deploy
  method: 'none' | 'rollback' | 'digest' | 'rebuild'
  freeze: Freeze
  /** `sent`: Render may have begun a rollback, whatever we know of it. */
  post: 'none' | 'sent' | 'accepted'
  rollback?: Deploy
  proof?: Proof
}

export function newStory(clock: Clock): Story {
  return {
    startedAt: clock.now(),
    timeline: [],
    notes: [],
    cancelled: [],
    considered: [],
    method: 'none',
    freeze: 'untouched',
    post: 'none',
  }
}

export function note(story: Story, text: string): void {
  if (!story.notes.includes(text)) story.notes.push(text)
}

export const isFrozen = ({ freeze }: Story): boolean => freeze === 'frozen' || freeze === 'stuck'
