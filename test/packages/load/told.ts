import { createRun, type LoadReader, type LoadSink, type Run, type RunOptions } from '@hardgate/load'
import { pushInChunks } from '../scan/xml-events.ts'

export type Told = readonly [call: string, ...values: unknown[]]

/** All that a reader tells, in its order; a label is told as its text. */
export function told(reader: LoadReader, report: string | Uint8Array, chunk?: number): Told[] {
  const calls: Told[] = []
  const texts: string[] = []
  const named = (label: number | undefined) => (label === undefined ? undefined : texts[label])
  const sink: LoadSink = {
    facts: (facts) => calls.push(['facts', facts]),
    label: (name, method = '') => {
      const text = method === '' ? name : `${method} ${name}`
      return texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1
    },
    sample: (label, startMs, durationMs, isFailure) =>
      calls.push(['sample', named(label), startMs, durationMs, isFailure]),
    samples: ({ labels, times, durations }, from, to) => {
      for (let at = from; at < to; at += 1) calls.push(['sample', named(labels[at]), times[at], durations[at], false])
    },
    withoutLatency: (label, count, isFailure, startMs) =>
      calls.push(['withoutLatency', named(label), count, isFailure, startMs]),
    bucket: (label, ...values) => calls.push(['bucket', named(label), ...values]),
    counts: (label, ...values) => calls.push(['counts', named(label), ...values]),
    printed: (label, group) => calls.push(['printed', named(label), group]),
    nested: (label, startMs, durationMs, isFailure) =>
      calls.push(['nested', named(label), startMs, durationMs, isFailure]),
    users: (atMs, count) => calls.push(['users', atMs, count]),
    dropped: (iterations) => calls.push(['dropped', iterations]),
    error: (message, count, label) => calls.push(['error', message, count, named(label)]),
    signal: (kind, text, spoilsPass) => calls.push(['signal', kind, text, spoilsPass]),
    note: (text) => calls.push(['note', text]),
    partial: (why) => calls.push(['partial', why]),
  }
  pushInChunks(reader.open(sink, { name: 'report' }), Buffer.from(report), chunk)
  return calls
}

export function only(calls: readonly Told[], ...kinds: readonly string[]): Told[] {
  return calls.filter(([kind]) => kinds.includes(kind))
}

export function runOf(reader: LoadReader, report: string | Uint8Array, options: RunOptions = {}, chunk?: number): Run {
  const run = createRun(reader, options)
  pushInChunks(reader.open(run, { name: 'report' }), Buffer.from(report), chunk)
  return run.finish()
}

/** By nearest rank, of the successes. */
export function percentileOf(run: Run, percent: number, label?: string): number | undefined {
  const ok = (label === undefined ? run.total : run.groups.get(label))?.ok
  return ok === undefined ? undefined : ok.at(Math.max(1, Math.ceil((ok.count * percent) / 100))).value
}
