import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe } from '@jest/globals'

const isOn = process.env['HARDGATE_REAL_TOOLS'] === '1'
const WHY = 'skipped: HARDGATE_REAL_TOOLS is not 1. Run test/real-tools/install.sh FOLDER first.'

/** Tests that start programs of others. Where these were asked for, one that is missing is a failure. */
export const describeReal: (name: string, tests: () => void) => void = isOn ? describe : skipped

function skipped(name: string, tests: () => void): void {
  process.stderr.write(`${name}: ${WHY}\n`)
  // oxlint-disable-next-line jest/no-disabled-tests, jest/valid-title, jest/valid-describe-callback -- the reason is said
  describe.skip(`${name} (${WHY})`, tests)
}

/** The python of the venv that install.sh makes. */
export function python(): string {
  const path = process.env['HARDGATE_PYTHON'] ?? ''
  if (path === '') throw new Error('HARDGATE_PYTHON is not set: it is FOLDER/venv/bin/python')
  return path
}

export interface Tool {
  readonly stop: () => Promise<void>
}

/** Programs in the foreground, with their files in a folder of their own, ended after the test that started them. */
export function toolKit() {
  const running: Tool[] = []
  const folders: string[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((tool) => tool.stop()))
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder: (files: Readonly<Record<string, string>>): string => {
      const folder = mkdtempSync(join(tmpdir(), 'real-tool-'))
      folders.push(folder)
      for (const sub of ['cache', 'temp']) mkdirSync(join(folder, sub))
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
      return folder
    },
    start: async (program: string, args: readonly string[], port: number): Promise<Tool> => {
      const tool = await startTool(program, args, port)
      running.push(tool)
      return tool
    },
  }
}

async function startTool(program: string, args: readonly string[], port: number): Promise<Tool> {
  // services live in sbin, which is not on everybody's path
  const env = { ...process.env, PATH: [process.env['PATH'], '/usr/sbin'].join(delimiter) }
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString('utf8')
    })
  }
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${program} cannot be started: ${error.message}`))
    child.once('exit', (status) => resolve(`${program} ended with ${status}: ${output}`))
  })
  const trouble = await Promise.race([gone, untilListening(port)])
  if (trouble !== undefined) throw new Error(trouble)
  return { stop: () => end(child, gone) }
}

async function end(child: ChildProcess, gone: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const guard = setTimeout(() => child.kill('SIGKILL'), 2000)
  await gone
  clearTimeout(guard)
}

async function untilListening(port: number): Promise<undefined> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isListening(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nobody listens on ${port} after 10 s`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
