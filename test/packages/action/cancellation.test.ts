import type { ChildProcess } from 'node:child_process'
import { afterAll, expect, test } from '@jest/globals'
import { annotations, removeTemps, runStep } from './step.ts'

afterAll(removeTemps)

/** Sends each signal once its word stands in the log. */
function send(signals: Readonly<Record<string, NodeJS.Signals>>) {
  const waiting = new Map(Object.entries(signals))
  return (log: string, child: ChildProcess): void => {
    for (const [word, signal] of waiting) {
      if (!log.includes(word)) continue
      waiting.delete(word)
      child.kill(signal)
    }
  }
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'acceptance 6: after %s a run that waits reports, and the step exits %d within a second',
  async (signal, status) => {
    let sentAt = 0
    const kill = send({ waiting: signal })
    const step = await runStep(
      { do: 'wait', 'on-inconclusive': 'pass' },
      {
        onOutput: (text, child) => {
          if (sentAt === 0 && text.includes('waiting')) sentAt = performance.now()
          kill(text, child)
        },
      },
    )

    expect(step.status).toBe(status)
    expect(performance.now() - sentAt).toBeLessThan(1000)
    expect(step.outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: `stopped by ${signal}`,
      detail: 'known early',
    })
    expect(step.summary).toContain(`stopped by ${signal}`)
    expect(annotations(step.stdout, 'warning')).toEqual([`stopped by ${signal}`])
  },
)

test('a second signal loses nothing, and the first one names the exit status', async () => {
  const step = await runStep({ do: 'wait-twice' }, { onOutput: send({ waiting: 'SIGINT', stopping: 'SIGTERM' }) })

  expect(step.status).toBe(130)
  expect(step.outputs).toMatchObject({ verdict: 'inconclusive', reason: 'stopped by SIGINT' })
})

test('a run that throws when it is cancelled was cancelled: no bug, no link', async () => {
  const step = await runStep({ do: 'wait-and-throw' }, { onOutput: send({ waiting: 'SIGINT' }) })

  expect(step.status).toBe(130)
  expect(step.outputs).toMatchObject({ verdict: 'no-data', reason: 'cancelled by SIGINT before anything was judged' })
  expect(step.stdout).not.toContain('issues/new')
})

test('a run that ignores the signal is cut off after 2 s: what it set stays, the rest holds its presets', async () => {
  const step = await runStep({ do: 'hang' }, { onOutput: send({ waiting: 'SIGINT' }) })

  expect(step.status).toBe(130)
  expect(step.elapsedMs).toBeGreaterThan(2000)
  expect(step.elapsedMs).toBeLessThan(5000)
  expect(step.outputs).toEqual({
    verdict: 'no-data',
    reason: 'cancelled by SIGINT before anything was judged',
    'verdict-file': '',
    'should-rollback': 'false',
    detail: 'known early',
  })
  expect(step.summary).toContain('cancelled by SIGINT before anything was judged')
})
