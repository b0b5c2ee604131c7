import { join } from 'node:path'
import type { Fields } from './fields.ts'
import type { RunOptions } from './types.ts'

export interface BaseContexts {
  readonly github: Fields
  readonly runner: Readonly<Record<string, string>>
}

// The members of `github` that become GITHUB_… variables (actions/runner GitHubContext.cs). The token is not among them.
const EXPORTED = [
  ...['action', 'action_path', 'action_ref', 'action_repository', 'actor', 'actor_id', 'api_url', 'base_ref', 'env'],
  ...[
    'event_name',
    'event_path',
    'graphql_url',
    'head_ref',
    'job',
    'output',
    'path',
    'ref',
    'ref_name',
    'ref_protected',
  ],
  ...['ref_type', 'repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'retention_days'],
  ...['run_attempt', 'run_id', 'run_number', 'server_url', 'sha', 'state', 'step_summary', 'triggering_actor'],
  ...['workflow', 'workflow_ref', 'workflow_sha', 'workspace'],
]
const RUNNER_EXPORTED = ['os', 'arch', 'name', 'temp', 'tool_cache', 'workspace', 'environment', 'debug']

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

/** What a push to the default branch of a made-up repository looks like, with the caller's overrides. */
export function baseContexts(
  options: RunOptions,
  places: { workspace: string; temp: string; eventPath: string },
): BaseContexts {
  const fromEnv = contextsInEnv(options.env ?? {})
  const {
    repository = 'octo-org/octo-repo',
    ref = 'refs/heads/main',
    ...given
  } = { ...fromEnv.github, ...options.github }
  const [owner = ''] = String(repository).split('/')
  return {
    github: {
      ...{
        token: 'ghs_0000000000000000000000000000local',
        actor: 'octocat',
        actor_id: '1',
        triggering_actor: 'octocat',
      },
      ...{ api_url: 'http://127.0.0.1:9', graphql_url: 'http://127.0.0.1:9/graphql', server_url: 'https://github.com' },
      ...{
        sha: '0123456789abcdef0123456789abcdef01234567',
        ref,
        ref_name: String(ref).replace(/^refs\/(heads|tags)\//, ''),
      },
      ...{
        ref_type: String(ref).startsWith('refs/tags/') ? 'tag' : 'branch',
        ref_protected: 'false',
        base_ref: '',
        head_ref: '',
      },
      ...{ repository, repository_id: '1', repository_owner: owner, repository_owner_id: '1', retention_days: '90' },
      ...{
        workflow: 'local',
        workflow_ref: `${String(repository)}/.github/workflows/local.yml@${String(ref)}`,
        job: 'local',
      },
      ...{ run_id: '1', run_number: '1', run_attempt: '1', event_name: 'push', event: {} },
      ...given,
      ...{ workspace: places.workspace, event_path: places.eventPath },
    },
    runner: {
      ...{ os: SYSTEMS[process.platform] ?? process.platform, arch: process.arch.toUpperCase(), name: 'local' },
      ...{
        environment: 'self-hosted',
        temp: places.temp,
        tool_cache: join(places.temp, '_tool'),
        workspace: places.workspace,
      },
      ...fromEnv.runner,
    },
  }
}

/** The job's own variables: without those that belong to a context, which the runner would overwrite. */
export function jobVariables(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => memberOf(name) === undefined))
}

function contextsInEnv(env: Readonly<Record<string, string>>): {
  github: Record<string, string>
  runner: Record<string, string>
} {
  const found = { github: {} as Record<string, string>, runner: {} as Record<string, string> }
  for (const [name, value] of Object.entries(env)) {
    const member = memberOf(name)
    if (member !== undefined) found[member.context][member.name] = value
  }
  return found
}

function memberOf(variable: string): { context: 'github' | 'runner'; name: string } | undefined {
  const github = /^GITHUB_(\w+)$/.exec(variable)?.[1]?.toLowerCase()
  if (github !== undefined && EXPORTED.includes(github)) return { context: 'github', name: github }
  const runner = /^RUNNER_(\w+)$/.exec(variable)?.[1]?.toLowerCase()
  if (runner !== undefined && RUNNER_EXPORTED.includes(runner)) return { context: 'runner', name: runner }
  return undefined
}

/** GITHUB_… and RUNNER_… of a process. They win over what a job or a step sets under the same name. */
export function contextVariables({ github, runner }: BaseContexts): Record<string, string> {
  const variables: Record<string, string> = { CI: 'true', GITHUB_ACTIONS: 'true' }
  for (const name of EXPORTED) {
    const value = github[name]
    if (typeof value === 'string' || typeof value === 'number')
      variables[`GITHUB_${name.toUpperCase()}`] = String(value)
  }
  for (const name of RUNNER_EXPORTED) {
    const value = runner[name]
    if (value !== undefined) variables[`RUNNER_${name.toUpperCase()}`] = value
  }
  return variables
}

/**
 * What a JavaScript action gets besides: the way to artifacts and caches. The token is as secret as the real one, and a
 * test can look for it in what the action starts.
 */
export const runtimeVariables = {
  ACTIONS_RUNTIME_URL: 'http://127.0.0.1:9/',
  ACTIONS_RUNTIME_TOKEN: 'local-runner-runtime-token',
} as const

/** The few variables of the machine that a process cannot do without; never all of `process.env`. */
export function machineVariables(): Record<string, string> {
  const names =
    process.platform === 'win32'
      ? ['PATH', 'SystemRoot', 'ComSpec', 'PATHEXT', 'USERPROFILE', 'TEMP']
      : ['PATH', 'HOME']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
