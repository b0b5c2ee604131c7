import type { Frame, Log, Place } from '@hardgate/action'
import { type FakeClock, fakeClock } from './clock.ts'

export interface LogLine {
  readonly kind: keyof Log
  readonly text: string
  readonly place?: Place
}

export interface FakeFrame extends Frame {
  readonly clock: FakeClock
  readonly lines: readonly LogLine[]
  readonly outputs: Readonly<Record<string, string>>
  readonly masks: readonly string[]
  readonly state: Readonly<Record<string, string>>
  /** What a signal does. */
  readonly abort: (name?: 'SIGINT' | 'SIGTERM') => void
}

export interface FakeWorld extends Partial<Omit<Frame, 'clock'>> {
  readonly clock?: FakeClock
  /** What `readText` finds, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** What the main stage left for post. */
  readonly state?: Readonly<Record<string, string>>
}

/** A frame that records. `request` fails the test where none is given: an action that may not ask does not. */
export function fakeFrame({
  files = {},
  state: saved = {},
  clock = fakeClock(),
  ...overrides
}: FakeWorld = {}): FakeFrame {
  const controller = new AbortController()
  const lines: LogLine[] = []
  const outputs: Record<string, string> = {}
  const masks: string[] = []
  const state: Record<string, string> = { ...saved }
  const record = (kind: keyof Log) => (text: string, place?: Place) => {
    lines.push(place === undefined ? { kind, text } : { kind, text, place })
  }
  return {
    stage: 'main',
    request: ({ url }) => Promise.reject(new Error(`this test foresees no request, and ${url} was asked`)),
    signal: controller.signal,
    env: {},
    log: { info: record('info'), notice: record('notice'), warning: record('warning'), error: record('error') },
    mask: (secret) => {
      masks.push(secret)
    },
    readText: async (path, { maxBytes }) => {
      const text = files[path]
      if (text !== undefined && Buffer.byteLength(text) > maxBytes)
        throw new Error(`${path} is larger than ${maxBytes} bytes`)
      return text
    },
    setOutput: (name, value) => {
      outputs[name] = value
    },
    saveState: (name, value) => {
      state[name] = value
    },
    getState: (name) => state[name] ?? '',
    ...overrides,
    clock,
    lines,
    outputs,
    masks,
    state,
    abort: (name = 'SIGINT') => controller.abort(name),
  }
}
