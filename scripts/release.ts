// npm run release -- 1.2.3: makes and pushes the signed tag of a version. The steps of release.yml are in here too.
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { inert } from '@hardgate/markdown'
import { verifyAttestations } from './release/attestations.ts'
import { buildTwice } from './release/build-twice.ts'
import { checkTag } from './release/check-tag.ts'
import { moveMajor } from './release/move-major.ts'
import { publish } from './release/publish.ts'
import { Refusal } from './release/refusal.ts'
import { release } from './release/tag.ts'
import type { World } from './release/world.ts'

const USAGE = `npm run release -- VERSION [--dry-run]

VERSION is 1.2.3, or 1.3.0-rc.1 for a pre-release. With --dry-run nothing is changed.

Refuses, with nothing changed, unless
  main is checked out, without changes, and is what origin has as main;
  the version is above every tag, and no tag of its name is here or there;
  CHANGELOG.md has a dated section for it, and nothing is left under "Unreleased";
  all actions name the same Node, and what they run is in dist;
  git can sign (git config gpg.format, user.signingkey);
  two builds in two fresh clones give dist, byte for byte. That takes two minutes.
Then it signs the tag and pushes it, and release.yml does the rest on GitHub.

release.yml runs these, each of which can be run again after a failure:
  npm run release -- build-twice          dist is what two fresh builds of the commit give
  npm run release -- check-tag            signed, verified, above the latest, on main; which files to attest
  npm run release -- verify-attestations  each of them, for this commit, by this workflow
  npm run release -- publish              draft, publish, immutable, verified
  npm run release -- move-major           v1 to the same tag object, only after all that`

const STEPS: Readonly<Record<string, (world: World) => void | Promise<void>>> = {
  'build-twice': buildTwice,
  'check-tag': checkTag,
  'verify-attestations': verifyAttestations,
  publish,
  'move-major': moveMajor,
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = read(args)
  if (values.help === true) return console.log(USAGE)
  const [word, ...more] = positionals
  if (word === undefined || more.length > 0) throw new Refusal('One version is needed.', 'npm run release -- --help')
  const step = Object.hasOwn(STEPS, word) ? STEPS[word] : undefined
  if (step === undefined) return release(worldHere(), { version: word, dryRun: values['dry-run'] === true })
  if (values['dry-run'] === true) throw new Refusal(`${word} knows no --dry-run.`, 'Leave it out, or give a version.')
  await step(worldHere())
}

function read(args: string[]) {
  try {
    const options = { help: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } as const
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), 'npm run release -- --help')
  }
}

function worldHere(): World {
  const { stdout } = spawnSync('git', ['rev-parse', '--show-toplevel'], { encoding: 'utf8' })
  const root = (stdout ?? '').trim()
  if (root === '') throw new Refusal('This is no git repository.', 'Run this in a clone.')
  return { root, env: process.env, log: (line) => console.log(inert(line)), sleep: (ms) => sleep(ms) }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(`Refused. ${inert(error.message)}`)
  // the run's first page shows an annotation, and "%" and line ends are written so in one (actions/toolkit core, command.ts)
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    console.log(`::error title=release::${inert(error.message).replaceAll('%', '%25').replaceAll('\n', '%0A')}`)
  }
  process.exitCode = 1
}
