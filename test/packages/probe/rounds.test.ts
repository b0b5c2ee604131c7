import { fakeClock } from '@hardgate/fakes'
import { type JudgedRound, type Round, type RoundsPlan, runRounds, type Schedule, type Timeline } from '@hardgate/probe'
import { expect, test } from '@jest/globals'

const defaults: Schedule = {
  initialDelayMs: 60_000,
  delayMode: 'fixed',
  maxAttempts: 5,
  intervalMs: 10_000,
  successThreshold: 1,
  maxRetryAfterMs: 60_000,
}

/** `g`, `r` or `v`. */
type Letter = string
const COLOURS = new Map<Letter, 'green' | 'red' | 'void'>([
  ['g', 'green'],
  ['r', 'red'],
  ['v', 'void'],
])

interface Scene {
  readonly schedule?: Partial<Schedule>
  /** One letter a round; the last one is repeated. */
  readonly colours: string
  /** How long each observation takes. */
  readonly takesMs?: number
  readonly retryAfterMs?: (round: number) => number | undefined
  readonly warm?: number
  readonly onRound?: (round: Round<Letter>) => void
  readonly signal?: AbortSignal
}

async function play({
  schedule,
  colours,
  takesMs = 0,
  retryAfterMs,
  warm,
  onRound,
  signal,
}: Scene): Promise<Timeline<Letter>> {
  const clock = fakeClock()
  let round = 0
  const letterNow = (): Letter => colours[Math.min(round, colours.length - 1)] ?? 'r'
  const plan: RoundsPlan<string, Letter, Letter> = {
    targets: ['api'],
    schedule: { ...defaults, ...schedule },
    observe: async () => {
      if (takesMs > 0) await clock.sleep(takesMs)
      return letterNow()
    },
    judge: (observations): JudgedRound<Letter> => {
      const asked = retryAfterMs?.(round)
      round += 1
      const samples = observations.map(({ observation }) => observation)
      return {
        samples,
        colour: COLOURS.get(samples[0] ?? 'r') ?? 'red',
        ...(asked === undefined ? {} : { retryAfterMs: asked }),
      }
    },
    ...(warm === undefined ? {} : { warm: { rounds: warm, targets: ['api'] } }),
    ...(onRound === undefined ? {} : { onRound }),
    startedAt: 0,
    clock,
    signal: signal ?? new AbortController().signal,
  }
  return runRounds(plan)
}

const starts = ({ rounds }: Timeline<Letter>): number[] => rounds.map(({ startedMs }) => startedMs / 1000)

test('acceptance 2: with the defaults and instant answers, attempts start at 60, 70, 80, 90 and 100 s', async () => {
  const timeline = await play({ colours: 'r' })

  expect(starts(timeline)).toEqual([60, 70, 80, 90, 100])
  expect(timeline.end).toBe('spent')
  expect(timeline.elapsedMs).toBe(100_000)
})

test('the pause is counted from the end of an attempt', async () => {
  const timeline = await play({ colours: 'r', takesMs: 4000 })

  expect(starts(timeline)).toEqual([60, 74, 88, 102, 116])
})

test('trap 1: max-attempts 5 makes exactly 5 rounds, and nothing is waited for behind the fifth', async () => {
  const timeline = await play({ colours: 'r', takesMs: 1000 })

  expect(timeline.rounds).toHaveLength(5)
  expect(timeline.elapsedMs).toBe(60_000 + 5 * 1000 + 4 * 10_000)
})

test('the first green round ends the run where one is enough', async () => {
  const timeline = await play({ colours: 'rrg' })

  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 80_000, streakFrom: 2 })
})

test('a red round in a streak begins it anew', async () => {
  const timeline = await play({ colours: 'grgg', schedule: { successThreshold: 2 } })

  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 90_000, streakFrom: 2 })
})

test('a streak that is under way at the last attempt is carried on until it is reached', async () => {
  const timeline = await play({ colours: 'rrrrggg', schedule: { successThreshold: 3 } })

  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 120_000 })
  expect(timeline.rounds).toHaveLength(7)
})

test('a streak that is carried on ends with the first red round', async () => {
  const timeline = await play({ colours: 'rrrrgr', schedule: { successThreshold: 3 } })

  expect(timeline.end).toBe('spent')
  expect(timeline.rounds).toHaveLength(6)
})

