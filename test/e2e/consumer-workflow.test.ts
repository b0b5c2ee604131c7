import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { listen } from '@hardgate/fakes'
import { afterAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readContract } from '../../scripts/contract.ts'
import { freePort } from './consumer-production.ts'

interface Step {
  readonly name?: string
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
}
interface Workflow {
  readonly on: {
    readonly workflow_call: { readonly inputs: Readonly<Record<string, { readonly description?: string }>> }
  }
  readonly jobs: Readonly<
    Record<string, { readonly if?: string; readonly permissions: unknown; readonly steps: readonly Step[] }>
  >
}

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const source = read('.github/workflows/guarded-python-deploy.yml')
const workflow: Workflow = parse(source)
const { inputs } = workflow.on.workflow_call
const steps = Object.entries(workflow.jobs).flatMap(([job, { steps: all }]) => all.map((step) => ({ job, ...step })))
const folder = mkdtempSync(join(tmpdir(), 'guarded-'))
const SECONDS = 1000
const LOCUST = `#!/bin/sh
case "$START_COMMAND" in *ended*) until [ -e "$RUNNER_TEMP/ended" ]; do sleep 0.1; done ;; esac
sleep 0.5
echo locust ran
`

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what a caller can say', () => {
  test.each(Object.entries(inputs))('the input %s is described and used', (name, { description }) => {
    expect(description).toMatch(/\S.*\.$/s)
    expect(source).toMatch(new RegExp(String.raw`inputs\.${name}[^\w-]`))
  })

  test('every input of a step of ours is one that the action has', () => {
    const unknown = steps.flatMap(({ uses = '', with: given = {} }) => {
      if (!uses.startsWith('$/')) return []
      const name = uses.slice('$/'.length)
      const known = readContract(name, read(join(name, 'action.yml'))).inputs
      return Object.keys(given).filter((key) => !known.has(key))
    })
    expect(unknown).toEqual([])
  })

  test.each(['RENDER_API_KEY', 'SLACK_WEBHOOK_URL'])('only the deploy gets the secret %s', (secret) => {
    const jobs = steps.filter((step) => JSON.stringify(step).includes(`secrets.${secret} `)).map(({ job }) => job)
    expect(jobs).toEqual(['deploy'])
  })

  test('no job may write anything on GitHub', () => {
    const permissions = Object.values(workflow.jobs).map((job) => job.permissions)
    expect(permissions).toEqual([{ contents: 'read' }, { contents: 'read' }, { contents: 'read' }, {}])
  })

  test.each(Object.entries(workflow.jobs))('the first step of the job %s reports how it ends', (_name, job) => {
    expect(job.steps[0]?.uses).toBe('$/actions/metrics-reporter')
  })
})

describe("when it deploys, by GitHub's own evaluator", () => {
  test.each([
    ['push', 'refs/heads/main', 'main', true],
    ['push', 'refs/heads/other', 'main', false],
    ['push', 'refs/tags/main', 'main', false],
    ['push', 'refs/heads/main', '', false],
    ['pull_request', 'refs/heads/main', 'main', false],
    ['pull_request_target', 'refs/heads/main', 'main', false],
    ['workflow_dispatch', 'refs/heads/main', 'main', false],
  ])('%s of %s where the default branch is "%s": %s', (event, ref, branch, expected) => {
    expect(evaluate(workflow.jobs['deploy']?.if ?? '', { event, ref, branch })).toBe(expected)
  })

  test('the last job expects the deploy by the same condition, and runs whatever happened', () => {
    const condition = workflow.jobs['deploy']?.if ?? 'none'
    expect(JSON.stringify(workflow.jobs['verdict'])).toContain(condition)
    expect(workflow.jobs['verdict']?.if).toBe('always()')
  })
})

