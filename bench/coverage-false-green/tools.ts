import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const PYTHON = ['coverage==7.17.3', 'gcovr==8.8', 'diff_cover==11.0.1', 'pycobertura==4.1.0']
const NPM: Readonly<Record<string, readonly string[]>> = {
  nyc: ['nyc@18.0.0', 'istanbul-lib-coverage@3.2.2', 'lcov-parse@1.0.0'],
  c8: ['c8@12.0.0'],
  jest: ['jest@30.5.2'],
  vitest: ['vitest@4.1.11', '@vitest/coverage-v8@4.1.11'],
}

/** The other tools, installed below `folder` as far as they can be; what is there already is kept. */
export interface Tools {
  readonly missing: readonly string[]
  readonly run: (cwd: string, command: string, ...args: readonly string[]) => { output: string; status: number | null }
  /** Where `require` finds the npm packages of that name. */
  readonly modules: (name: string) => string
}

export function installTools(folder: string): Tools {
  mkdirSync(folder, { recursive: true })
  const missing = [
    ...(installPython(folder) ? [] : PYTHON),
    ...Object.keys(NPM).filter((name) => !installNpm(folder, name, NPM[name] ?? [])),
  ]
  const modules = (name: string): string => join(folder, name, 'node_modules')
  const path = [
    join(folder, 'python/bin'),
    ...Object.keys(NPM).map((name) => join(modules(name), '.bin')),
    process.env['PATH'],
  ]
  const env = { ...process.env, PATH: path.join(delimiter), PYTHONDONTWRITEBYTECODE: '1', NO_COLOR: '1', CI: '1' }
  return {
    missing,
    modules,
    run: (cwd, command, ...args) => {
      const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 120_000 })
      return { output: `${stdout}${stderr}`, status }
    },
  }
}

function installPython(folder: string): boolean {
  const python = join(folder, 'python')
  if (existsSync(join(python, 'bin/pycobertura'))) return true
  if (spawnSync('python3', ['-m', 'venv', python]).status !== 0) return false
  return spawnSync(join(python, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', ...PYTHON]).status === 0
}

function installNpm(folder: string, name: string, packages: readonly string[]): boolean {
  const prefix = join(folder, name)
  if (existsSync(join(prefix, 'node_modules'))) return true
  mkdirSync(prefix, { recursive: true })
  // jest: the newest resolver has no binary for every platform
  writeFileSync(join(prefix, 'package.json'), '{"private":true,"overrides":{"unrs-resolver":"1.12.2"}}')
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages]
  return spawnSync('npm', words, { cwd: prefix }).status === 0
}
