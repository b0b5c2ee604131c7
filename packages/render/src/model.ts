/** A deploy as Render's API tells it; what Render leaves out or sets to null is absent. */
export interface Deploy {
  readonly id: string
  /** One of `status.ts`, a word that is newer than this code, or '' where Render gave none. */
  readonly status: string
  readonly trigger: string
  /** RFC 3339, always readable. */
  readonly createdAt: string
  readonly startedAt?: string
  /** The end of the deploy, so the moment at which it went live. */
  readonly finishedAt?: string
  readonly updatedAt?: string
  readonly artifactId?: string
  /** Absent for images. */
  readonly commit?: { readonly id: string; readonly message: string }
  readonly image?: { readonly ref: string; readonly sha: string }
}

export interface Service {
  readonly id: string
  readonly name: string
  readonly type: string
  /** `commit`, `checksPass`, `off`; older services have `yes` or `no` alone. '' where Render gave none. */
  readonly autoDeploy: string
  readonly branch?: string
  readonly repo?: string
  /** The configured image: such a service has no commits. */
  readonly imagePath?: string
  readonly dashboardUrl?: string
  readonly isSuspended: boolean
  readonly suspenders: readonly string[]
  readonly isInMaintenance: boolean
  readonly url?: string
  readonly healthCheckPath?: string
}

export interface ServiceEvent {
  readonly id: string
  readonly type: string
  readonly timestamp: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Thrown by the readers; the client makes a `RenderError` of it. */
export class UnreadableAnswer extends Error {}

export function readService(json: unknown): Service {
  const service = recordOf(json)
  const details = recordOf(service['serviceDetails'])
  return {
    id: required(service, 'id', 'service'),
    name: textOf(service, 'name') ?? '',
    type: textOf(service, 'type') ?? '',
    // where both are present autoDeployTrigger is the truth
    autoDeploy: textOf(service, 'autoDeployTrigger') ?? textOf(service, 'autoDeploy') ?? '',
    ...present(service, 'branch', 'repo', 'imagePath', 'dashboardUrl'),
    isSuspended: service['suspended'] === 'suspended',
    suspenders: listOf(service['suspenders']).filter((one) => typeof one === 'string'),
    isInMaintenance: recordOf(details['maintenanceMode'])['enabled'] === true,
    ...present(details, 'url', 'healthCheckPath'),
  }
}

export function readDeploy(json: unknown): Deploy {
  const deploy = recordOf(json)
  const createdAt = required(deploy, 'createdAt', 'deploy')
  if (Number.isNaN(Date.parse(createdAt))) throw new UnreadableAnswer(`a deploy was created at "${createdAt}"`)
  const commit = recordOf(deploy['commit'])
  const commitId = textOf(commit, 'id')
  const image = recordOf(deploy['image'])
  const ref = textOf(image, 'ref')
  return {
    id: required(deploy, 'id', 'deploy'),
    status: textOf(deploy, 'status') ?? '',
    trigger: textOf(deploy, 'trigger') ?? '',
    createdAt,
    ...present(deploy, 'startedAt', 'finishedAt', 'updatedAt', 'artifactId'),
    ...(commitId === undefined ? {} : { commit: { id: commitId, message: textOf(commit, 'message') ?? '' } }),
    ...(ref === undefined ? {} : { image: { ref, sha: textOf(image, 'sha') ?? '' } }),
  }
}

export function readEvent(json: unknown): ServiceEvent {
  const event = recordOf(json)
  return {
    id: required(event, 'id', 'event'),
    type: textOf(event, 'type') ?? '',
    timestamp: textOf(event, 'timestamp') ?? '',
    details: recordOf(event['details']),
  }
}

/** A page is `[{ deploy, cursor }]`; the cursor of its last item leads to the next one. */
export function readPage<T>(
  json: unknown,
  key: 'deploy' | 'event',
  read: (item: unknown) => T,
): { readonly items: readonly T[]; readonly cursor?: string } {
  if (!Array.isArray(json)) throw new UnreadableAnswer(`the list of ${key}s is no list`)
  const items = json.map((item) => read(recordOf(item)[key]))
  const cursor = textOf(recordOf(json.at(-1)), 'cursor')
  return { items, ...(cursor === undefined ? {} : { cursor }) }
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** undefined where the field is absent, empty or no text. */
export function textOf(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = record[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function required(record: Readonly<Record<string, unknown>>, key: string, what: string): string {
  const value = textOf(record, key)
  if (value === undefined) throw new UnreadableAnswer(`a ${what} has no ${key}`)
  return value
}

function present<K extends string>(
  record: Readonly<Record<string, unknown>>,
  ...keys: readonly K[]
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  for (const key of keys) {
    const value = textOf(record, key)
    if (value !== undefined) found[key] = value
  }
  return found
}
