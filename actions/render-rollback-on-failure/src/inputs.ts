import {
  type AsyncParser,
  boolean,
  choice,
  defineInputs,
  duration,
  InputProblem,
  integer,
  lines,
  optional,
  type Parser,
  secret,
  text,
  url,
  type Values,
} from '@hardgate/action'
import { apiUrlProblem, isDeployId, isServiceId } from '@hardgate/render'
import { contract } from './contract.ts'

export const inputs = defineInputs(
  contract,
  {
    'render-api-key': secret(),
    'service-id': named(isServiceId, 'is not the id of a service. Write one such as srv-abc123.'),
    mode: choice('rollback', 'plan', 'capture', 'unfreeze', 'notify'),
    cause: text(),
    'slack-webhook-url': slackWebhook(),
    'slack-mention': named(isMention, 'is not a mention. Write <!here>, <@U…> or <!subteam^S…>.'),
    'failed-deploy-id': deployId(),
    'failed-commit': named(isCommit, 'is not a commit. Write at least 7 hex digits of its SHA.'),
    'target-deploy-id': deployId(),
    'health-url': optional(url()),
    'version-from': versionFrom(),
    'verify-timeout': duration({ min: 1000 }),
    'verify-interval': duration({ min: 100 }),
    'verify-successes': integer({ min: 1, max: 100 }),
    timeout: duration({ min: 1000 }),
    'freeze-auto-deploy': boolean(),
    'restore-auto-deploy': choice('auto', 'commit', 'checksPass'),
    'cancel-in-progress': boolean(),
    'migrations-path': lines(),
    'on-migration': choice('block', 'warn', 'ignore'),
    fallback: choice('none', 'rebuild'),
    'max-candidates': integer({ min: 1, max: 20 }),
    'max-rollbacks': integer({ min: 1 }),
    'rollback-window': duration({ min: 1000 }),
    'fail-on-rollback': boolean(),
    'on-inconclusive': choice('fail', 'warn', 'pass'),
    'github-environment': text(),
    'github-deployment-id': optional(integer({ min: 1 })),
    'github-token': secret(),
    'render-api-url': apiUrl(),
    summary: boolean(),
  },
  {
    check: function* (values) {
      if (values.mode === 'notify') return
      for (const name of ['render-api-key', 'service-id'] as const)
        if (values[name] === '') yield `${name} is required. Only mode notify does without it.`
    },
  },
)
export type Inputs = Values<typeof inputs>

/** Empty, or a text of that form. */
function named(fits: (raw: string) => boolean, problem: string): Parser<string> {
  return {
    parse: (raw) => {
      if (!fits(raw)) throw new InputProblem(problem)
      return raw
    },
    whenEmpty: '',
  }
}

function deployId(): Parser<string> {
  return named(isDeployId, 'is not the id of a deploy. Write one such as dep-abc123.')
}

function isCommit(raw: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(raw)
}

function isMention(raw: string): boolean {
  return /^<(?:!here|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)>$/.test(raw)
}

/** Whoever knows the path of the webhook can post, so the path alone is a secret too. */
function slackWebhook(): Parser<string> {
  return {
    parse: (raw) => {
      const problem = apiUrlProblem(raw)
      if (problem !== undefined) throw new InputProblem('is not an https URL. Copy it from the page of the Slack app.')
      return raw
    },
    whenEmpty: '',
    isSecret: true,
    secretsIn: (raw) => {
      if (!URL.canParse(raw)) return []
      const { pathname } = new URL(raw)
      return [pathname, pathname.slice(1)].filter((path) => path.length > 1)
    },
  }
}

function versionFrom(): AsyncParser<string> {
  return {
    parse: async (raw) => {
      if (!/^(?:json|header):./.test(raw))
        throw new InputProblem('is no place. Write json:$.commit or header:X-Version.')
      // only whoever asks for a version pays for reading one
      const { compileProbeRules, ExpectationError } = await import('@hardgate/health')
      try {
        await compileProbeRules({ versionFrom: raw })
        return raw
      } catch (error) {
        throw error instanceof ExpectationError ? new InputProblem(`is malformed: ${error.message}`) : error
      }
    },
    whenEmpty: '',
  }
}

function apiUrl(): Parser<string> {
  return {
    parse: (raw) => {
      const problem = apiUrlProblem(raw)
      if (problem !== undefined) throw new InputProblem(`${problem}.`)
      return raw
    },
    whenEmpty: 'https://api.render.com/v1',
  }
}
