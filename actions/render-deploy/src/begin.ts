import type { Log } from '@hardgate/action'
import {
  type Deploy,
  RenderError,
  type Service,
  type Started,
  startByHook,
  startDeploy,
  type Watching,
} from '@hardgate/render'
import { hookRequest } from './hook.ts'
import type { Inputs } from './inputs.ts'
import { awaitOwnDeploy } from './own-deploy.ts'
import type { Wanted } from './wanted.ts'

/** The deploy, or why there is none. */
export type Begun =
  | { readonly kind: 'deploy'; readonly deploy: Deploy }
  /** It is certain that nothing was started. `fail`: Render would not; `no-data`: it could not be asked. */
  | { readonly kind: 'not-started'; readonly outcome: 'fail' | 'no-data'; readonly reason: string }
  /** The request was sent, its answer got lost, and the list shows no new deploy. */
  | { readonly kind: 'unknown-start'; readonly reason: string }

export interface Beginning extends Watching {
  readonly log: Log
  readonly inputs: Inputs
  readonly service: Service
  readonly wanted: Wanted
  /** By the clock's `monotonic`. */
  readonly deadline: number
}

/** Starts the deploy, or finds the one that Render starts by itself. */
export async function begin(beginning: Beginning): Promise<Begun> {
  const { inputs, service, wanted } = beginning
  if (service.isSuspended) return suspended(service)
  const hook = inputs['deploy-hook-url']
  if (inputs.start === 'hook' && hook !== undefined) {
    const image = wanted.kind === 'image' ? wanted.image : undefined
    return asBegun(startByHook(beginning, service.id, hookRequest(hook, image)))
  }
  if (inputs.start === 'api') return asBegun(startByApi(beginning))
  return awaitOwnDeploy(beginning)
}

function startByApi({ inputs, service, wanted, ...watching }: Beginning): Promise<Started> {
  const clearCache = inputs['clear-cache']
  if (wanted.kind === 'image') return startDeploy(watching, service.id, { imageUrl: wanted.image, clearCache })
  // Render refuses commitId for cron jobs: they deploy the head, and the commit is compared in the end
  if (service.type === 'cron_job') return startDeploy(watching, service.id, { clearCache })
  return startDeploy(watching, service.id, { commitId: wanted.commit, clearCache })
}

async function asBegun(starting: Promise<Started>): Promise<Begun> {
  try {
    const { deploy } = await starting
    return { kind: 'deploy', deploy }
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    if (error.mayHaveHappened)
      return { kind: 'unknown-start', reason: `It is not known whether Render started the deploy. ${error.message}` }
    return {
      kind: 'not-started',
      outcome: error.kind === 'refused' ? 'fail' : 'no-data',
      reason: `Nothing was deployed. ${error.message}`,
    }
  }
}

function suspended({ suspenders }: Service): Begun {
  const by = suspenders.length === 0 ? '' : ` (by ${suspenders.join(', ')})`
  return {
    kind: 'not-started',
    outcome: 'fail',
    reason: `Nothing was deployed: the service is suspended${by}. Resume it first`,
  }
}
