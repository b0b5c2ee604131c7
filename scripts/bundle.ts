import { execFile } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

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
}
