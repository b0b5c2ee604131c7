import { expect, test } from '@jest/globals'
import { closedPort } from '../../../packages/http/servers.ts'
import { check, classOf } from '../built.ts'
import { describeReal, python, toolKit } from './tools.ts'

const APP = `
import os
from fastapi import FastAPI

app = FastAPI()

@app.get("/api/v1/health")
def health():
    return {"status": "ok", "commit": os.getenv("RENDER_GIT_COMMIT", "unknown")}

@app.get("/degraded")
def degraded():
    return {"status": "degraded", "components": {"redis": {"status": "down"}, "db": {"status": "up"}}}

@app.get("/broken")
def broken():
    raise RuntimeError("boom")
`

describeReal('FastAPI on uvicorn', () => {
  const tools = toolKit()

  async function serve(): Promise<string> {
    const folder = tools.folder({ 'app.py': APP })
    const port = await closedPort()
    await tools.start(
      python(),
      ['-m', 'uvicorn', 'app:app', '--app-dir', folder, '--port', String(port), '--log-level', 'warning'],
      port,
    )
    return `http://127.0.0.1:${port}`
  }

  test('acceptance 6: an application with 405 for HEAD passes with the defaults', async () => {
    const url = await serve()

    const step = await check({ url: `${url}/api/v1/health` })

    expect(step.exitCode).toBe(0)
    const head = await check({ checks: `- url: ${url}/api/v1/health\n  method: HEAD` })
    expect(head.outputs['status-code']).toBe('405')
  })

  test('acceptance 6: degraded with 200 names the part, and passes where it may', async () => {
    const url = await serve()

    const step = await check({ url: `${url}/degraded` })

    expect(classOf(step)).toBe('unhealthy:assertion')
    expect(step.outputs['reason']).toContain('failing part: components.redis "down"')
    expect((await check({ url: `${url}/degraded`, 'allow-degraded': 'true' })).exitCode).toBe(0)
  })

  test('an unknown path and an exception are its status, and "unknown" is no release', async () => {
    const url = await serve()

    const gone = await check({ url: `${url}/nowhere` })
    const broken = await check({ url: `${url}/broken` })
    const unknown = await check({ url: `${url}/api/v1/health`, 'expect-version': '9f1e2c7aa0' })

    expect([classOf(gone), gone.outputs['status-code']]).toEqual(['unhealthy:status', '404'])
    expect(gone.log).toContain('| {"detail":"Not Found"}')
    expect([classOf(broken), broken.outputs['status-code']]).toEqual(['unhealthy:status', '500'])
    expect(classOf(unknown)).toBe('unverified:version-missing')
  })
})
