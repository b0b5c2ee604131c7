import { existsSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLocally } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { dump, environmentOf, print, puppet, repository } from './puppet.ts'

test('the working directory is the workspace, a fresh and empty one by default', async () => {
  const run = await puppet([{ write: 'here.txt', text: '' }])

  expect(existsSync(join(run.workspace, 'here.txt'))).toBe(true)
})

test('a given workspace is the working directory and GITHUB_WORKSPACE', async () => {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), `local-runner-${process.pid}-`)))

  const run = await puppet([dump], { workspace })

  expect(run.workspace).toBe(workspace)
  expect(environmentOf(run)['GITHUB_WORKSPACE']).toBe(workspace)
})

test('stdin is closed', async () => {
  expect((await puppet([{ stdin: true }])).log).toBe('stdin ended after 0 bytes')
})

test('any exit code but 0 fails the step', async () => {
  const run = await puppet([{ exit: 3 }])

  expect([run.exitCode, run.outcome, run.conclusion]).toEqual([3, 'failure', 'failure'])
})

test('a process that a signal ends fails the step and has no exit code', async () => {
  const run = await runLocally(join(repository, 'actions/greeter'), { node: '/bin/false' })
  const killed = await puppet([{ on: 'SIGUSR1' }, { wait: 60_000 }], { timeoutMs: 300, timeScale: 100 })

  expect(run.exitCode).toBe(1)
  expect([killed.exitCode, killed.outcome]).toEqual([null, 'failure'])
})

test('main may lie outside of the folder of action.yml', async () => {
  expect((await puppet([print('from dist')])).log).toBe('from dist')
})

test('a main that does not exist fails the step with its path', async () => {
  const run = await runLocally('old-main', { root: join(repository, 'broken') })

  expect(run.outcome).toBe('failure')
  expect(run.log).toBe(`Error: File not found: '${join(repository, 'broken/actions/old-main/gone.js')}'`)
})

test('the Node that is asked for runs the action', async () => {
  const run = await runLocally('greeter', { root: repository, node: process.execPath })

  expect(run.log).toBe(`hello from ${process.version.split('.')[0]}`)
})

test('what a step leaves running is counted, and ended with the job', async () => {
  const run = await puppet([{ child: 'ignore' }, { exit: 0 }])
  const tidy = await puppet([{ exit: 0 }])

  expect([run.orphans, tidy.orphans]).toEqual([1, 0])
})

test('output after the exit of the process, from a child that holds its streams, is waited for 5 s and no longer', async () => {
  const start = Date.now()

  const run = await puppet([{ child: 'inherit' }, { exit: 0 }], { timeScale: 10 })

  expect(run.outcome).toBe('success')
  expect(run.log).toContain('did not close within 5 seconds')
  expect(Date.now() - start).toBeGreaterThanOrEqual(500)
})
