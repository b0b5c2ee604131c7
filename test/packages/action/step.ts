import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Step {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly summary: string
  /** `$RUNNER_TEMP` of the step: gone when the test has ended. */
  readonly temp: string
  readonly elapsedMs: number
}

export interface StepOptions {
  readonly entry?: 'gate' | 'reporter'
  readonly env?: Readonly<Record<string, string>>
  readonly temp?: string
  /** Called with each piece of stdout. */
  readonly onOutput?: (text: string, child: ChildProcess) => void
}

const folders: string[] = []

export function newTemp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hardgate-frame-'))
  folders.push(folder)
  return folder
}

export function removeTemps(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Starts a fixture as the runner starts an action: inputs as variables, files for outputs, state and summary. */
export async function runStep(
  inputs: Readonly<Record<string, string>>,
  { entry = 'gate', env = {}, temp = newTemp(), onOutput = () => undefined }: StepOptions = {},
): Promise<Step> {
  const files = { OUTPUT: join(temp, 'output'), STATE: join(temp, 'state'), STEP_SUMMARY: join(temp, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixture', `${entry}.ts`)], {
    env: {
      PATH: process.env['PATH'],
      // stripping the types of every package takes three times as long as the step itself
      NODE_COMPILE_CACHE: join(tmpdir(), 'hardgate-compile-cache'),
      RUNNER_TEMP: temp,
      ...Object.fromEntries(Object.entries(files).map(([name, path]) => [`GITHUB_${name}`, path])),
      ...Object.fromEntries(given),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000, // a guard against hanging
    killSignal: 'SIGKILL',
  })
  const start = performance.now()
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (bytes: Buffer) => {
    said.stdout += bytes.toString()
    onOutput(said.stdout, child)
  })
  child.stderr.on('data', (bytes: Buffer) => {
    said.stderr += bytes.toString()
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    status,
    ...said,
    outputs: pairs(readFileSync(files.OUTPUT, 'utf8')),
    state: pairs(readFileSync(files.STATE, 'utf8')),
    summary: readFileSync(files.STEP_SUMMARY, 'utf8'),
    temp,
    elapsedMs: performance.now() - start,
  }
}

/** Later values win, as on the runner. */
function pairs(file: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name = '', , value = ''] of file.matchAll(/^(.+)<<(ghadelimiter_.+)\n([\s\S]*?)\n?\2$/gm))
    found[name] = value
  return found
}

/** The annotations of a kind, as the runner would read them. */
export function annotations(stdout: string, kind: 'error' | 'warning' | 'notice'): string[] {
  return [...stdout.matchAll(new RegExp(`^::${kind}(?: [^:]*)?::(.*)$`, 'gm'))].map(([, text = '']) => text)
}

/** The lines of a log that the runner would take for a command, masks left out. */
export function commands(log: string): string[] {
  return log.split(/\r\n|\r|\n/).filter((line) => /^\s*::(?!add-mask::)/.test(line) || line.includes('##['))
}
