import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import * as shim from '../../../packages/net-shim/src/index.ts'

const scope = join(import.meta.dirname, '../../../node_modules/@actions')

/** The packages of GitHub that a bundle holds; the workflow parser and the expressions make no request. */
const PACKAGES = ['core', 'exec', 'github', 'io', 'tool-cache']

interface Use {
  readonly file: string
  readonly text: string
}

/** Every file that names one of the two modules, in code of the packages themselves. */
function users(): Use[] {
  return PACKAGES.flatMap((name) => {
    const lib = join(scope, name, 'lib')
    return readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?js$/.test(file))
      .map((file) => ({ file: relative(scope, join(lib, file)), text: readFileSync(join(lib, file), 'utf8') }))
  }).filter(({ text }) => /['"](?:undici|@actions\/http-client)[/'"]/.test(text))
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match.slice(1).filter(Boolean).join(' '))
}

/** Names of the modules, members of a namespace, methods of a client and members of what the methods give. */
function namesUsedBy({ text }: Use): string[] {
  const imports = all(text, /import\s+\{([^}]*)\}\s+from\s+['"](?:undici|@actions\/http-client)(?:\/[^'"]*)?['"]/g)
  const spaces = all(text, /import\s+\*\s+as\s+(\w+)\s+from\s+['"](?:undici|@actions\/http-client)['"]/g)
  const members = spaces.flatMap((space) => all(text, new RegExp(`\\b${space}\\.(\\w+)`, 'g')))
  const clients = all(text, /(\w+) = (?:new \w+\.HttpClient|new HttpClient|\w+\.createHttpClient)\(/g)
  const methods = clients.flatMap((client) => all(text, new RegExp(`\\b${client}\\s*\\.(\\w+)\\(`, 'g')))
  const answers = all(text, /(\w+) = (?:yield|await) (?:\w+)\s*\.(?:get|getJson)\(/g)
  const parts = answers.flatMap((answer) => all(text, new RegExp(`\\b${answer}\\.(\\w+(?:\\.\\w+)?)`, 'g')))
  const chained = all(text, /\.get\([^()]*\)\)\.(\w+)/g)
  const named = imports.flatMap((list) => list.split(',').map((name) => name.trim()))
  return [
    ...new Set([
      ...[...named, ...members].map((name) => `module ${name}`),
      ...methods.map((name) => `client ${name}`),
      ...[...parts, ...chained].map((name) => `answer ${name}`),
    ]),
  ].toSorted()
}

test('the packages of GitHub use what the stand-in has, and nothing new', () => {
  const used = Object.fromEntries(users().map((use) => [use.file, namesUsedBy(use)]))

  // Before a name is added here, the stand-in must have it.
  expect(used).toEqual({
    'core/lib/oidc-utils.js': [
      'answer result',
      'client getJson',
      'module BearerCredentialHandler',
      'module HttpClient',
    ],
    'github/lib/internal/utils.js': [
      'client getAgent',
      'client getAgentDispatcher',
      'module HttpClient',
      'module fetch',
    ],
    'tool-cache/lib/tool-cache.js': [
      'answer message',
      'answer message.statusCode',
      'answer message.statusMessage',
      'answer readBody',
      'answer result',
      'answer result.tree',
      'client get',
      'client getJson',
      'module HttpClient',
    ],
  })
})

test('every import of the two modules is one that the list above understands', () => {
  for (const { file, text } of users()) {
    const mentions = all(text, /(.*['"](?:undici|@actions\/http-client)[/'"].*)/g)
    const understood = mentions.filter((line) => /^import (?:\{[^}]*\}|\* as \w+) from /.test(line.trim()))
    expect([file, mentions]).toEqual([file, understood])
  }
})

test('the stand-in has those names', () => {
  const client = new shim.HttpClient()

  expect(Object.keys(shim).toSorted()).toEqual(['BearerCredentialHandler', 'HttpClient', 'ProxyAgent', 'fetch'])
  for (const method of ['get', 'getJson', 'getAgent', 'getAgentDispatcher'] as const) {
    expect(typeof client[method]).toBe('function')
  }
})

test('the package stands for both names, and acts at no import', () => {
  const manifest: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../packages/net-shim/package.json'), 'utf8'),
  )

  expect(manifest).toMatchObject({
    sideEffects: false,
    exports: { '.': './src/index.ts', './lib/auth': './src/index.ts' },
  })
})
