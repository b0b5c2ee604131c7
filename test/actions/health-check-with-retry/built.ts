import { type LocalOptions, type LocalRun, runLocally } from '@hardgate/local-runner'

export type With = NonNullable<LocalOptions['with']>

/** The built action as the runner would start it: no delay, short pauses, two attempts. */
export function check(given: With, options: LocalOptions = {}): Promise<LocalRun> {
  return runLocally('health-check-with-retry', {
    timeoutMs: 60_000,
    with: { 'initial-delay': '0', interval: '50ms', timeout: '1s', 'max-attempts': '2', ...given },
    ...options,
  })
}

/** Health and class in one word. */
export function classOf({ outputs }: LocalRun): string {
  const { health = '', 'failure-class': failureClass = '' } = outputs
  return failureClass === '' ? health : `${health}:${failureClass}`
}
