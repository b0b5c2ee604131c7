import { describe, expect, test } from '@jest/globals'
import { exactTime } from '../../../packages/load/src/printed-time.ts'
import { wrk } from '../../../packages/load/src/wrk.ts'
import { corrected, correctionOf } from '../../../packages/load/src/wrk-correction.ts'
import { runOf } from './told.ts'

const LEVELS = [50, 75, 90, 99]

/** A small generator with a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Connections that have one request after another for `durationMs`. */
function latenciesOf(connections: number, durationMs: number, next: () => number): number[] {
  const latencies: number[] = []
  for (let one = 0; one < connections; one += 1) {
    for (let at = 0; at < durationMs; ) {
      const latency = next()
      at += latency
      if (at <= durationMs) latencies.push(latency)
    }
  }
  return latencies
}

/** As wrk's `stats_correct` does it. */
function withInvented(latencies: readonly number[], expectedMs: number): number[] {
  const invented = latencies.flatMap((latency) => {
    const more: number[] = []
    for (let n = latency; n > expectedMs * 2; n -= expectedMs) more.push(n - expectedMs)
    return more
  })
  return [...latencies, ...invented]
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)
const at = (ascending: readonly number[], percent: number): number =>
  ascending[Math.max(1, Math.ceil((ascending.length * percent) / 100)) - 1] ?? Number.NaN

test('the true percentiles lie within the bounds, however the latencies scatter', () => {
  const rand = random(17)
  const shapes = [
    () => 20 + 10 * rand(),
    () => (rand() < 0.06 ? 1000 : 10),
    () => (rand() < 0.3 ? 400 * rand() : 10 + rand()),
    () => 5 - 40 * Math.log(1 - rand()),
    () => 10 * (1 - rand()) ** -0.7,
  ]
  let wasCorrected = 0
  for (let run = 0; run < 200; run += 1) {
    const connections = 1 + (run % 12)
    const latencies = latenciesOf(connections, 5000, shapes[run % shapes.length] ?? (() => 1))
    const complete = latencies.length
    const truth = sorted(latencies)
    const max = exactTime(truth.at(-1) ?? 0)
    const printed = sorted(withInvented(latencies, 5000 / Math.floor(complete / connections)))
    const points = LEVELS.map((percentile) => ({ percentile, ...exactTime(at(printed, percentile)) }))

    const intervalMs = correctionOf({ complete, connections, duration: exactTime(5000), max })
    if (intervalMs !== undefined) wasCorrected += 1
    const bounds = intervalMs === undefined ? points : corrected(points, intervalMs, max)
    for (const { percentile, lowMs, highMs } of bounds) {
      expect(at(truth, percentile)).toBeGreaterThanOrEqual(lowMs)
      expect(at(truth, percentile)).toBeLessThanOrEqual(highMs)
    }
  }
  expect(wasCorrected).toBeGreaterThan(100)
})

describe('what wrk prints of a server that stalls', () => {
  // 12 connections, 120 requests in 1 s: 100 ms between two of a connection
  const report = (longest: string) => `Running 1s test @ http://127.0.0.1:8080/
  1 threads and 12 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    51.73ms    1.05ms  ${longest}   90.00%
    Req/Sec    95.30     10.23   100.00     80.00%
  Latency Distribution
     50%   40.00ms
     75%   50.00ms
     90%  140.00ms
     99%  640.00ms
  120 requests in 1.00s, 46.39KB read
Requests/sec:    120.00
Transfer/sec:     23.09KB
`

  test('has bounds: up to the time between two requests more, down to what twice as many would leave', () => {
    const run = runOf(wrk, report('700.00ms'))

    const bounds = run.total.printed?.percentiles.map(({ percentile, lowMs, highMs }) => [percentile, lowMs, highMs])
    expect(bounds).toEqual([
      [50, 0, 140.505],
      [75, 0, 150.505],
      [90, 0, 240.505],
      [99, 0, 700.005],
      [100, 699.995, 700.005],
    ])
    expect(run.signals.find(({ kind }) => kind === 'invented-samples')).toEqual({
      kind: 'invented-samples',
      text: 'wrk adds latencies that nobody measured for each of more than 201 ms, so its percentiles are bounds',
      spoilsPass: false,
    })
  })

  test('is as printed where nothing took more than twice that time', () => {
    const run = runOf(wrk, report('198.00ms').replace('640', '198'))

    expect(run.total.printed?.percentiles[2]).toEqual({ percentile: 90, valueMs: 140, lowMs: 139.995, highMs: 140.005 })
    expect(run.signals.map(({ kind }) => kind)).toEqual(['closed-loop'])
  })
})
