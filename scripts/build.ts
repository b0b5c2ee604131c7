// npm run build [-- name …]: bundles the named actions, or all and the demo, into dist.
import { join } from 'node:path'
import { bundleAll, bundleNames } from './bundle.ts'

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !bundleNames().includes(name))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no such bundle. There are: ${bundleNames().join(', ')}`)
  process.exit(1)
}
await bundleAll(join(import.meta.dirname, '../dist'), asked.length > 0 ? asked : bundleNames())
