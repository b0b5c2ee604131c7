// Run by calls.test.ts in a process of its own: the proxy setting of Node is read once and counts for all of it.
import { readFileSync } from 'node:fs'
import { getIDToken } from '@actions/core'
import { getOctokit } from '@actions/github'
import { downloadTool } from '@actions/tool-cache'

if (process.env.WITHOUT_PROXY_SUPPORT) process.getBuiltinModule('node:http').setGlobalProxyFromEnv = undefined

const calls = {
  octokit: async () => (await getOctokit('a-token').rest.repos.get({ owner: 'o', repo: 'r' })).data.full_name,
  download: async () => readFileSync(await downloadTool(`${process.env.TARGET}/tool.tar.gz`)).toString('base64'),
  idToken: () => getIDToken('an-audience'),
}
const results = {}
for (const name of (process.env.CALLS ?? 'octokit,download,idToken').split(',')) {
  results[name] = await calls[name]().catch((error) => `Error: ${error.message}`)
}
process.stdout.write(`\n${JSON.stringify(results)}`)
