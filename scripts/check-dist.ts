// Builds into a fresh folder and compares it with dist in both directions, byte for byte.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { bundleAll, bundleNames } from './bundle.ts'

const fresh = mkdtempSync(join(tmpdir(), 'check-dist-'))
try {
  await bundleAll(fresh, bundleNames())
  const problems = compare(filesBelow('dist'), filesBelow(fresh))
  if (problems.length > 0) {
    console.error(`${problems.join('\n')}\ndist is not what the source builds: run "npm run build" and commit dist.`)
    process.exitCode = 1
  }
} finally {
  rmSync(fresh, { recursive: true })
}

function compare(committed: Map<string, Buffer>, built: Map<string, Buffer>): string[] {
  const problems = [...committed.keys()].filter((file) => !built.has(file)).map((file) => `extra: dist/${file}`)
  for (const [file, content] of built) {
    const there = committed.get(file)
    if (there === undefined) problems.push(`missing: dist/${file}`)
    else if (!there.equals(content)) problems.push(`changed: dist/${file}`)
  }
  return problems
}

function filesBelow(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map((file) => join(file.parentPath, file.name)).map((path) => [relative(folder, path), readFileSync(path)]),
  )
}
