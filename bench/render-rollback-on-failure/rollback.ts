// From the start of the process to the rollback that Render accepts, against curl and jq making the same calls.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type FakeRender, fakeRender, listen } from '@hardgate/fakes'
import { inputVariables, interleaved, milliseconds, moment, node, timeTo } from './timing.ts'

const BUNDLE = join(import.meta.dirname, '../../dist/render-rollback-on-failure/index.js')
const SERVICE = 'srv-api'
const ROUNDS = 15
const LATENCY_MS = 50
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)]

// The same five calls, one after another, as such scripts are written.
const SCRIPT = `
set -euo pipefail
call() { curl -sf -H "Authorization: Bearer $KEY" -H 'Accept: application/json' -H 'Content-Type: application/json' "$@"; }
auto=$(call "$URL/services/$SERVICE" | jq -r .autoDeployTrigger)
target=$(call "$URL/services/$SERVICE/deploys?limit=100" | jq -r '[.[].deploy | select(.status == "deactivated")][0].id')
call -X PATCH -d '{"autoDeployTrigger":"off"}' "$URL/services/$SERVICE" | jq -r .autoDeployTrigger >/dev/null
live=$(call "$URL/services/$SERVICE/deploys?limit=100" | jq -r '[.[].deploy | select(.status == "live")][0].id')
call -X POST -d "{\\"deployId\\":\\"$target\\"}" "$URL/services/$SERVICE/rollback" | jq -r .id >/dev/null
sleep 60
`

interface Row {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly ratio: number
  readonly target: number
}

export async function rollbackRace(): Promise<Row[]> {
  const bundle = (render: FakeRender) =>
    node(
      BUNDLE,
      inputVariables({
        'render-api-key': 'rnd_test',
        'render-api-url': render.url,
        'service-id': SERVICE,
        'failed-commit': B,
        'health-url': 'http://127.0.0.1:9/',
        'github-token': '',
      }),
    )
  const script = (render: FakeRender) =>
    spawn('bash', ['-c', SCRIPT], {
      env: { PATH: process.env['PATH'], KEY: 'rnd_test', URL: render.url, SERVICE },
      stdio: 'ignore',
    })
  const { ours, theirs } = await interleaved(
    ROUNDS,
    () => untilAccepted(bundle),
    () => untilAccepted(script),
  )
  const requests = await requestsOfTheSimpleCase()
  return [
    {
      what: 'start to accepted rollback (theirs: curl and jq)',
      ours: milliseconds(ours),
      theirs: milliseconds(theirs),
      ratio: ours / theirs,
      target: 1,
    },
    {
      what: 'requests to Render, live at the third poll',
      ours: String(requests),
      theirs: '9',
      ratio: requests / 9,
      target: 1,
    },
  ]
}

async function untilAccepted(start: (render: FakeRender) => ReturnType<typeof node>): Promise<number> {
  const accepted = moment()
  const render = await openRender((path) => {
    if (path.endsWith('/rollback')) setTimeout(accepted.come, LATENCY_MS)
  })
  try {
    return await timeTo(() => start(render), accepted.isThere)
  } finally {
    await render.close()
  }
}

/** Until it is live and one probe was refused: what comes later asks Render once more at most. */
async function requestsOfTheSimpleCase(): Promise<number> {
  const probed = moment()
  const render = await openRender(() => {}, [['update_in_progress', 12_000]])
  const service = await listen(
    createServer((_, response) => {
      response.end('ok')
      probed.come()
    }),
  )
  const start = () =>
    node(
      BUNDLE,
      inputVariables({
        'render-api-key': 'rnd_test',
        'render-api-url': render.url,
        'service-id': SERVICE,
        'failed-commit': B,
        'health-url': service.url,
        'github-token': '',
      }),
    )
  await timeTo(start, probed.isThere)
  const count = render.requests.length + 1 // whether it is still live, at the end
  await Promise.all([render.close(), service.close()])
  return count
}

function openRender(
  onPath: (path: string) => void,
  stages: readonly (readonly [string, number])[] = [['update_in_progress', 600_000]],
): Promise<FakeRender> {
  return fakeRender({
    latencyMs: LATENCY_MS,
    services: [
      {
        id: SERVICE,
        deploys: [
          { id: 'dep-a', commit: A },
          { id: 'dep-b', commit: B },
        ],
        nextDeploy: { stages },
      },
    ],
    onRequest: ({ path }) => onPath(path),
  })
}
