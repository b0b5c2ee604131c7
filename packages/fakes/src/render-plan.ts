import type { Json } from '@hardgate/gate'

/** A status and how long a deploy stays in it, in milliseconds. `Infinity` never ends. */
export type Stage = readonly [status: string, ms: number]

/** How a deploy goes on from the moment at which it is created. */
export interface DeployScript {
  /** Default: 20 s of `build_in_progress`, then 10 s of `update_in_progress`. A rollback skips the build. */
  readonly stages?: readonly Stage[]
  /** The status after the last stage. Default `live`. */
  readonly outcome?: string
  /** `reason` of the `deploy_ended` event, such as `{ failure: { evicted: false, nonZeroExit: 1 } }`. */
  readonly reason?: Json
  /** The status that answers the creation. Default 201, or 202 without a body where the deploy must wait. */
  readonly answer?: 201 | 202
  /** `live`: the cancel is accepted, but the deploy has gone live in that moment. */
  readonly onCancel?: 'live'
}

/** A deploy of the past, or one under way when the server starts (it has `stages` then). */
export interface DeployPlan extends DeployScript {
  /** Default `dep-seed1`, `dep-seed2`, … */
  readonly id?: string
  /** `null` for images. */
  readonly commit?: string | { readonly id: string; readonly message: string } | null
  readonly image?: { readonly ref: string; readonly sha: string }
  readonly artifactId?: string
  /** Default: the newest one without a status is `live` where no other is, the rest are `deactivated`. */
  readonly status?: string
  /** Default `new_commit`. */
  readonly trigger?: string
  /** When it was created. Default: the last one 5 minutes ago, each before it a day earlier. */
  readonly minutesAgo?: number
  /** A rollback to this deploy is refused with that status. */
  readonly rollbackAnswer?: number
}

/** The fields of a service keep the names of the API; the rest says how the fake behaves. */
export interface ServicePlan {
  readonly id: string
  readonly name?: string
  readonly type?: string
  readonly autoDeployTrigger?: 'commit' | 'checksPass' | 'off'
  readonly branch?: string
  readonly repo?: string
  readonly imagePath?: string
  readonly suspended?: 'suspended' | 'not_suspended'
  readonly suspenders?: readonly string[]
  readonly serviceDetails?: Readonly<Record<string, Json>>

  /** Oldest first. */
  readonly deploys?: readonly DeployPlan[]
  /** One script for every deploy from now on, or one each, the last of which stays. */
  readonly nextDeploy?: DeployScript | readonly DeployScript[]
  /** The head of the branch, deployed where no commit is named. Default: the commit of the last deploy. */
  readonly head?: string
  /** A commit that is not among them is not found. Default: every commit exists. */
  readonly knownCommits?: readonly string[]
  /** What a tag points at now, by image reference. */
  readonly images?: Readonly<Record<string, string>>
  /** Workspace setting for a deploy while another runs. Default `wait`. */
  readonly overlap?: 'wait' | 'override'
  /** The `key` of the deploy hook. Default `hook-key`. */
  readonly hookKey?: string
  /** An older service: it shows and takes `autoDeploy` alone. */
  readonly hasNoTrigger?: boolean
  /** A PATCH starts a deploy with the trigger `service_updated`. */
  readonly deploysOnPatch?: boolean
  /** Each page lists its deploys in the wrong order. */
  readonly reversesPages?: boolean
  /** Every page ends with the same cursor, which leads to the first page. */
  readonly repeatsCursor?: boolean
  readonly events?: readonly EventPlan[]
}

export interface EventPlan {
  readonly type: string
  readonly minutesAgo: number
  readonly details: Json
}

export interface RenderFault {
  /** `POST /services/srv-x/rollback`; `*` stands for one part of the path. */
  readonly route: string
  /** Answered in place of the true answer. Alone it means that nothing was done. */
  readonly status?: number
  /** With `status`: it was done all the same. */
  readonly hasEffect?: boolean
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: Json
  readonly headers?: Readonly<Record<string, string>>
  /** The connection is closed without an answer, before or after the request took effect. */
  readonly close?: 'before' | 'after'
  /** Never answered, before or after the request took effect. */
  readonly hang?: 'before' | 'after'
  /** So many requests to that route pass first. Default 0. */
  readonly skip?: number
  /** Default 1. */
  readonly times?: number
}
