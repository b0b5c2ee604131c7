import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './consumer-production.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const databases = join(root, 'test/real-tools/postgres-redis.sh')

export interface Tools {
  /** First on the path of a workflow: its `python3 -m venv` copies the environment that is made once for all runs. */
  readonly path: string
  /** The programs of that environment. */
  readonly bin: string
  /** What tests and load tests use. */
  readonly databaseUrl: string
  readonly redisUrl: string
  /** An empty database for what is deployed. */
  readonly newDatabase: (name: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** Python with everything in the consumer's requirements, PostgreSQL and Redis, all below one folder. */
export async function startTools(folder: string, consumer: string): Promise<Tools> {
  const venv = join(folder, 'venv')
  const [addresses] = await Promise.all([startDatabases(folder), makeVenv(venv, consumer)])
  const databaseUrl = valueOf(addresses, 'DATABASE_URL')
  return {
    path: copyingPython(folder, venv),
    bin: join(venv, 'bin'),
    databaseUrl,
    redisUrl: valueOf(addresses, 'REDIS_URL'),
    newDatabase: async (name) => {
      await run('psql', ['-q', '-d', databaseUrl.replace('+psycopg', ''), '-c', `create database ${name}`])
      return databaseUrl.replace(/\/app$/, `/${name}`)
    },
    close: async () => {
      await run('sh', [databases, 'stop', folder])
    },
  }
}

async function startDatabases(folder: string): Promise<string> {
  const ports = [await freePort(), await freePort()]
  // they run as another user, who must get to their files
  chmodSync(folder, 0o755)
  const { stdout } = await run('sh', [databases, 'start', folder, ...ports.map(String)])
  return stdout
}

function valueOf(lines: string, name: string): string {
  const value = new RegExp(`^${name}=(.+)$`, 'm').exec(lines)?.[1]
  if (value === undefined) throw new Error(`${databases} did not print ${name}`)
  return value
}

async function makeVenv(venv: string, consumer: string): Promise<void> {
  await run('python3', ['-m', 'venv', venv])
  const requirements = join(consumer, 'requirements-dev.txt')
  await run(join(venv, 'bin/python'), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements])
}

/** The workflow installs the same requirements as on a new runner, and pip then finds that all of them are there. */
function copyingPython(folder: string, venv: string): string {
  const path = join(folder, 'path')
  mkdirSync(path)
  const script = `#!/bin/sh
if [ "$1 $2" = '-m venv' ]; then cp -al '${venv}' "$3" 2>/dev/null || cp -a '${venv}/.' "$3"; exit; fi
exec '${join(venv, 'bin/python')}' "$@"
`
  writeFileSync(join(path, 'python3'), script, { mode: 0o755 })
  return path
}
