import { join, resolve } from 'node:path'
import {
  boolean,
  choice,
  defineInputs,
  duration,
  InputProblem,
  integer,
  optional,
  type Parser,
  secret,
  text,
  type Values,
} from '@hardgate/action'
import { contract } from './contract.ts'
import { assign, headers, token } from './credentials.ts'
import { endpoints } from './endpoints.ts'

// What steps may have written is text here: it is empty in the main stage and evaluated anew for the post stage, and
// one value that cannot be read must not keep the event from being sent.
export const inputs = defineInputs(
  contract,
  {
    endpoint: endpoints(),
    token: token(),
    headers: headers(),
    coverage: text(),
    metrics: text(),
    attributes: text(),
    labels: text(),
    mode: choice('auto', 'job', 'gather', 'run', 'replay'),
    needs: text(),
    'build-id': text(),
    status: text(),
    duration: text(),
    'started-at': text(),
    task: text(),
    'report-at': choice('end', 'now'),
    steps: text(),
    'verdict-files': text(),
    'job-timeout': duration({ min: 1000 }),
    timeout: duration({ min: 100 }),
    deadline: optional(duration({ min: 100 })),
    attempts: integer({ min: 1, max: 100 }),
    spool: spoolPlace(),
    'on-error': choice('warn', 'fail'),
    'dry-run': boolean(),
    summary: boolean(),
    'github-token': secret(),
    'reporter-step': text(),
    'job-status': text(),
    'job-id': text(),
    matrix: text(),
  },
  { check: (values) => assign(values.endpoint, values.token, values.headers).problems },
)
export type Inputs = Values<typeof inputs>

/** `auto`, `none` or a directory; never the one in which gates leave their verdicts, for what is kept is none. */
function spoolPlace(): Parser<string> {
  return {
    parse: (raw, env) => {
      const verdicts = env['RUNNER_TEMP'] === undefined ? undefined : join(env['RUNNER_TEMP'], 'hardgate')
      const isVerdicts = verdicts !== undefined && resolve(env['GITHUB_WORKSPACE'] ?? '.', raw) === resolve(verdicts)
      if (isVerdicts)
        throw new InputProblem('is where gates leave their verdicts. Take a directory below it, or another one.')
      return raw
    },
    whenEmpty: 'auto',
  }
}
