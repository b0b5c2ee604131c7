import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { temporaryFolder } from '../../../packages/local-runner/src/temporary.ts'

test('what an ended process left is removed, what a living one has is not', () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid
  const left = join(tmpdir(), `local-runner-${ended}-left`)
  const living = join(tmpdir(), `local-runner-${process.pid}-living`)
  mkdirSync(left)
  mkdirSync(living)

  const folder = temporaryFolder()

  expect([left, living, folder].map((path) => existsSync(path))).toEqual([false, true, true])
})

test('a process that ends by itself removes its own', () => {
  const script = `
    import { temporaryFolder } from './packages/local-runner/src/temporary.ts'
    console.log(temporaryFolder())
  `
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })

  expect(stdout).toMatch(/local-runner-\d+-/)
  expect(existsSync(stdout.trim())).toBe(false)
})