describe('the scripts', () => {
  test.each([
    ['success', 'success', 'success', 'true', 0],
    ['success', 'success', 'skipped', 'false', 0],
    ['success', 'success', 'skipped', 'true', 1],
    ['success', 'success', 'success', 'false', 1],
    ['success', 'success', 'failure', 'true', 1],
    ['success', 'skipped', 'skipped', 'false', 1],
    ['failure', 'skipped', 'skipped', 'false', 1],
    ['cancelled', 'skipped', 'skipped', 'false', 1],
    ['', '', '', '', 1],
  ])(
    'verdict of test %s, performance %s, deploy %s (due: %s) exits %d',
    async (tested, performance, deploy, due, code) => {
      const env = { TEST: tested, PERFORMANCE: performance, DEPLOY: deploy, DEPLOY_IS_DUE: due }
      expect((await bash('every job that had to run is green', env)).code).toBe(code)
    },
  )

  test.each([
    ['push', 0],
    ['pull_request', 0],
    ['merge_group', 0],
    ['pull_request_target', 1],
    ['workflow_run', 1],
  ])('on %s the first script exits %d, because there the checkout would be another commit', async (event, code) => {
    expect((await bash('the event is one whose commit is checked out', { EVENT: event })).code).toBe(code)
  })

  test('a Python that the runner does not have is named, and nothing is installed', async () => {
    const { code, log } = await bash('install', { PYTHON_VERSION: '3.99', REQUIREMENTS: 'none.txt' })

    expect(code).toBe(1)
    expect(log).toContain('::error::python-version: this runner has no Python 3.99.')
  })
})

describe('the load test', () => {
  test(
    'a service that ends at once is red, with its log',
    async () => {
      const { code, log } = await load({ start: 'echo no database; exit 3', port: await freePort() })

      expect(code).toBe(1)
      expect(log).toContain('no database')
      expect(log).toContain('::error::The service did not get ready')
      expect(log).not.toContain('locust ran')
    },
    30 * SECONDS,
  )

  test(
    'another service that answers on the port does not pass for the one that could not start',
    async () => {
      const other = createServer((_, response) => response.end('ok'))
      const { url, close } = await listen(other)

      const { code, log } = await load({
        start: 'echo port is taken; touch "$RUNNER_TEMP/ended"; exit 1',
        port: Number(new URL(url).port),
      })
      await close()

      expect(code).toBe(1)
      expect(log).toContain('locust ran')
      expect(log).toContain('port is taken')
      expect(log).toContain('::error::The service ended during the load test')
    },
    30 * SECONDS,
  )

  test(
    'a service that lives to the end is green, and nothing of it is left',
    async () => {
      const port = await freePort()
      const start = `echo started; ${process.execPath} -e 'require("http").createServer((_, r) => r.end()).listen(process.env.PORT, "127.0.0.1")'; true`

      const { code, log } = await load({ start, port })

      expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('locust ran') })
      await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
    },
    30 * SECONDS,
  )
})

function evaluate(condition: string, { event, ref, branch }: { event: string; ref: string; branch: string }): boolean {
  const expression = condition.replace(/^\$\{\{([\s\S]*)\}\}$/, '$1')
  const { tokens } = new Lexer(expression).lex()
  const text = (value: string) => new data.StringData(value)
  const of = (record: Record<string, data.ExpressionData>) =>
    new data.Dictionary(...Object.entries(record).map(([key, value]) => ({ key, value })))
  const payload = of({ repository: of({ default_branch: text(branch) }) })
  const github = of({ event_name: text(event), ref: text(ref), event: payload })
  const tree = new Parser(tokens, ['github'], []).parse()
  return new Evaluator(tree, of({ github })).evaluate().coerceString() === 'true'
}

interface Ended {
  readonly code: number
  readonly log: string
}

/** Runs the script of the first step of that name as the runner does where `shell` is `bash`. */
async function bash(name: string, env: Readonly<Record<string, string>>, path = ''): Promise<Ended> {
  const script = steps.find((step) => step.name === name)?.run
  if (script === undefined) throw new Error(`no step is called ${name}`)
  const temp = mkdtempSync(join(folder, 'run-'))
  const file = join(temp, 'script.sh')
  writeFileSync(file, script)
  const own = { RUNNER_TEMP: temp, RUNNER_TOOL_CACHE: temp, GITHUB_OUTPUT: join(temp, 'output'), ...env }
  const all = { ...own, PATH: `${path}:${process.env['PATH'] ?? ''}` }
  return promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], { env: all }).then(
    ({ stdout, stderr }) => ({ code: 0, log: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      log: error.stdout + error.stderr,
    }),
  )
}

/** The step with a Locust that only takes its time, and where the service says that it ends, as long as that takes. */
function load({ start, port }: { start: string; port: number }): Promise<Ended> {
  const path = join(folder, 'path')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'locust'), LOCUST, { mode: 0o755 })
  const env = { START_COMMAND: start, READY_PATH: '/', PORT: String(port) }
  return bash('load test', { ...env, LOCUSTFILE: 'load.py', USERS: '1', DURATION: '1s' }, path)
}
