import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chosenEnvironment, type ProcessPlan, ProcessProblem, runProcess } from '@hardgate/process'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'

// Children are started and waited for, on a machine that may be busy.
jest.setTimeout(30_000)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const node = (script: string, plan: Partial<ProcessPlan> = {}): ProcessPlan => ({
  command: process.execPath,
  args: ['-e', script],
  cwd: folder,
  env: chosenEnvironment(process.env),
  deadlineMs: 20_000,
  maxOutputBytes: 1_000_000,
  signal: new AbortController().signal,
  ...plan,
})

/** A child that starts a grandchild, writes both process ids into a file, and then waits without end. */
const family = (grandchild: string): string => `
  const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.once('data', () => {
    require('node:fs').writeFileSync('pids', process.pid + ' ' + child.pid)
    console.log('ready')
  })
  setInterval(() => {}, 1000)`
const waits = `console.log('up'); setInterval(() => {}, 1000)`
const deafToSigterm = `process.on('SIGTERM', () => {}); ${waits}`

/** Gone, or a zombie that nobody has waited for yet, which is dead as well. */
function isGone(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

function pids(): number[] {
  return readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number)
}

test('exit code, both streams and no signal are told', async () => {
  const end = await runProcess(node(`process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3`))

  expect(end).toEqual({ exitCode: 3, stdout: Buffer.from('out'), stderr: 'err', timedOut: false, aborted: false })
})

test('a signal that ends the child is named', async () => {
  const end = await runProcess(node(`process.kill(process.pid, 'SIGKILL')`))

  expect(end).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: false, aborted: false })
})

test('an argument is never read by a shell', async () => {
  const end = await runProcess({
    ...node(''),
    args: ['-e', 'process.stdout.write(process.argv[1])', '$(id); `id` > x'],
  })

  expect(end.stdout.toString()).toBe('$(id); `id` > x')
})

test('input arrives on stdin, which is closed otherwise', async () => {
  const echo = `process.stdin.pipe(process.stdout)`

  expect((await runProcess(node(echo, { input: 'a\0b' }))).stdout.toString()).toBe('a\0b')
  expect((await runProcess(node(echo))).stdout).toHaveLength(0)
})

test('a child that ends without reading its input is no error', async () => {
  const end = await runProcess(node('process.exit(4)', { input: Buffer.alloc(5_000_000) }))

  expect(end.exitCode).toBe(4)
})

describe('a program that cannot be run', () => {
  test('is one clear error where it is missing', async () => {
    const running = runProcess({ ...node(''), command: 'no-such-program-of-ours' })

    await expect(running).rejects.toThrow(
      new ProcessProblem('not-found', 'no-such-program-of-ours was not found on the PATH: install it in this job'),
    )
  })

  test('is told apart from a folder that is missing', async () => {
    const running = runProcess(node('', { cwd: join(folder, 'gone') }))

    await expect(running).rejects.toThrow(`there is no folder ${join(folder, 'gone')}`)
  })

  test('is told apart from a file that may not be run', async () => {
    const running = runProcess({ ...node(''), command: folder })

    await expect(running).rejects.toMatchObject({ code: 'not-started', message: expect.stringContaining('EACCES') })
  })
})

describe('limits', () => {
  test('stdout above its limit ends the child', async () => {
    const endless = `const b = Buffer.alloc(65536); const more = () => process.stdout.write(b, more); more()`

    const running = runProcess(node(endless))

    await expect(running).rejects.toMatchObject({ code: 'too-much-output' })
  })

  test('stdout exactly at its limit is kept whole', async () => {
    const end = await runProcess(node(`process.stdout.write('x'.repeat(1000))`, { maxOutputBytes: 1000 }))

    expect(end.stdout).toHaveLength(1000)
  })

  test('streamed stdout is not kept, and counts towards the limit', async () => {
    let bytes = 0
    const onStdout = (chunk: Buffer): void => void (bytes += chunk.length)
    const script = `process.stdout.write('x'.repeat(300000))`

    expect((await runProcess(node(script, { onStdout }))).stdout).toHaveLength(0)
    expect(bytes).toBe(300_000)
    await expect(runProcess(node(script, { onStdout, maxOutputBytes: 299_999 }))).rejects.toThrow('more than 299999')
  })

  test('an error of the reader ends the child and is passed on', async () => {
    const onStdout = (): void => {
      throw new Error('refused')
    }

    await expect(runProcess(node(waits, { onStdout }))).rejects.toThrow('refused')
  })

  test('of stderr the last 64 KiB are kept', async () => {
    const end = await runProcess(node(`process.stderr.write('x'.repeat(100000) + 'END')`))

    expect(end.stderr).toHaveLength(65_536)
    expect(end.stderr.endsWith('xEND')).toBe(true)
  })
})

describe('the end of the whole group', () => {
  test('a grandchild does not outlive the deadline', async () => {
    const end = await runProcess(node(family(waits), { deadlineMs: 1500 }))

    expect(end).toMatchObject({ exitCode: null, signal: 'SIGTERM', timedOut: true, aborted: false })
    expect(pids().map(isGone)).toEqual([true, true])
  })

  test('a grandchild that is deaf to SIGTERM does not outlive an abort', async () => {
    const controller = new AbortController()
    const onStdout = (): void => controller.abort('SIGINT')

    const end = await runProcess(node(family(deafToSigterm), { signal: controller.signal, onStdout }))

    expect(end).toMatchObject({ timedOut: false, aborted: true })
    expect(pids().map(isGone)).toEqual([true, true])
  })

  test('a child that ends itself in order on SIGTERM is given the time', async () => {
    const tidy = `process.on('SIGTERM', () => setTimeout(() => { console.log('tidied'); process.exit(7) }, 200)); ${waits}`

    const end = await runProcess(node(tidy, { deadlineMs: 1500 }))

    expect(end).toMatchObject({ exitCode: 7, timedOut: true })
    expect(end.stdout.toString()).toBe('up\ntidied\n')
  })

  test('a process that left the group and holds stdout is waited for no longer than the deadline', async () => {
    const leaves = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 8000)'], { detached: true, stdio: 'inherit' })
      child.unref()
      console.log(child.pid)`

    const started = performance.now()
    const end = await runProcess(node(leaves, { deadlineMs: 1500 }))

    process.kill(Number(end.stdout.toString()), 'SIGKILL')
    expect(end.timedOut).toBe(true)
    expect(performance.now() - started).toBeLessThan(6000)
  })

  test('an aborted signal starts nothing', async () => {
    const end = await runProcess(node(`require('node:fs').writeFileSync('ran', '')`, { signal: AbortSignal.abort() }))

    expect(end).toMatchObject({ exitCode: null, aborted: true })
    expect(() => readFileSync(join(folder, 'ran'))).toThrow('ENOENT')
  })
})

test('our own exit takes the child with it', async () => {
  const ours = `
    const { runProcess } = await import(${JSON.stringify(new URL('../../../packages/process/src/index.ts', import.meta.url).href)})
    const plan = ${JSON.stringify({ ...node(family(waits)), signal: undefined })}
    void runProcess({ ...plan, signal: new AbortController().signal, onStdout: () => process.exit(5) })`

  const end = await runProcess({ ...node(''), args: ['--input-type=module', '-e', ours] })

  expect(end.exitCode).toBe(5)
  await until(() => pids().every(isGone))
})

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !isTrue(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(isTrue()).toBe(true)
}
