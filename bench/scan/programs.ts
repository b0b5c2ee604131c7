// Programs that read one file in one way. Ours runs from sources without their types, as it does from a bundle.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { Program } from '../process-cost.ts'

const root = join(import.meta.dirname, '../..')

const READ = `
import { createReadStream } from 'node:fs'
const chunks = () => createReadStream(process.argv[2], { highWaterMark: 262144 })
let lines = 0
let covered = 0
`
const TELL = 'console.log(JSON.stringify({ lines, covered }))\n'
/** A scanner keeps no chunk, so two buffers in turn are enough: one is filled while the other is worked on. */
const OURS = `
import { open } from 'node:fs/promises'
import { decodeText, digitsOf, JsonScanner, LineScanner, pushAll, XmlScanner } from './scan/index.js'
async function* chunks() {
  const file = await open(process.argv[2])
  const buffers = [Buffer.allocUnsafe(262144), Buffer.allocUnsafe(262144)]
  let reading = file.read(buffers[0])
  for (let turn = 1; ; turn = 1 - turn) {
    const { bytesRead, buffer } = await reading
    if (bytesRead === 0) break
    reading = file.read(buffers[turn])
    yield buffer.subarray(0, bytesRead)
  }
  await file.close()
}
let lines = 0
let covered = 0
`

const SOURCES: Readonly<Record<string, string>> = {
  XmlScanner: `${OURS}
const openTag = (tag) => {
  if (tag.name !== 'line') return
  if (tag.digits('number') > 0) lines += 1
  if (tag.digits('hits') > 0) covered += 1
}
await pushAll(decodeText(chunks()), new XmlScanner({ open: openTag, close: () => {} }))
${TELL}`,
  saxes: `import { SaxesParser } from '${join(root, 'node_modules/saxes/saxes.js')}'\n${READ}
const parser = new SaxesParser()
parser.on('opentag', (tag) => {
  if (tag.name !== 'line') return
  if (Number(tag.attributes.number) > 0) lines += 1
  if (Number(tag.attributes.hits) > 0) covered += 1
})
for await (const chunk of chunks().setEncoding('utf8')) parser.write(chunk)
parser.close()
${TELL}`,
  LineScanner: `${OURS}
const onLine = ({ bytes, start, end }) => {
  if (bytes[start] !== 68 || bytes[start + 1] !== 65) return
  let comma = start + 3
  while (comma < end && bytes[comma] !== 44) comma += 1
  if (digitsOf(bytes, start + 3, comma) > 0) lines += 1
  if (digitsOf(bytes, comma + 1, end) > 0) covered += 1
}
await pushAll(decodeText(chunks()), new LineScanner(onLine))
${TELL}`,
  readline: `import { createInterface } from 'node:readline'\n${READ}
for await (const line of createInterface({ input: chunks() })) {
  if (!line.startsWith('DA:')) continue
  const [number, hits] = line.slice(3).split(',')
  if (Number(number) > 0) lines += 1
  if (Number(hits) > 0) covered += 1
}
${TELL}`,
  JsonScanner: `${OURS}
let inCounts = false
const none = () => {}
const key = (name) => { if (name === 's') inCounts = true; else if (name === 'statementMap') inCounts = false }
const number = (value) => { if (inCounts) { lines += 1; if (value > 0) covered += 1 } }
const handler = { beginObject: none, endObject: none, beginArray: none, endArray: none, key, number, string: none, literal: none }
await pushAll(decodeText(chunks()), new JsonScanner(handler))
${TELL}`,
  'JSON.parse': `import { readFileSync } from 'node:fs'\n${READ.replace(/^import.*\n/m, 'const createReadStream = undefined\n')}
for (const { s = {} } of Object.values(JSON.parse(readFileSync(process.argv[2], 'utf8'))))
  for (const count of Object.values(s)) { lines += 1; if (count > 0) covered += 1 }
${TELL}`,
}

/** Writes all programs to a folder. */
export function writePrograms(folder: string): void {
  const sources = join(root, 'packages/scan/src')
  mkdirSync(join(folder, 'scan'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const file of readdirSync(sources)) {
    const text = stripTypeScriptTypes(readFileSync(join(sources, file), 'utf8')).replaceAll(
      /(from '\.\/[^']+)\.ts'/g,
      "$1.js'",
    )
    writeFileSync(join(folder, 'scan', file.replace(/ts$/, 'js')), text)
  }
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(folder, `${name}.js`), text)
}

export const script = (folder: string, name: string, file: string): Program => ({
  name,
  program: process.execPath,
  args: [join(folder, `${name}.js`), join(folder, file)],
})

export const xmllint = (folder: string, file: string): Program => ({
  name: 'xmllint --stream',
  program: 'xmllint',
  args: ['--stream', '--noout', '--huge', join(folder, file)],
})
