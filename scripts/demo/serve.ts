import { existsSync, writeFileSync } from 'node:fs'
import { API_KEY, RELEASES, SERVICE_ID, startWorld } from './world.ts'

/** Keeps the world up, for a workflow that deploys into it, until it is ended or its file is gone. Time is real here. */
export async function serve(readyFile: string): Promise<void> {
  const world = await startWorld({ buildMs: 2000 })
  const names = {
    'render-api-url': world.render.url,
    'render-api-key': API_KEY,
    'service-id': SERVICE_ID,
    'base-url': world.service.url,
    'slack-webhook-url': world.slack.url,
    'metrics-url': world.metrics.url,
    'good-commit': RELEASES.good.commit,
    'bad-commit': RELEASES.bad.commit,
  }
  const lines = Object.entries(names).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(readyFile, lines.join(''))
  console.log(`Ready: ${readyFile} has the addresses. End it with Ctrl+C, or remove that file.`)
  const end = (): void => {
    clearInterval(watch)
    void world.close()
  }
  const watch = setInterval(() => {
    if (!existsSync(readyFile)) end()
  }, 1000)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
}
