import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, InputErrors, rawInputs, readInputs } from '@hardgate/action'
import { type FakeFrame, type FakeWorld, fakeClock, fakeFrame } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { contract } from '../../../actions/metrics-reporter/src/contract.ts'
import { inputs } from '../../../actions/metrics-reporter/src/inputs.ts'
import { onInputErrors, post, run } from '../../../actions/metrics-reporter/src/metrics-reporter.ts'
import { newTemp } from './temp.ts'

export const START = new Date('2026-11-22T20:00:09Z')
export const EVENT_ID = 'hg1-9edf27d5d3d709997c05657397a64b8d'

export type With = Readonly<Record<string, string>>

export interface Job {
  readonly temp: string
  readonly workspace: string
  /** The stages of one step; `with` is what the runner evaluated for that stage. */
  readonly step: (world?: FakeWorld) => StepOfJob
  readonly writeVerdict: (name: string, verdict: Readonly<Record<string, unknown>>) => void
}

export interface Stage {
  readonly account: Account
  readonly frame: FakeFrame
}

export interface StepOfJob {
  readonly main: (given: With) => Promise<Stage>
  /** `afterMs` from the start of the job. */
  readonly post: (given: With, afterMs?: number) => Promise<Stage>
}

/** A job of GitHub Actions in this process: an environment, a temporary folder, and steps with their state. */
export function newJob(env: Readonly<Record<string, string>> = {}): Job {
  const temp = newTemp()
  const workspace = newTemp()
  const variables = { ...environment, RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, ...env }
  return {
    temp,
    workspace,
    step: (world = {}) => newStep(variables, world),
    writeVerdict: (name, verdict) => {
      mkdirSync(join(temp, 'hardgate'), { recursive: true })
      writeFileSync(join(temp, 'hardgate', name), JSON.stringify(verdict))
    },
  }
}

function newStep(variables: Readonly<Record<string, string>>, world: FakeWorld): StepOfJob {
  let state: Readonly<Record<string, string>> = {}
  const stage = async (name: 'main' | 'post', given: With, at: Date): Promise<Stage> => {
    const env = { ...variables, ...variablesOf({ 'job-status': 'success', 'job-id': '50123456789', ...given }) }
    const direct: FakeWorld['request'] = (plan) => request({ ...plan, env: {} })
    const frame = fakeFrame({ request: direct, ...world, stage: name, env, state, clock: world.clock ?? fakeClock(at) })
    const account = await accountOf(name, frame)
    state = frame.state
    return { account, frame }
  }
  return {
    main: (given) => stage('main', given, START),
    post: (given, afterMs = 95_250) => stage('post', given, new Date(START.getTime() + afterMs)),
  }
}

/** What the frame does around the action, as far as it matters here. */
async function accountOf(stage: 'main' | 'post', frame: FakeFrame): Promise<Account> {
  try {
    const values = await readInputs(inputs, frame.env)
    return await (stage === 'main' ? run : post)(values, frame)
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error
    const account = await onInputErrors(rawInputs(contract, frame.env), frame)
    return { ...account, reason: [...error.problems, account.reason].join('\n') }
  }
}

const variablesOf = (given: With): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))

const environment = {
  GITHUB_RUN_ID: '17654321098',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REPOSITORY: 'acme/sms',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_WORKFLOW: 'CI',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_ACTOR: 'ada',
  GITHUB_JOB: 'test',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_SHA: '9fceb02d0ae598e95dc970b74767f19372d61af8',
  RUNNER_OS: 'Linux',
}
