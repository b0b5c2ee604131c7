import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { findVerdicts } from '../../../actions/metrics-reporter/src/verdict-files.ts'
import { newTemp, removeTemps } from './temp.ts'

afterEach(removeTemps)

const sound = JSON.stringify({ schemaVersion: 1, gate: 'coverage-gate', outcome: 'pass', reasons: ['ok'] })

function folderWith(files: Readonly<Record<string, string>>): string {
  const temp = newTemp()
  for (const [name, content] of Object.entries(files)) {
    const path = join(temp, 'hardgate', name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, content)
  }
  return temp
}

const auto = (runnerTemp: string) => findVerdicts({ wanted: 'auto', runnerTemp, workspace: runnerTemp })

test('auto takes the JSON files directly in the folder of verdicts, in the order of their names', async () => {
  const temp = folderWith({
    'b.json': sound,
    'a.json': sound,
    'a.txt': sound,
    'spool/x.json': sound,
    'a.json.7.part': '{',
  })

  const { files, notes } = await auto(temp)

  expect(files.map(({ file }) => file)).toEqual(['a.json', 'b.json'])
  expect(notes).toEqual([])
})

test('trap 21: what lies in the folders spool, event and state is no verdict', async () => {
  const temp = folderWith({ 'spool/hg1-1.all.json': sound, 'event/hg1-1.json': sound, 'state/claim.json': sound })

  expect(await auto(temp)).toEqual({ files: [], notes: [] })
})

test('trap 17: a link is named in a note and not read', async () => {
  const temp = folderWith({ 'a.json': sound })
  symlinkSync(join(temp, 'hardgate', 'a.json'), join(temp, 'hardgate', 'b.json'))

  const { files, notes } = await auto(temp)

  expect(files.map(({ file }) => file)).toEqual(['a.json'])
  expect(notes).toEqual(['verdict-unreadable: b.json (a link)'])
})

test('trap 17: a file of 9 MB is named in a note and not read', async () => {
  const temp = folderWith({ 'a.json': sound })
  truncateSync(join(temp, 'hardgate', 'a.json'), 9_000_000)

  expect(await auto(temp)).toEqual({ files: [], notes: ['verdict-unreadable: a.json (over 8 MiB)'] })
})

test.each([
  ['truncated JSON', sound.slice(0, 40), 'no JSON, or cut off'],
  ['an unknown schemaVersion', sound.replace('1', '2'), 'unknown schemaVersion'],
  ['a list', '[]', 'no verdict'],
  ['an unknown outcome', sound.replace('pass', 'green'), 'no gate or outcome'],
  ['nothing', '', 'no JSON, or cut off'],
])('trap 17: %s is named in a note', async (_name, content, why) => {
  expect(await auto(folderWith({ 'cov.json': content }))).toEqual({
    files: [],
    notes: [`verdict-unreadable: cov.json (${why})`],
  })
})

test('a folder of that name is no file', async () => {
  expect((await auto(folderWith({ 'a.json/b.json': sound }))).notes).toEqual([
    'verdict-unreadable: a.json (no regular file)',
  ])
})

test('at most 64 files are read, and the rest is counted', async () => {
  const names = Array.from({ length: 70 }, (_, index) => [`g${index}.json`, sound])

  const { files, notes } = await auto(folderWith(Object.fromEntries(names)))

  expect(files).toHaveLength(64)
  expect(notes).toEqual(['truncated: verdict files 70 to 64'])
})

test('no folder, no RUNNER_TEMP and none are no verdicts and no notes', async () => {
  const nothing = { files: [], notes: [] }

  expect(await auto(newTemp())).toEqual(nothing)
  expect(await findVerdicts({ wanted: 'auto', runnerTemp: undefined, workspace: '.' })).toEqual(nothing)
  expect(await findVerdicts({ wanted: 'none', runnerTemp: folderWith({ 'a.json': sound }), workspace: '.' })).toEqual(
    nothing,
  )
})

test('globs are relative to the workspace, and one that finds nothing is noted', async () => {
  const workspace = folderWith({ 'a.json': sound, 'deep/er/b.json': sound, 'deep/c.txt': sound })

  const { files, notes } = await findVerdicts({
    wanted: 'hardgate/**/*.json\nout/*.json',
    runnerTemp: undefined,
    workspace,
  })

  expect(files.map(({ file }) => file)).toEqual(['a.json', 'b.json'])
  expect(notes).toEqual(['verdict-files-none: out/*.json'])
})
