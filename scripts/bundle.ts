import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { minify } from '@swc/core'

const root = join(import.meta.dirname, '..')
const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js')
const options = ['-t', '--no-cache', '-q', '--license', 'licenses.txt']

/** Every action, and the demo. */
export function bundleNames(): string[] {
  return [...readdirSync(join(root, 'actions')), 'demo']
}

/** Bundles into `<target>/<name>`, as many at once as there are cores. */
export async function bundleAll(target: string, names: readonly string[]): Promise<void> {
  const waiting = [...names]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await bundle(next, join(target, next))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

async function bundle(name: string, out: string): Promise<void> {
  const entry = name === 'demo' ? 'scripts/demo.ts' : `actions/${name}/src/index.ts`
  rmSync(out, { recursive: true, force: true }) // or a chunk of an earlier build would stay
  await promisify(execFile)(process.execPath, [ncc, 'build', join(root, entry), '-o', out, ...options], { cwd: root })
  for (const file of readdirSync(out).filter((one) => one.endsWith('.js'))) await shrink(join(out, file))
}

/** What nothing uses, and shorter ways to write the same. Nothing is inlined or computed: a stack stays as it is. */
const COMPRESS = {
  defaults: false,
  dead_code: true,
  unused: true,
  side_effects: true,
  booleans: true,
  if_return: true,
  join_vars: true,
  properties: true,
  keep_fnames: true,
  keep_classnames: true,
}

/**
 * Without blanks, comments and the names of local variables, yaml and a JSONPath library fit into the budget of size.
 * ncc can do this to `index.js` alone. Names of functions and classes stay: a stack still says where it was.
 */
async function shrink(path: string): Promise<void> {
  const { code } = await minify(readFileSync(path, 'utf8'), {
    module: true,
    compress: COMPRESS,
    mangle: { keep_fnames: true, keep_classnames: true, toplevel: true },
    format: { comments: false },
  })
  writeFileSync(path, `${code}\n`)
}
