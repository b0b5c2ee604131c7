// A `gh` that knows a few answers, keeps releases in a file and writes down how it was called.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FakeRelease {
  id: number
  tag_name: string
  draft: boolean
  immutable: boolean
  prerelease?: boolean
  body?: string
  make_latest?: string
  assets: unknown[]
}

export interface GitHubState {
  releases: FakeRelease[]
  /** Of the tag's signature. */
  verification: { verified: boolean; reason: string }
  /** Whether publishing makes a release immutable: a setting of the repository. */
  makesImmutable: boolean
  /** What GitHub attests about a release. */
  attestedSha1: string
  /** Paths that have no attestation. */
  unattested: string[]
  /** Calls that fail before one answers, by the first two words. */
  failures: Record<string, number>
  /** Arguments of git: what somebody else does while a release is verified. */
  meanwhile?: string[]
}

export interface FakeGh {
  /** To be the first folder of PATH. */
  readonly folder: string
  /** The arguments of every call. */
  calls(): string[][]
  state(): GitHubState
  set(change: Partial<GitHubState>): void
}

export function fakeGh(folder: string): FakeGh {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'state.json')
  const log = join(folder, 'calls.jsonl')
  writeFileSync(join(folder, 'gh'), `#!${process.execPath}\n${PROGRAM}`)
  chmodSync(join(folder, 'gh'), 0o755)
  const state = (): GitHubState => JSON.parse(readFileSync(file, 'utf8'))
  const write = (next: GitHubState): void => writeFileSync(file, JSON.stringify(next))
  write({
    ...{ releases: [], verification: { verified: true, reason: 'valid' }, makesImmutable: true, attestedSha1: '' },
    ...{ unattested: [], failures: {} },
  })
  writeFileSync(log, '')
  return {
    folder,
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    state,
    set: (change) => write({ ...state(), ...change }),
  }
}

const PROGRAM = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
const args = process.argv.slice(2)
appendFileSync(__dirname + '/calls.jsonl', JSON.stringify(args) + '\\n')
const file = __dirname + '/state.json'
const state = JSON.parse(readFileSync(file, 'utf8'))
const save = () => writeFileSync(file, JSON.stringify(state))
const fail = (why) => { console.error(why); process.exit(1) }
const after = (flag) => args[args.indexOf(flag) + 1]
const key = args.slice(0, 2).join(' ')
if (state.failures[key] > 0) { state.failures[key] -= 1; save(); fail('HTTP 502: try https://user:hunter2@example.com again') }
const print = (value) => console.log(JSON.stringify(value))

if (key === 'attestation verify') {
  if (state.unattested.includes(args[2])) fail('HTTP 404: no attestations found')
} else if (key === 'release verify') {
  if (state.meanwhile) require('node:child_process').execFileSync('git', state.meanwhile)
  print({ verificationResult: { statement: { subject: [{ digest: { sha1: state.attestedSha1 } }] } } })
} else if (key === 'release create') {
  const body = readFileSync(after('--notes-file'), 'utf8')
  state.releases.push({ id: 40 + state.releases.length, tag_name: args[2], draft: true, immutable: false, body, assets: [] })
  save()
} else if (args[0] === 'api' && args.includes('PATCH')) {
  const id = Number(args.find((arg) => arg.startsWith('repos/')).split('/').at(-1))
  const release = state.releases.find((one) => one.id === id)
  for (const [index, flag] of args.entries()) {
    if (flag !== '-f' && flag !== '-F') continue
    const [name, ...rest] = args[index + 1].split('=')
    const text = rest.join('=')
    release[name] = flag === '-f' ? text : text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : JSON.parse(text)
  }
  if (!release.draft) release.immutable = state.makesImmutable
  save()
} else if (args[0] === 'api' && args.at(-1).startsWith('repos/owner/small/git/tags/')) {
  print({ verification: state.verification })
} else if (args[0] === 'api' && args.at(-1) === 'repos/owner/small/releases?per_page=100') {
  // two pages, as --slurp gives them
  print([state.releases.slice(0, 1), state.releases.slice(1)])
} else fail('the fake gh does not know: ' + args.join(' '))
`
