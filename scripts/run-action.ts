// npm run action -- NAME [input=value …]: runs a built action on this machine as the runner would, in this folder.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runLocally } from '@hardgate/local-runner'

const root = join(import.meta.dirname, '..')
const names = readdirSync(join(root, 'actions'))
const [name = '', ...given] = process.argv.slice(2)

if (name === '--help' || !names.includes(name)) {
  console.log(
    `usage: npm run action -- NAME [input=value …]\nNAME is one of ${names.join(', ')}. Inputs stand in actions/NAME/README.md.`,
  )
  process.exitCode = name === '--help' ? 0 : 1
} else if (!existsSync(join(root, 'dist', name, 'index.js'))) {
  console.error(`dist/${name} is not built: npm run build -- ${name}`)
  process.exitCode = 1
} else {
  const step = await runLocally(name, {
    root,
    workspace: process.env['INIT_CWD'] ?? process.cwd(),
    with: Object.fromEntries(given.map(pair)),
    onLine: (line) => console.log(line),
  })
  console.log(`\n${step.summary}`)
  process.exitCode = step.exitCode ?? 1
}

function pair(word: string): [string, string] {
  const at = word.indexOf('=')
  if (at < 1) throw new Error(`"${word}" is not an input: write name=value`)
  return [word.slice(0, at), word.slice(at + 1)]
}
