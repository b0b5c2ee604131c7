// npm run bench -- coverage-false-green [HARDGATE_PEERS=FOLDER]: answers of other tools that are too good to be true, beside
// ours, on the same programs in one run. Installs them into FOLDER, or into one that is removed at the end. Needs Python 3,
// npm and a build; lcov, where it is there. Ends with 1 if our bundle passes anything here.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from './case.ts'
import { merging } from './merging.ts'
import { nothingMeasured } from './nothing-measured.ts'
import { reading } from './reading.ts'
import { rounding } from './rounding.ts'
import { installTools } from './tools.ts'

const work = mkdtempSync(join(tmpdir(), 'bench-false-green-'))
process.once('exit', () => rmSync(work, { recursive: true, force: true }))
const tools = installTools(process.env['HARDGATE_PEERS'] ?? join(work, 'tools'))
if (tools.missing.length > 0) console.log(`Not installed here, so their rows say little: ${tools.missing.join(', ')}`)

let index = 0
for (const one of [...rounding, ...nothingMeasured, ...merging, ...reading]) await show(one)

async function show({ what, peer, truth, ask }: Case): Promise<void> {
  const folder = join(work, String(index++))
  mkdirSync(folder)
  const { theirs, ours, isFalseGreen } = await ask(folder, tools)
  console.log(`\n${what}\n  truth  ${truth}\n  ${peer}\n         ${theirs}\n  ours   ${ours}`)
  if (!isFalseGreen) return
  console.log('         A FALSE GREEN OF OURS')
  process.exitCode = 1
}
