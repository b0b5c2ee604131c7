// The parts of the frame that read files: texts, the event of the run, state.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineState, duration, githubContext, instant, lines, text, UserError } from '@hardgate/action'
import { fakeFrame } from '@hardgate/fakes'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readText } from '../../../packages/action/src/read-text.ts'
import { writeSummary } from '../../../packages/action/src/summary.ts'
import { newTemp, removeTemps } from './step.ts'

afterAll(removeTemps)

const same = (value: string): string => value

describe('readText', () => {
  test('reads up to the limit and not a byte more, without the byte order mark', async () => {
    const file = join(newTemp(), 'a')
    writeFileSync(file, '\uFEFFabc')

    expect(await readText(file, { maxBytes: 6 })).toBe('abc')
    await expect(readText(file, { maxBytes: 5 })).rejects.toThrow(UserError)
  })

  test('a file that is not there is undefined, also below a file', async () => {
    const folder = newTemp()
    writeFileSync(join(folder, 'a'), '')

    expect(await readText(join(folder, 'b'), { maxBytes: 10 })).toBeUndefined()
    expect(await readText(join(folder, 'a', 'b'), { maxBytes: 10 })).toBeUndefined()
  })

  test('a folder, and a file whose size nobody names, end in a clear message', async () => {
    await expect(readText(newTemp(), { maxBytes: 10 })).rejects.toThrow('is not a file.')
    await expect(readText('/dev/zero', { maxBytes: 10 })).rejects.toThrow('is not a file.')
    await expect(readText('a\0b', { maxBytes: 10 })).rejects.toThrow(UserError)
  })
})

describe('writeSummary', () => {
  test('counts what the file holds already', () => {
    const file = join(newTemp(), 'summary')
    writeFileSync(file, 'x'.repeat(999_500))

    expect(writeSummary(['y'.repeat(600)], file, same)).toBe(false)
  })

  test('is left out where the runner gives no file, or takes none', () => {
    expect(writeSummary(['x'], undefined, same)).toBe(false)
    expect(writeSummary(['x'], '', same)).toBe(false)
    expect(writeSummary(['x'], join(newTemp(), 'gone', 'summary'), same)).toBe(false)
  })
})

describe('githubContext', () => {
  test('names where the run stands', () => {
    const context = githubContext({
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_SERVER_URL: 'https://ghe.example/',
      GITHUB_API_URL: 'https://ghe.example/api/v3/',
    })

    expect(context).toMatchObject({
      owner: 'o',
      repository: 'r',
      slug: 'o/r',
      sha: '',
      runAttempt: '2',
      runUrl: 'https://ghe.example/o/r/actions/runs/7',
      apiUrl: 'https://ghe.example/api/v3',
    })
  })

  test('outside of a run it is empty, and the addresses are those of github.com', () => {
    expect(githubContext({})).toMatchObject({ slug: '', owner: '', runUrl: '', apiUrl: 'https://api.github.com' })
    expect(githubContext({}).event()).toBeUndefined()
  })

  test.each([
    ['{"action":"opened"}', { action: 'opened' }],
    ['{"action":', undefined],
    ['[1]', undefined],
    ['null', undefined],
    [`{}${' '.repeat(25 * 1024 * 1024)}`, undefined],
  ])('the event is an object or nothing', (content, event) => {
    const file = join(newTemp(), 'event.json')
    writeFileSync(file, content)

    expect(githubContext({ GITHUB_EVENT_PATH: file }).event()).toEqual(event)
  })

  test('a folder for an event is nothing', () => {
    const folder = join(newTemp(), 'event')
    mkdirSync(folder)

    expect(githubContext({ GITHUB_EVENT_PATH: folder }).event()).toBeUndefined()
  })
})

describe('defineState', () => {
  const state = defineState({ 'deploy-id': text(), waited: duration(), 'started-at': instant(), claimed: lines() })

  test('what was saved comes back as what it was', () => {
    const frame = fakeFrame()
    state.save(frame, 'deploy-id', 'dep-1')
    state.save(frame, 'waited', 90_500)
    state.save(frame, 'started-at', new Date('2026-03-01T12:00:00.250Z'))
    state.save(frame, 'claimed', ['a', 'b'])

    expect(state.load(frame, 'deploy-id')).toBe('dep-1')
    expect(state.load(frame, 'waited')).toBe(90_500)
    expect(state.load(frame, 'started-at')).toEqual(new Date('2026-03-01T12:00:00.250Z'))
    expect(state.load(frame, 'claimed')).toEqual(['a', 'b'])
  })

  test('what was never saved, or cannot be read, is undefined', () => {
    const frame = fakeFrame({ state: { waited: 'soon', 'started-at': '2026-13-01' } })

    expect(state.load(frame, 'deploy-id')).toBeUndefined()
    expect(state.load(frame, 'waited')).toBeUndefined()
    expect(state.load(frame, 'started-at')).toBeUndefined()
  })
})
