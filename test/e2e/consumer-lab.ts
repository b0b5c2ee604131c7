import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { timeWarp, type Warp } from '@hardgate/local-runner'
import { describe } from '@jest/globals'
import { parseDocument } from 'yaml'
import { type ActRun, act, commitAll, exportTree, filesOf, runAct } from './act.ts'
import { type JobLog, readJob } from './consumer-log.ts'
import { freePort } from './consumer-production.ts'
import { startTools, type Tools } from './consumer-tools.ts'
import {
  type ConsumerWorld,
  type ConsumerWorldOptions,
  SECRETS,
  SERVICE_ID,
  startConsumerWorld,
} from './consumer-world.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/consumer')
/** The actions wait a minute for the replaced release to be gone. */
const TIME_SCALE = 10

export const describeConsumer: typeof describe.skip = missing() === undefined ? describe : describe.skip
if (missing() !== undefined) console.info(`the consumer's workflow is not run: ${missing()}`)

function missing(): string | undefined {
  if (act === undefined) return 'HARDGATE_ACT names no act binary'
  if (process.env['HARDGATE_REAL_TOOLS'] !== '1') return 'HARDGATE_REAL_TOOLS is not 1'
  return undefined
}

export interface Change extends Pick<ConsumerWorldOptions, 'isStuck' | 'script' | 'metricsAnswers'> {
  /** The name of a patch in `mutants/`. Default: a change of the README. */
  readonly mutant?: string
  /** Default `push`. A pull request gets no secrets. */
  readonly event?: 'push' | 'pull_request' | 'workflow_dispatch'
  /** `by-hand` is the one with the single actions. Default `deploy`, which calls the reusable workflow. */
  readonly workflow?: 'deploy' | 'by-hand'
  /** On top of the workflow's own inputs of the reusable one. */
  readonly inputs?: Readonly<Record<string, string>>
}

export interface ConsumerRun extends ActRun {
  /** The commit that was live, and the one that was pushed. */
  readonly before: string
  readonly commit: string
  readonly world: ConsumerWorld
  readonly job: (id: string) => JobLog
  /** The release that the service itself tells now, whoever says otherwise. */
  readonly answers: () => Promise<unknown>
}

export interface Lab {
  readonly push: (name: string, change: Change) => Promise<ConsumerRun>
  readonly close: () => Promise<void>
}

