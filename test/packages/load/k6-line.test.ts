import { LoadProblem } from '@hardgate/load'
import { expect, test } from '@jest/globals'
import { k6Points } from '../../../packages/load/src/k6-points.ts'
import { only, told } from './told.ts'

/** Numbers from 0 to `below`, the same in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor(((state >>> 8) / 0x1000000) * below)
  }
}

const NAMES = ['/a', 'ä"\\', '', '{"metric":"http_req_duration"}', '\u{1f600}', 'a\tb', ',}']
const METRICS = ['http_req_duration', 'http_req_duration', 'http_req_duratioN', 'http_reqs', 'vus', '']

function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  return items
    .map((item) => ({ item, at: random(1e6) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function objectOf(entries: readonly (readonly [string, unknown])[], random: (below: number) => number): object {
  return Object.fromEntries(shuffled(entries, random))
}

function randomLine(random: (below: number) => number): string {
  const tags = objectOf(
    [
      ['name', NAMES[random(NAMES.length)]],
      ['method', ['GET', 'POST', ''][random(3)]],
      ['expected_response', ['true', 'false'][random(2)]],
      ['names', 'x'],
      ['own', [{ name: '/no', value: 7 }, '}', null]],
    ],
    random,
  )
  const data = objectOf(
    [
      ['time', '2026-03-01T12:00:01Z'],
      ['value', [0.25, 12, 1e-7, 1e21, 123456789.125][random(5)]],
      ['tags', random(9) === 0 ? null : tags],
      ['metadata', { name: 'no' }],
    ],
    random,
  )
  const metric = METRICS[random(METRICS.length)]
  // the order of k6 itself
  if (random(2) === 0) {
    return JSON.stringify({
      metric,
      type: 'Point',
      data: { time: '2026-03-01T12:00:01Z', value: random(900) / 8, tags },
    })
  }
  const point = objectOf(
    [
      ['metric', metric],
      ['type', ['Point', 'Point', 'Metric'][random(3)]],
      ['data', data],
      ['other', { data: { value: 1 }, metric: 'http_req_duration' }],
    ],
    random,
  )
  return random(4) === 0 ? JSON.stringify(point, null, 1).replaceAll('\n', ' ') : JSON.stringify(point)
}

/** One byte changed, taken out or put in. */
function spoilt(text: string, random: (below: number) => number): string {
  const at = random(text.length)
  const character = '{}[]:,"\\0-.eE ntf'[random(17)] ?? ''
  const kept = text.slice(random(2) === 0 ? at : at + 1)
  return text.slice(0, at) + (random(3) === 0 ? '' : character) + kept
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the line says, read the slow way; undefined where it is no valid point of a request. */
function expected(text: string): unknown[] | undefined {
  const point: unknown = JSON.parse(text)
  if (!isRecord(point) || point['metric'] !== 'http_req_duration' || point['type'] !== 'Point') return undefined
  const data = isRecord(point['data']) ? point['data'] : {}
  const tags = isRecord(data['tags']) ? data['tags'] : {}
  const method = typeof tags['method'] === 'string' ? tags['method'] : ''
  const name = typeof tags['name'] === 'string' ? tags['name'] : ''
  return [method === '' ? name : `${method} ${name}`, data['value'], tags['expected_response'] === 'false']
}

function read(text: string): unknown[] | 'refused' | undefined {
  try {
    const [sample] = only(told(k6Points, `${text}\n`), 'sample')
    return sample === undefined ? undefined : [sample[1], sample[3], sample[4]]
  } catch (error) {
    if (error instanceof LoadProblem) return error.code === 'no-samples' ? undefined : 'refused'
    throw error
  }
}

test('a line with its keys in any order is read as JSON.parse reads it', () => {
  const random = randomFrom(7)
  for (let round = 0; round < 800; round += 1) {
    const text = randomLine(random)
    expect([text, read(text)]).toEqual([text, expected(text)])
  }
})

test('a line with one wrong byte is refused, or read as JSON.parse reads it', () => {
  const random = randomFrom(11)
  let compared = 0
  for (let round = 0; round < 1500; round += 1) {
    const text = spoilt(randomLine(random), random)
    const found = read(text)
    if (found === 'refused' || !isJson(text)) continue
    compared += 1
    expect([text, found]).toEqual([text, expected(text)])
  }
  expect(compared).toBeGreaterThan(100)
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
