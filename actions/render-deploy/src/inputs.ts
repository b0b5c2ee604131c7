import {
  boolean,
  choice,
  defineInputs,
  duration,
  InputProblem,
  optional,
  type Parser,
  required,
  secret,
  text,
  type Values,
} from '@hardgate/action'
import { secretsInUrl } from '@hardgate/http'
import { apiUrlProblem, isServiceId } from '@hardgate/render'
import { contract } from './contract.ts'
import { hookProblem } from './hook.ts'

export const inputs = defineInputs(
  contract,
  {
    'render-api-key': required(secret()),
    'service-id': required(
      checked(isServiceId, 'is not the id of a service. It looks like srv-abc123: see its URL in the dashboard.'),
    ),
    start: choice('api', 'hook', 'none'),
    commit: optional(checked(isCommit, 'is not a commit. Write 7 to 64 hex digits, such as ${{ github.sha }}.')),
    'image-url': optional(
      checked(isImage, 'is not an image. Write host/name:tag or host/name@sha256:…, without https://.'),
    ),
    // the key in it is masked by itself too: an answer may return it alone
    'deploy-hook-url': optional({ ...secret(), secretsIn: secretsInUrl }),
    'clear-cache': boolean(),
    timeout: duration({ min: 1000 }),
    'on-inconclusive': choice('fail', 'warn', 'pass'),
    'render-api-url': apiUrl(),
    summary: boolean(),
  },
  {
    check: [
      ({ start, 'deploy-hook-url': hook }) => {
        if (start === 'hook' && hook === undefined) return ['deploy-hook-url is required with start: hook.']
        if (start !== 'hook' && hook !== undefined)
          return [`deploy-hook-url is used only with start: hook, and start is ${start}.`]
        return []
      },
      ({ 'deploy-hook-url': hook, 'service-id': service }) => {
        const problem = hook === undefined ? undefined : hookProblem(hook, service)
        return problem === undefined ? [] : [`deploy-hook-url ${problem}`]
      },
      ({ start, 'clear-cache': isCleared }) =>
        isCleared && start !== 'api' ? [`clear-cache works only with start: api, and start is ${start}.`] : [],
    ],
  },
)
export type Inputs = Values<typeof inputs>

function checked(isRight: (raw: string) => boolean, problem: string): Parser<string> {
  return {
    ...text(),
    parse: (raw) => {
      if (!isRight(raw)) throw new InputProblem(problem)
      return raw
    },
  }
}

function apiUrl(): Parser<string> {
  return {
    ...text(),
    parse: (raw) => {
      const problem = apiUrlProblem(raw)
      if (problem !== undefined) throw new InputProblem(`${problem}.`)
      return raw
    },
    secretsIn: secretsInUrl,
  }
}

function isCommit(raw: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(raw)
}

function isImage(raw: string): boolean {
  return /^[\w.-]+(:\d+)?(\/[\w.-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(raw)
}
