import { type LocalOptions, type LocalRun, runLocally } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { type Act, acts, output, print, repository } from './puppet.ts'

type Parts = Partial<Record<'capture' | 'deploy' | 'health' | 'rollback', readonly Act[]>>

function deploy(parts: Parts, options: LocalOptions = {}): Promise<LocalRun> {
  const given = Object.fromEntries(Object.entries(parts).map(([name, list]) => [name, acts(...list)]))
  return runLocally('deploy', { root: repository, timeScale: 50, ...options, with: given })
}

/** The steps that ran, with ✗ behind one that failed. */
const told = ({ steps }: LocalRun): string =>
  Object.entries(steps)
    .filter(([, { outcome }]) => outcome !== 'skipped')
    .map(([id, { outcome }]) => (outcome === 'failure' ? `${id} ✗` : id))
    .join(', ')

const shouldRollBack = (answer: string): Act => output(`should-rollback=${answer}\n`)
const notified = (answer: string): Act => output(`notified=${answer}\n`)
const red: Act = { exit: 1 }

test.each<[string, Parts, string, string]>([
  ['all green', { health: [shouldRollBack('false')] }, 'capture, deploy, health, report', 'success'],
  [
    'unhealthy, to be rolled back',
    { health: [shouldRollBack('true'), red], rollback: [notified('true'), red] },
    'capture, deploy, health ✗, rollback ✗, report',
    'failure',
  ],
  [
    'inconclusive, not to be rolled back',
    { health: [shouldRollBack('false'), red] },
    'capture, deploy, health ✗, notify, report',
    'failure',
  ],
  [
    'the deploy failed',
    { deploy: [red], rollback: [notified('true'), red] },
    'capture, deploy ✗, rollback ✗, report',
    'failure',
  ],
  ['the capture failed', { capture: [red] }, 'capture ✗, notify, report', 'failure'],
  [
    'the rollback crashed without outputs',
    { health: [shouldRollBack('true'), red], rollback: [red] },
    'capture, deploy, health ✗, rollback ✗, notify, report',
    'failure',
  ],
  [
    'the rollback could not tell: no second message',
    { health: [shouldRollBack('true'), red], rollback: [notified('false'), red] },
    'capture, deploy, health ✗, rollback ✗, report',
    'failure',
  ],
])('%s', async (_, parts, steps, outcome) => {
  const run = await deploy(parts)

  expect(told(run)).toBe(steps)
  expect(run.outcome).toBe(outcome)
})

test('cancelled during the health check: no rollback, but notify and report run', async () => {
  const health: Act[] = [{ on: 'SIGINT', exit: 130 }, print('checking'), { wait: 600_000 }]

  const run = await deploy({ health }, { cancelWhen: (line) => line === 'checking' })

  expect(told(run)).toBe('capture, deploy, health, notify, report')
  expect(run.steps['health']?.outcome).toBe('cancelled')
  expect(run.outcome).toBe('cancelled')
})