test('a void round neither breaks nor lengthens a streak', async () => {
  const timeline = await play({ colours: 'gvg', schedule: { successThreshold: 2 } })

  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 80_000 })
})

test('void rounds cannot carry a streak on for ever', async () => {
  const timeline = await play({ colours: 'rrrrgv', schedule: { successThreshold: 3 } })

  expect(timeline.end).toBe('spent')
  expect(timeline.rounds).toHaveLength(7)
})

test('max-attempts 0 goes on until the deadline, with one last attempt at it', async () => {
  const timeline = await play({ colours: 'r', schedule: { maxAttempts: 0, deadlineMs: 95_000 } })

  expect(starts(timeline)).toEqual([60, 70, 80, 90, 95])
  expect(timeline.end).toBe('deadline')
})

test('an attempt that starts exactly at the deadline is the last', async () => {
  const timeline = await play({ colours: 'r', schedule: { deadlineMs: 80_000 } })

  expect(starts(timeline)).toEqual([60, 70, 80])
})

test('nothing starts behind a deadline that passed during an attempt', async () => {
  const timeline = await play({ colours: 'r', takesMs: 9000, schedule: { deadlineMs: 65_000 } })

  expect(starts(timeline)).toEqual([60])
  expect(timeline.end).toBe('deadline')
})

test('a streak is not carried on behind the deadline', async () => {
  const timeline = await play({ colours: 'g', schedule: { deadlineMs: 70_000, successThreshold: 3 } })

  expect(starts(timeline)).toEqual([60, 70])
  expect(timeline.end).toBe('deadline')
})

test('grace: rounds during the delay are free, and attempt 1 starts when the delay is over', async () => {
  const timeline = await play({ colours: 'r', schedule: { delayMode: 'grace', initialDelayMs: 25_000 } })

  expect(timeline.rounds.map(({ kind, startedMs }) => [kind, startedMs / 1000])).toEqual([
    ['grace', 0],
    ['grace', 10],
    ['grace', 20],
    ['attempt', 25],
    ['attempt', 35],
    ['attempt', 45],
    ['attempt', 55],
    ['attempt', 65],
  ])
})

test('grace: attempt 1 waits for the round in flight', async () => {
  const timeline = await play({
    colours: 'r',
    takesMs: 8000,
    schedule: { delayMode: 'grace', initialDelayMs: 20_000, maxAttempts: 1 },
  })

  expect(timeline.rounds.map(({ kind, startedMs }) => [kind, startedMs / 1000])).toEqual([
    ['grace', 0],
    ['grace', 18],
    ['attempt', 26],
  ])
})

test('grace: a success ends the delay', async () => {
  const timeline = await play({ colours: 'rg', schedule: { delayMode: 'grace' } })

  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 10_000 })
})

test('grace: a streak begun in the delay is completed by the first attempt', async () => {
  const timeline = await play({
    colours: 'g',
    schedule: { delayMode: 'grace', initialDelayMs: 5000, successThreshold: 2, maxAttempts: 2 },
  })

  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 5000 })
})

test('grace: a server that asks for a long wait does not push attempt 1 behind the delay', async () => {
  const timeline = await play({
    colours: 'r',
    retryAfterMs: () => 50_000,
    schedule: { delayMode: 'grace', initialDelayMs: 20_000, maxAttempts: 1 },
  })

  expect(starts(timeline)).toEqual([0, 20])
})

test.each([
  ['2 s is below the interval', 2000, 10],
  ['20 s is waited for', 20_000, 20],
  ['trap 30: 99999 s waits for the cap', 99_999_000, 60],
  ['nothing that can be read waits for the interval', undefined, 10],
])('Retry-After: %s', async (_name, askedMs, waitS) => {
  const timeline = await play({ colours: 'rg', retryAfterMs: () => askedMs })

  expect(starts(timeline)).toEqual([60, 60 + waitS])
})

test('Retry-After is cut at the deadline', async () => {
  const timeline = await play({
    colours: 'r',
    retryAfterMs: () => 50_000,
    schedule: { deadlineMs: 75_000 },
  })

  expect(starts(timeline)).toEqual([60, 75])
})

test('max-retry-after 0 ignores what the server asks for', async () => {
  const timeline = await play({ colours: 'rg', retryAfterMs: () => 30_000, schedule: { maxRetryAfterMs: 0 } })

  expect(starts(timeline)).toEqual([60, 70])
})

