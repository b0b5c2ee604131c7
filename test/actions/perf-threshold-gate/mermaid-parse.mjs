// node mermaid-parse.mjs FOLDER < summary.md: what mermaid's own parser says of each block. FOLDER holds mermaid and jsdom.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder] = process.argv.slice(2)
const { JSDOM } = createRequire(join(folder, 'package.json'))('jsdom')
const { window } = new JSDOM('<body></body>')
Object.assign(globalThis, { window, document: window.document })
const entry = join(folder, 'node_modules/mermaid/dist/mermaid.core.mjs')
const { default: mermaid } = await import(pathToFileURL(entry).href)

for (const [block] of readFileSync(0, 'utf8').matchAll(/```mermaid\n[^]*?\n```/g)) {
  const { diagramType } = await mermaid.parse(block.split('\n').slice(1, -1).join('\n'))
  console.log(diagramType)
}
