import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import ts from 'typescript'
import { proxyServer } from './proxy-server.ts'
import { serverKit } from './servers.ts'

const serve = serverKit()
const source = join(import.meta.dirname, '../../../packages/http/src')

/** The Node that npm itself runs on, which may be older than the one that npm's scripts get. */
const other = process.env['npm_node_execpath'] ?? ''
const version = existsSync(other) ? execFileSync(other, ['--version']).toString().trim() : ''
const isOld = /^v(?:20|22)\./.test(version)

function transpiled(): string {
  const folder = mkdtempSync(join(tmpdir(), 'http-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const file of readdirSync(source)) {
    const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    })
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText)
  }
  return folder
}

const SCRIPT = `
const [, entry, target, proxy] = process.argv
const { request } = await import(entry)
const show = (e) => (e.ok ? e.status + ' ' + e.body : e.kind) + (e.viaProxy ? ' via proxy' : '')
console.log(show(await request({ url: target, timeoutMs: 5000, env: {} })))
console.log(show(await request({ url: 'http://a.test/', timeoutMs: 5000, proxy, env: {} })))
console.log(show(await request({ url: 'https://a.test/', timeoutMs: 5000, proxy, env: {} })))
`

const testOnOld = isOld ? test : test.skip

// oxlint-disable jest/no-standalone-expect -- it stands in a test that other machines skip
testOnOld(
  `requests, plain and through a proxy, work on Node ${version}`,
  async () => {
    const target = await serve.start(createServer((_, answer) => answer.end('ok')))
    const { server } = proxyServer({ to: target })
    const proxy = await serve.start(server)
    const folder = transpiled()
    try {
      const { spawn } = await import('node:child_process')
      const child = spawn(other, ['--input-type=module', '-e', SCRIPT, join(folder, 'index.js'), target.url, proxy.url])
      const lines: string[] = []
      for await (const chunk of child.stdout) lines.push(String(chunk))

      // the target speaks no TLS, so the tunnel is all that https shows
      expect(lines.join('')).toBe('200 ok\n200 ok via proxy\ntls via proxy\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  20_000,
)