/** The toolkit exported, Python, PostgreSQL and Redis: made once for all pushes. */
export async function openLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'))
  const toolkit = join(folder, 'toolkit')
  exportTree(toolkit, isPublic)
  const tools = await startTools(folder, example)
  const worlds: ConsumerWorld[] = []
  return {
    push: async (name, change) => {
      // what serves for an earlier push would only take the load test's time
      await Promise.all(worlds.splice(0).map((world) => world.close()))
      const place = await prepare(folder, tools, name, change)
      worlds.push(place.world)
      return run(place, { folder, toolkit, tools, name, change })
    },
    close: async () => {
      await Promise.all(worlds.map((world) => world.close()))
      await tools.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a consumer's runner reads of this repository. */
const isPublic = (file: string): boolean =>
  /^(dist|actions|\.github)\/|^action\.yml$/.test(file) && !/\/src\/|^dist\/demo\//.test(file)

interface Place {
  readonly repository: string
  readonly before: string
  readonly warp: Warp
  readonly world: ConsumerWorld
}

async function prepare(folder: string, tools: Tools, name: string, change: Change): Promise<Place> {
  const repository = join(folder, name)
  for (const file of filesOf(example)) cpSync(join(example, file), join(repository, file))
  const before = commitAll(repository, 'What serves')
  const warp: Warp = { scale: TIME_SCALE, epoch: Date.now() }
  const databaseUrl = await tools.newDatabase(`production_${name}`)
  // a database of its own in Redis too: the load test has the first, the tests the last
  const redisUrl = tools.redisUrl.replace(/\/0$/, '/1')
  const where = { repository, before, folder: join(folder, `${name}-releases`), bin: tools.bin, databaseUrl, redisUrl }
  const world = await startConsumerWorld({ ...where, warp, ...change })
  await sendMessage(world.production.url)
  return { repository, before, warp, world }
}

/** Production has rows, which an empty database in CI has not. */
async function sendMessage(url: string): Promise<void> {
  const body = JSON.stringify({ sender: '+4915112345678', recipient: '+12025550123', text: 'Hello' })
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'order-4711' }
  const { status } = await fetch(`${url}/api/v1/messages`, { method: 'POST', headers, body })
  if (status >= 300) throw new Error(`the service took no message: ${status}`)
}

interface Push {
  readonly folder: string
  readonly toolkit: string
  readonly tools: Tools
  readonly name: string
  readonly change: Change
}

async function run({ repository, before, warp, world }: Place, push: Push): Promise<ConsumerRun> {
  const { folder, toolkit, tools, name, change } = push
  const { event = 'push', workflow: base = 'deploy' } = change
  const workflow = `.github/workflows/${base}.yml`
  apply(repository, change.mutant)
  const file = join(repository, workflow)
  const inputs = { ...inputsOf(world, await tools.newDatabase(`ci_${name}`), tools.redisUrl), port: await freePort() }
  const text = readFileSync(file, 'utf8')
  const here = base === 'deploy' ? withInputs(text, { ...inputs, ...change.inputs }) : inPlace(text, inputs)
  writeFileSync(file, here)
  const commit = commitAll(repository, `The change: ${name}`)
  const payload = join(folder, `${name}-event.json`)
  writeFileSync(payload, JSON.stringify(eventOf(event, commit)))
  const more = ['--json', '-e', payload, ...(event === 'pull_request' ? [] : secretsOf(world))]
  const env = { NODE_OPTIONS: `--import ${timeWarp(warp)}`, PATH: `${tools.path}:${process.env['PATH'] ?? ''}` }
  const done = await runAct({ toolkit, cache: join(folder, 'cache'), repository, workflow, event, more, env })
  keepLog(name, done.log)
  return {
    ...done,
    before,
    commit,
    world,
    job: (id) => readJob(done.log, id),
    answers: async () => {
      const body: unknown = await (await fetch(`${world.production.url}/api/v1/health`)).json()
      return body
    },
  }
}

function apply(repository: string, mutant: string | undefined): void {
  if (mutant !== undefined) return void execFileSync('git', ['apply', `mutants/${mutant}.patch`], { cwd: repository })
  writeFileSync(join(repository, 'README.md'), '\nA change that changes nothing.\n', { flag: 'a' })
}

const secretsOf = ({ slack }: ConsumerWorld): string[] =>
  Object.entries({ ...SECRETS, SLACK_WEBHOOK_URL: slack.url }).flatMap(([name, value]) => ['-s', `${name}=${value}`])

type Inputs = ReturnType<typeof inputsOf> & { readonly port: number }

const inputsOf = ({ production, render, metrics }: ConsumerWorld, databaseUrl: string, redisUrl: string) => ({
  'service-id': SERVICE_ID,
  'base-url': production.url,
  'render-api-url': render.url,
  'metrics-url': metrics.url,
  'database-url': databaseUrl,
  'redis-url': redisUrl,
  // there is no GitHub that could compare two commits
  'migrations-path': '',
  duration: '8s',
  // A busy machine slows requests that follow each other, which the log shows, and then so few seconds rightly decide
  // nothing. Counts alone do not show it.
  'load-report': '',
  'warm-up': '0s',
})

/** The consumer's own workflow, with the addresses of this machine in place of those of the internet. */
function withInputs(text: string, inputs: Readonly<Record<string, string | number>>): string {
  const document = parseDocument(text)
  for (const [name, value] of Object.entries(inputs)) document.setIn(['jobs', 'pipeline', 'with', name], String(value))
  return document.toString()
}

/** The same where the addresses stand in the steps. */
function inPlace(text: string, inputs: Inputs): string {
  const changes = {
    'postgresql+psycopg://postgres:postgres@127.0.0.1:5432/postgres': inputs['database-url'],
    'redis://127.0.0.1:6379/0': inputs['redis-url'],
    'https://metrics.example.com/ci': inputs['metrics-url'],
    'https://sms.example.com': inputs['base-url'],
    'srv-abc123': inputs['service-id'],
    '127.0.0.1:8000': `127.0.0.1:${inputs.port}`,
    '--port 8000': `--port ${inputs.port}`,
    '--run-time 30s': `--run-time ${inputs.duration}`,
    'render-api-key:': `render-api-url: ${inputs['render-api-url']}\n          render-api-key:`,
  }
  const absent = Object.keys(changes).filter((from) => !text.includes(from))
  if (absent.length > 0) throw new Error(`the workflow does not say ${absent.join(', ')}`)
  return Object.entries(changes).reduce((all, [from, to]) => all.replaceAll(from, to), text)
}

function eventOf(event: string, commit: string): unknown {
  const repository = { default_branch: 'main', full_name: 'octo/sms-platform' }
  if (event !== 'pull_request') return { ref: 'refs/heads/main', after: commit, repository }
  const head = { ref: 'change', sha: commit }
  return { number: 7, pull_request: { number: 7, head, base: { ref: 'main' } }, repository }
}

/** HARDGATE_CONSUMER_LOGS names a folder for the logs of all runs, to be read by people. */
function keepLog(name: string, log: string): void {
  const logs = process.env['HARDGATE_CONSUMER_LOGS']
  if (logs !== undefined) writeFileSync(join(logs, `${name}.jsonl`), log)
}
