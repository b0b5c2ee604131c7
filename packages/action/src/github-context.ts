import { readFileSync, statSync } from 'node:fs'
import type { Env } from './parsers.ts'

/** Where this run stands. A text is '' where the variable is not set, as on a developer's machine. */
export interface GitHubContext {
  readonly owner: string
  readonly repository: string
  /** `owner/repository`. */
  readonly slug: string
  readonly sha: string
  readonly ref: string
  readonly eventName: string
  readonly runId: string
  readonly runAttempt: string
  readonly runUrl: string
  readonly apiUrl: string
  readonly serverUrl: string
  /** The event's payload, read when first asked for; undefined where there is none, or it cannot be read. */
  readonly event: () => Readonly<Record<string, unknown>> | undefined
}

// GitHub sends no larger webhook
const LARGEST_EVENT = 25 * 1024 * 1024

export function githubContext(env: Env): GitHubContext {
  const get = (name: string): string => env[`GITHUB_${name}`] ?? ''
  const slug = get('REPOSITORY')
  const [owner = '', repository = ''] = slug.split('/')
  const serverUrl = withoutSlash(get('SERVER_URL')) || 'https://github.com'
  let event: ReturnType<typeof readEvent>
  let isRead = false
  return {
    owner,
    repository,
    slug,
    sha: get('SHA'),
    ref: get('REF'),
    eventName: get('EVENT_NAME'),
    runId: get('RUN_ID'),
    runAttempt: get('RUN_ATTEMPT'),
    runUrl: slug === '' || get('RUN_ID') === '' ? '' : `${serverUrl}/${slug}/actions/runs/${get('RUN_ID')}`,
    apiUrl: withoutSlash(get('API_URL')) || 'https://api.github.com',
    serverUrl,
    event: () => {
      if (!isRead) event = readEvent(get('EVENT_PATH'))
      isRead = true
      return event
    },
  }
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '')

function readEvent(path: string): Readonly<Record<string, unknown>> | undefined {
  if (path === '') return undefined
  try {
    const { size } = statSync(path)
    const parsed: unknown = size > LARGEST_EVENT ? undefined : JSON.parse(readFileSync(path, 'utf8'))
    return isRecord(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
