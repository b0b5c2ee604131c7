// npm run bench [-- name …]: runs bench/<name>/run.ts for every name that contains one of the words, or all.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../bench')
const words = process.argv.slice(2)
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.ts')))
const chosen = words.length === 0 ? names : names.filter((name) => words.some((word) => name.includes(word)))

if (chosen.length === 0) {
  console.error(`No benchmark is called like ${words.join(', ')}. There are: ${names.join(', ')}`)
  process.exitCode = 1
}
for (const name of chosen) {
  console.log(`\n# ${name}`)
  const { status } = spawnSync(process.execPath, [join(folder, name, 'run.ts')], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
