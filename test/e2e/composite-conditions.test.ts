import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { parseAction } from '@actions/workflow-parser/actions/action-parser'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const source = readFileSync(join(root, 'action.yml'), 'utf8')
type Outcome = 'success' | 'failure' | 'skipped' | 'cancelled'
interface StepFile {
  readonly id: string
  readonly if?: string
}
interface StepState {
  readonly outcome: Outcome
  readonly outputs?: Record<string, string>
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; GitHub's parser checks it in a test
const { steps } = (parse(source) as { runs: { steps: StepFile[] } }).runs

describe("acceptance 21: GitHub's own parser", () => {
  test('takes the root action.yml without an error', () => {
    const { context } = parseAction({ name: 'action.yml', content: source }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(String)).toEqual([])
  })

  test.each(readdirSync(join(root, 'actions')))('takes actions/%s/action.yml without an error', (name) => {
    const content = readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8')
    const { context } = parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(String)).toEqual([])
  })

  test.each(readdirSync(join(root, '.github/workflows')))('takes the workflow %s without an error', (name) => {
    const content = readFileSync(join(root, '.github/workflows', name), 'utf8')
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(String)).toEqual([])
  })
})

interface Case {
  readonly given: Record<string, StepState>
  readonly isCancelled?: boolean
  readonly inputs?: Record<string, string>
  /** The steps that run, in order. */
  readonly runs: readonly string[]
}

const ok: StepState = { outcome: 'success' }
const red: StepState = { outcome: 'failure' }
const unhealthy: StepState = { outcome: 'failure', outputs: { 'should-rollback': 'true' } }
const inconclusive: StepState = { outcome: 'failure', outputs: { 'should-rollback': 'false' } }
const healthy: StepState = { outcome: 'success', outputs: { 'should-rollback': 'false' } }
const rolledBack: StepState = { outcome: 'failure', outputs: { notified: 'true' } }

const cases: Record<string, Case> = {
  'all green': {
    given: { capture: ok, deploy: ok, health: healthy, report: ok },
    runs: ['capture', 'deploy', 'health', 'report'],
  },
  'all green, and Slack wants to know': {
    given: { capture: ok, deploy: ok, health: healthy, notify: ok, report: ok },
    inputs: { 'notify-on': 'always' },
    runs: ['capture', 'deploy', 'health', 'notify', 'report'],
  },
  'unhealthy, should-rollback true': {
    given: { capture: ok, deploy: ok, health: unhealthy, rollback: rolledBack, report: ok },
    runs: ['capture', 'deploy', 'health', 'rollback', 'report'],
  },
  'inconclusive, should-rollback false': {
    given: { capture: ok, deploy: ok, health: inconclusive, notify: ok, report: ok },
    runs: ['capture', 'deploy', 'health', 'notify', 'report'],
  },
  'the deploy failed or timed out': {
    given: { capture: ok, deploy: red, rollback: rolledBack, report: ok },
    runs: ['capture', 'deploy', 'rollback', 'report'],
  },
  'capture failed': { given: { capture: red, notify: ok, report: ok }, runs: ['capture', 'notify', 'report'] },
  'cancelled during the health check': {
    given: {
      capture: ok,
      deploy: ok,
      health: { outcome: 'cancelled', outputs: { 'should-rollback': 'false' } },
      notify: ok,
      report: ok,
    },
    isCancelled: true,
    runs: ['capture', 'deploy', 'health', 'notify', 'report'],
  },
  'the rollback crashed without outputs': {
    given: { capture: ok, deploy: ok, health: unhealthy, rollback: red, notify: ok, report: ok },
    runs: ['capture', 'deploy', 'health', 'rollback', 'notify', 'report'],
  },
  'the rollback told, and Slack is down': {
    given: {
      capture: ok,
      deploy: ok,
      health: unhealthy,
      rollback: { outcome: 'failure', outputs: { notified: 'false' } },
      report: ok,
    },
    runs: ['capture', 'deploy', 'health', 'rollback', 'report'],
  },
  'no Slack and no metrics': {
    given: { capture: ok, deploy: ok, health: inconclusive },
    inputs: { 'slack-webhook-url': '', 'metrics-url': '' },
    runs: ['capture', 'deploy', 'health'],
  },
}

describe("acceptance 21: the conditions of the root composite, by GitHub's own evaluator", () => {
  test.each(Object.entries(cases))('%s', (_name, { given, inputs = {}, isCancelled = false, runs }) => {
    expect(stepsThatRun(given, inputs, isCancelled)).toEqual(runs)
  })
})

function stepsThatRun(given: Case['given'], inputs: Record<string, string>, isCancelled: boolean): string[] {
  const all = {
    'slack-webhook-url': 'https://hooks',
    'metrics-url': 'https://metrics',
    'notify-on': 'failure',
    ...inputs,
  }
  const done: Record<string, StepState> = {}
  const ran: string[] = []
  let hasFailed = false
  for (const { id, if: condition } of steps) {
    // the job is cancelled while the health check runs
    const cancelled = isCancelled && done['health'] !== undefined
    if (!holds(condition, { hasFailed, cancelled, inputs: all, done })) {
      done[id] = { outcome: 'skipped' }
      continue
    }
    const state = given[id]
    if (state === undefined) throw new Error(`${id} runs, which the case does not foresee`)
    ran.push(id)
    done[id] = state
    hasFailed ||= state.outcome === 'failure'
  }
  return ran
}

interface World {
  readonly hasFailed: boolean
  readonly cancelled: boolean
  readonly inputs: Record<string, string>
  readonly done: Record<string, StepState>
}

function holds(condition: string | undefined, { hasFailed, cancelled, inputs, done }: World): boolean {
  const bare = (condition ?? 'success()').replace(/^\$\{\{([\s\S]*)\}\}$/, '$1')
  const expression = /\b(success|failure|always|cancelled)\(\)/.test(bare) ? bare : `success() && (${bare})`
  const status = {
    success: !hasFailed && !cancelled,
    failure: hasFailed && !cancelled,
    cancelled,
    always: true,
  }
  const functions = Object.entries(status).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }))
  const { tokens } = new Lexer(expression).lex()
  const tree = new Parser(tokens, ['inputs', 'steps'], functions).parse()
  const context = dictionary({ inputs: texts(inputs), steps: dictionary(mapValues(done, stepContext)) })
  return (
    new Evaluator(tree, context, new Map(functions.map((one) => [one.name, one]))).evaluate().coerceString() === 'true'
  )
}

const stepContext = ({ outcome, outputs = {} }: StepState): data.ExpressionData =>
  dictionary({
    outcome: new data.StringData(outcome),
    conclusion: new data.StringData(outcome),
    outputs: texts(outputs),
  })

const texts = (record: Record<string, string>): data.ExpressionData =>
  dictionary(mapValues(record, (value) => new data.StringData(value)))

function dictionary(record: Record<string, data.ExpressionData>): data.Dictionary {
  return new data.Dictionary(...Object.entries(record).map(([key, value]) => ({ key, value })))
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
