import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { listen } from '@hardgate/fakes'

/** How long a release may take until it answers, in real time on a busy machine. */
const START_MS = 30_000

export interface ProductionOptions {
  readonly repository: string
  /** Where releases are unpacked. */
  readonly folder: string
  /** The programs of the service: python, alembic, uvicorn. */
  readonly bin: string
  readonly databaseUrl: string
  readonly redisUrl: string
}

export interface Production {
  /** The router: the same address, whichever release serves. */
  readonly url: string
  /** Starts a release beside the one that serves. */
  readonly prepare: (commit: string) => void
  /** Lets a release serve as soon as it listens, or at its death: then nothing serves. The one before it ends. */
  readonly goLive: (commit: string) => Promise<void>
  readonly serving: () => string | undefined
  /** Why a release could not be started, by its commit: what its pre-deploy command said. */
  readonly failures: ReadonlyMap<string, string>
  readonly close: () => Promise<void>
}

interface Release {
  readonly port: number
  readonly process: ChildProcess
  readonly isUp: Promise<boolean>
}

/** What Render does with a commit, on loopback: its pre-deploy command, its process, and a router in front. */
export async function startProduction(options: ProductionOptions): Promise<Production> {
  const releases = new Map<string, Promise<Release>>()
  let serving: { readonly commit: string; readonly port: number } | undefined
  const router = createServer((incoming, response) => {
    const unavailable = (): void => {
      response.writeHead(502, { 'content-type': 'text/plain', 'x-render-routing': 'no-server' }).end('Bad Gateway')
    }
    if (serving === undefined) return unavailable()
    const { method, url: path, headers } = incoming
    const upstream = request({ host: '127.0.0.1', port: serving.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    upstream.on('error', unavailable)
    incoming.pipe(upstream)
  })
  const { url, close } = await listen(router)

  const prepare = (commit: string): Promise<Release> => {
    const release = releases.get(commit) ?? startRelease(options, commit)
    releases.set(commit, release)
    return release
  }
  const failures = new Map<string, string>()
  const fails = (commit: string) => (error: unknown) => {
    failures.set(commit, String(error))
    return undefined
  }
  const end = async (commit: string): Promise<void> => {
    const release = await releases.get(commit)?.catch(fails(commit))
    releases.delete(commit)
    if (release !== undefined) await ended(release.process)
  }
  return {
    url,
    prepare: (commit) => void prepare(commit).catch(fails(commit)),
    goLive: async (commit) => {
      const release = await prepare(commit).catch(fails(commit))
      await release?.isUp
      const before = serving?.commit
      serving = release === undefined ? undefined : { commit, port: release.port }
      if (before !== undefined && before !== commit) await end(before)
    },
    serving: () => serving?.commit,
    failures,
    close: async () => {
      await Promise.all([...releases.keys()].map(end))
      await close()
    },
  }
}

async function startRelease(options: ProductionOptions, commit: string): Promise<Release> {
  const { repository, bin, databaseUrl, redisUrl } = options
  const folder = join(options.folder, `${commit.slice(0, 7)}-${process.hrtime.bigint()}`)
  mkdirSync(folder, { recursive: true })
  const archive = execFileSync('git', ['archive', commit], { cwd: repository, maxBuffer: 100_000_000 })
  execFileSync('tar', ['-x'], { cwd: folder, input: archive })
  const port = await freePort()
  const path = `${bin}:/usr/bin:/bin`
  // what Render sets, and what the service's own environment group holds
  const env = { PATH: path, PORT: String(port), RENDER: 'true', RENDER_GIT_COMMIT: commit }
  const all = { ...env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
  const log = openSync(join(folder, 'service.log'), 'a')
  await promisify(execFile)(join(bin, 'alembic'), ['upgrade', 'head'], { cwd: folder, env: all })
  const args = ['app.main:app', '--host', '127.0.0.1', '--port', String(port)]
  const child = spawn(join(bin, 'uvicorn'), args, { cwd: folder, env: all, stdio: ['ignore', log, log] })
  return { port, process: child, isUp: listens(port, child) }
}

/** Whether a process listens before it dies. */
async function listens(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_MS
  while (Date.now() < deadline && child.exitCode === null) {
    if (await accepts(port)) return true
    await sleep(50)
  }
  return false
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([exit, sleep(5_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))])
  await exit
}

export async function freePort(): Promise<number> {
  const { url, close } = await listen(createServer())
  await close()
  return Number(new URL(url).port)
}
