// npm run generate: writes what is derived from each action.yml, the schemas and the scanner's kernel. With --check it writes nothing and fails on a difference.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { verdictSchema } from '@hardgate/gate'
import { buildEventSchema } from '../actions/metrics-reporter/src/build-event-schema.ts'
import { contractSource, readContract } from './contract.ts'
import { kernelSource } from './kernel-source.ts'
import { readmeWithTables } from './readme-tables.ts'

const root = join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')

const stale = (await wanted()).filter(
  ({ path, content }) => !existsSync(path) || readFileSync(path, 'utf8') !== content,
)
for (const { path, content } of stale) if (!isCheck) writeFileSync(path, content)
for (const { path } of stale) console.log(`${isCheck ? 'not up to date' : 'written'}: ${relative(root, path)}`)
if (isCheck && stale.length > 0) {
  console.error('Run "npm run generate" and commit the result.')
  process.exitCode = 1
}

interface Wanted {
  readonly path: string
  readonly content: string
}

async function wanted(): Promise<Wanted[]> {
  return [...ofActions(), ofRoot(), ...ofSchemas(), await ofKernel()]
}

async function ofKernel(): Promise<Wanted> {
  return { path: join(root, 'packages/scan/src/delimited-kernel-bytes.ts'), content: await kernelSource() }
}

function ofRoot(): Wanted {
  const path = join(root, 'README.md')
  const contract = readContract('hardgate', readFileSync(join(root, 'action.yml'), 'utf8'))
  return { path, content: readmeWithTables(readFileSync(path, 'utf8'), contract) }
}

function ofSchemas(): Wanted[] {
  return Object.entries({ verdict: verdictSchema, 'build-event': buildEventSchema }).map(([name, schema]) => ({
    path: join(root, 'schema', `${name}.schema.json`),
    content: `${JSON.stringify(schema, null, 2)}\n`,
  }))
}

function ofActions(): Wanted[] {
  return readdirSync(join(root, 'actions')).flatMap((name) => {
    const folder = join(root, 'actions', name)
    const contract = readContract(name, readFileSync(join(folder, 'action.yml'), 'utf8'))
    const readme = join(folder, 'README.md')
    return [
      { path: join(folder, 'src/contract.ts'), content: contractSource(contract) },
      { path: readme, content: readmeWithTables(readFileSync(readme, 'utf8'), contract) },
    ]
  })
}
