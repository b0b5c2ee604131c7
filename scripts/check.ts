// npm run check: everything beside the tests that must hold before a commit lands. All checks run; each failure is told.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { coldStartProblems, contentProblems, sizeProblems } from './budgets.ts'
import { layerProblems, sourceFiles } from './layers.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const actions = readdirSync(join(root, 'actions'))

const npm =
  (...args: string[]) =>
  (): string[] => {
    const { status } = spawnSync('npm', ['run', '--silent', ...args], { cwd: root, stdio: 'inherit' })
    return status === 0 ? [] : [`npm run ${args.join(' ')} failed`]
  }

const checks: readonly (readonly [string, () => string[]])[] = [
  ['types', npm('typecheck')],
  ['format and lint', npm('lint')],
  ['contracts, README tables and schemas are what their sources give', npm('generate', '--', '--check')],
  ['imports point down', () => layerProblems(sourceFiles(root))],
  ['dist is what the source builds', npm('check-dist')],
  ['size budgets', () => sizeProblems(dist, actions)],
  ['what a bundle may not hold', () => contentProblems(dist, actions)],
  ['cold start', () => coldStartProblems(dist, actions)],
]

let failed = 0
for (const [name, check] of checks) {
  console.log(`\n${name}`)
  const problems = check()
  for (const problem of problems) console.error(`  ✗ ${problem}`)
  if (problems.length === 0) console.log('  ✓')
  else failed += 1
}
console.log(`\n${checks.length - failed} of ${checks.length} checks hold`)
process.exitCode = failed === 0 ? 0 : 1