test('warm rounds follow the streak without a pause, and do not count for the time to healthy', async () => {
  const timeline = await play({ colours: 'g', takesMs: 100, warm: 3 })

  expect(timeline.rounds.map(({ kind, number }) => `${kind} ${number}`)).toEqual([
    'attempt 1',
    'warm 1',
    'warm 2',
    'warm 3',
  ])
  expect(timeline).toMatchObject({ end: 'streak', reachedMs: 60_100, elapsedMs: 60_400 })
})

test('a warm round that is red takes the streak back, within the attempts left', async () => {
  const timeline = await play({ colours: 'grggg', warm: 2 })

  expect(timeline.rounds.map(({ kind, number, colour }) => `${kind} ${number} ${colour}`)).toEqual([
    'attempt 1 green',
    'warm 1 red',
    'attempt 2 green',
    'warm 1 green',
    'warm 2 green',
  ])
  expect(timeline).toMatchObject({ end: 'streak', streakFrom: 2 })
})

test('a warm round that is red behind the last attempt ends the run', async () => {
  const timeline = await play({ colours: 'gr', warm: 2, schedule: { maxAttempts: 1 } })

  expect(timeline.end).toBe('spent')
  expect(timeline).not.toHaveProperty('reachedMs')
})

test('trap 29: an abort during the delay ends the run at once, without a round', async () => {
  const controller = new AbortController()
  controller.abort('SIGINT')

  const timeline = await play({ colours: 'g', signal: controller.signal })

  expect(timeline).toMatchObject({ end: 'cancelled', rounds: [], elapsedMs: 0 })
})

test('trap 29: an abort behind a round stops before the next', async () => {
  const controller = new AbortController()

  const timeline = await play({ colours: 'r', signal: controller.signal, onRound: () => controller.abort('SIGINT') })

  expect(timeline.end).toBe('cancelled')
  expect(timeline.rounds).toHaveLength(1)
})

test('what was under way when the run was aborted is no round', async () => {
  const controller = new AbortController()
  const clock = fakeClock()

  const timeline = await runRounds({
    targets: ['api'],
    schedule: { ...defaults, initialDelayMs: 0 },
    observe: async () => {
      controller.abort('SIGTERM')
      return 'aborted'
    },
    judge: () => ({ samples: ['never'], colour: 'green' }),
    startedAt: 0,
    clock,
    signal: controller.signal,
  })

  expect(timeline).toMatchObject({ end: 'cancelled', rounds: [] })
})

test('a round asks all targets side by side, 16 at once and each of them once', async () => {
  let open = 0
  let most = 0
  const asked: number[] = []
  const targets = Array.from({ length: 50 }, (_, index) => index)

  const { rounds } = await runRounds({
    targets,
    schedule: { ...defaults, initialDelayMs: 0 },
    observe: async (target) => {
      asked.push(target)
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return target
    },
    judge: (observations) => ({ samples: observations.map(({ observation }) => observation), colour: 'green' }),
    startedAt: 0,
    clock: fakeClock(),
    signal: new AbortController().signal,
  })

  expect(most).toBe(16)
  expect(asked).toHaveLength(50)
  expect(rounds[0]?.samples).toEqual(targets)
})

test('the times are from the start of the run, not from that of the clock', async () => {
  const clock = fakeClock()
  await clock.sleep(5000)

  const { rounds } = await runRounds({
    targets: ['api'],
    schedule: { ...defaults, initialDelayMs: 10_000 },
    observe: async () => 'fine',
    judge: (observations) => ({ samples: observations, colour: 'green' }),
    startedAt: 2000,
    clock,
    signal: new AbortController().signal,
  })

  expect(rounds[0]?.startedMs).toBe(10_000)
})

test('a timer that fires early does not start an attempt early', async () => {
  let now = 0
  const clock = {
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += Math.max(0.4, ms - 0.5)
    },
  }

  const { rounds } = await runRounds({
    targets: ['api'],
    schedule: { ...defaults, initialDelayMs: 1000 },
    observe: async () => 'fine',
    judge: (observations) => ({ samples: observations, colour: 'green' }),
    startedAt: 0,
    clock,
    signal: new AbortController().signal,
  })

  expect(rounds[0]?.startedMs).toBeGreaterThanOrEqual(1000)
})
