import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { closedPort, serverKit } from '../../../packages/http/servers.ts'
import { check, classOf } from '../built.ts'
import { describeReal, toolKit } from './tools.ts'

const configuration = (folder: string, port: number, upstream: number): string => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/temp/a;
  proxy_temp_path ${folder}/temp/b;
  fastcgi_temp_path ${folder}/temp/c;
  uwsgi_temp_path ${folder}/temp/d;
  scgi_temp_path ${folder}/temp/e;
  proxy_cache_path ${folder}/cache keys_zone=answers:1m;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${upstream}; }
    location /cached {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_cache answers;
      proxy_cache_valid 200 10m;
      add_header X-Cache $upstream_cache_status always;
    }
  }
}
`

describeReal('nginx in front of an application', () => {
  const servers = serverKit()
  const tools = toolKit()

  async function front(upstream: number): Promise<string> {
    const folder = tools.folder({})
    const port = await closedPort()
    const file = join(tools.folder({ 'nginx.conf': configuration(folder, port, upstream) }), 'nginx.conf')
    await tools.start('nginx', ['-p', folder, '-e', 'stderr', '-c', file], port)
    return `http://127.0.0.1:${port}`
  }

  test('acceptance 18: a stopped upstream is a status, with the page in words', async () => {
    const url = await front(await closedPort())

    const step = await check({ url: `${url}/health` })

    expect(classOf(step)).toBe('unhealthy:status')
    expect(step.outputs).toMatchObject({ 'status-code': '502', 'should-rollback': 'true' })
    expect(step.log).toContain('| 502 Bad Gateway')
  })

  test('acceptance 18: an old 200 from its cache is no evidence, and a cache-buster shows the truth', async () => {
    let status = 200
    const application = await servers.http((_request, response) => {
      response.writeHead(status).end('{"status":"ok"}')
    })
    const url = await front(application.port)
    expect((await check({ url: `${url}/cached` })).exitCode).toBe(0)
    status = 500

    const step = await check({ url: `${url}/cached` })
    const busted = await check({ url: `${url}/cached`, 'cache-bust': 'true' })

    expect(classOf(step)).toBe('unverified:cached')
    expect(step.outputs['should-rollback']).toBe('false')
    expect(classOf(busted)).toBe('unhealthy:status')
    expect(busted.outputs['status-code']).toBe('500')
  })
})
