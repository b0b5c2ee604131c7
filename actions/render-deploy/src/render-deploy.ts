import type { Frame, Report } from '@hardgate/action'
import type { Json } from '@hardgate/gate'
import { secretsInUrl } from '@hardgate/http'
import {
  dashboardOf,
  failureCause,
  type RenderClient,
  RenderError,
  renderClient,
  type Service,
  spanOf,
  waitForDeploy,
} from '@hardgate/render'
import { begin } from './begin.ts'
import type { Inputs } from './inputs.ts'
import { type Ending, judge } from './judge.ts'
import { summaryOf } from './summary.ts'
import { nameOf, wantedOf } from './wanted.ts'

/** Deploys, or finds the deploy that Render began, and waits until that one is live. */
export async function run(inputs: Inputs, frame: Frame): Promise<Report> {
  const client = clientOf(inputs, frame)
  const { service, ending } = await deploy(inputs, frame, client)
  const verdict = judge(ending, evidenceOf(ending, client))
  const reason = verdict.reasons[0] ?? ''
  return {
    verdict,
    outputs: outputsOf(ending),
    summary: summaryOf({ outcome: verdict.outcome, reason, ending, ...(service === undefined ? {} : { service }) }),
  }
}

interface Deployed {
  readonly service?: Service
  readonly ending: Ending
}

async function deploy(inputs: Inputs, frame: Frame, client: RenderClient): Promise<Deployed> {
  const { clock, signal, log } = frame
  const deadline = clock.monotonic() + inputs.timeout
  const service = await client.getService(inputs['service-id']).catch(nothingRead(inputs))
  if ('kind' in service) return { ending: service }
  const wanted = wantedOf(inputs, service, frame.env)
  log.info(`Waits at most ${spanOf(inputs.timeout)} until ${nameOf(wanted)} is live on ${service.name}.`)
  const begun = await begin({ client, clock, signal, log, inputs, service, wanted, deadline }).catch(
    nothingRead(inputs),
  )
  if (begun.kind !== 'deploy') return { service, ending: begun }
  // at once: whoever ends this process now must not lose it, for the rollback needs it
  frame.setOutput('deploy-id', begun.deploy.id)
  const waited = await waitForDeploy({
    client,
    clock,
    signal,
    serviceId: service.id,
    deploy: begun.deploy,
    timeoutMs: Math.max(0, deadline - clock.monotonic()),
    onProgress: log.info,
    onWarning: log.warning,
  })
  const { status, id } = waited.deploy
  const page = dashboardOf(service, id)
  if (status !== 'live' && page !== undefined) log.info(`${id} in the dashboard: ${page}`)
  const hasFailed = waited.end === 'done' && status !== 'live'
  const cause = hasFailed ? await failureCause(client, service.id, waited.deploy) : undefined
  return { service, ending: { kind: 'watched', wanted, waited, ...(cause === undefined ? {} : { cause }) } }
}

function clientOf(inputs: Inputs, { request, clock, signal }: Frame): RenderClient {
  const hook = inputs['deploy-hook-url'] ?? ''
  return renderClient({
    request,
    clock,
    signal,
    apiKey: inputs['render-api-key'],
    baseUrl: inputs['render-api-url'],
    secrets: [hook, ...secretsInUrl(hook)],
  })
}

/** Reading failed before a deploy was known. */
function nothingRead({ start }: Inputs): (error: unknown) => Ending & { kind: 'not-started' } {
  return (error) => {
    if (!(error instanceof RenderError)) throw error
    const what = start === 'none' ? 'Whether Render deployed it is not known' : 'Nothing was deployed'
    return { kind: 'not-started', outcome: 'no-data', reason: `${what}. ${error.message}` }
  }
}

function outputsOf(ending: Ending): Record<string, string> {
  if (ending.kind !== 'watched') return {}
  const { id, status, commit } = ending.waited.deploy
  return { 'deploy-id': id, status, commit: commit?.id ?? '', cause: ending.cause ?? '' }
}

function evidenceOf(ending: Ending, { requests }: RenderClient): Record<string, Json> {
  const asked = requests.map(({ method, path, status, ms }) => ({ method, path, status, ms }))
  if (ending.kind !== 'watched') return { requests: asked }
  const { deploy: seen, steps } = ending.waited
  const { commit, image, ...rest } = seen
  return {
    deploy: {
      ...rest,
      ...(commit === undefined ? {} : { commit: commit.id }),
      ...(image === undefined ? {} : { image: { ...image } }),
    },
    steps: steps.map(({ status, at }) => ({ status, at: at.toISOString() })),
    requests: asked,
  }
}
