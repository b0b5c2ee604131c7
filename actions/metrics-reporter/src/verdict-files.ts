import type { Dirent } from 'node:fs'
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { isInScope } from '@hardgate/gate'
import { note } from './event-text.ts'
import type { VerdictFile } from './gates.ts'
import { readVerdict } from './verdict-reading.ts'

const FILES_MAX = 64
const FILE_BYTES_MAX = 8 * 1024 * 1024
/** What a glob may look at before it is too wide. */
const ENTRIES_MAX = 20_000
const DEPTH_MAX = 16

export interface VerdictPlaces {
  /** `auto`, `none`, or globs, one a line. */
  readonly wanted: string
  readonly runnerTemp: string | undefined
  readonly workspace: string
}

export interface VerdictsFound {
  readonly files: readonly VerdictFile[]
  readonly notes: readonly string[]
}

/** The verdicts that the gates of this job left behind. What cannot be read is named in a note and never stops an event. */
export async function findVerdicts(places: VerdictPlaces): Promise<VerdictsFound> {
  const { paths, notes } = await verdictPaths(places)
  const read: (VerdictFile | string)[] = []
  for (const path of paths.slice(0, FILES_MAX)) read.push(await readOne(path)) // not side by side: 64 of 8 MiB each
  const cut = paths.length > FILES_MAX ? [note('truncated', `verdict files ${paths.length} to ${FILES_MAX}`)] : []
  return {
    files: read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    notes: [...notes, ...cut, ...read.filter((one) => typeof one === 'string')],
  }
}

async function verdictPaths({
  wanted,
  runnerTemp,
  workspace,
}: VerdictPlaces): Promise<{ paths: string[]; notes: string[] }> {
  if (wanted === 'none') return { paths: [], notes: [] }
  if (wanted !== 'auto')
    return globbed(
      wanted.split('\n').map((line) => line.trim()),
      workspace,
    )
  if (runnerTemp === undefined) return { paths: [], notes: [] }
  const folder = join(runnerTemp, 'hardgate')
  const names = (await entriesOf(folder)).map(({ name }) => name).filter((name) => name.endsWith('.json'))
  return { paths: names.toSorted().map((name) => join(folder, name)), notes: [] }
}

async function globbed(globs: readonly string[], workspace: string): Promise<{ paths: string[]; notes: string[] }> {
  const found = new Set<string>()
  const notes: string[] = []
  for (const glob of globs.filter((line) => line !== '')) {
    const whole = (isAbsolute(glob) ? glob : resolve(workspace, glob)).replaceAll('\\', '/')
    const walked = await walk(rootOf(whole))
    const fitting = walked.paths.filter((path) => isInScope(whole, path.replaceAll('\\', '/')))
    for (const path of fitting) found.add(path)
    if (walked.isCut) notes.push(note('verdict-files-too-wide', glob))
    else if (fitting.length === 0) notes.push(note('verdict-files-none', glob))
  }
  return { paths: [...found].toSorted(), notes }
}

/** The folder in which a glob begins to be one. */
function rootOf(glob: string): string {
  const [literal = ''] = glob.split(/[*?]/)
  return literal.slice(0, literal.lastIndexOf('/') + 1) || '/'
}

async function walk(root: string): Promise<{ paths: string[]; isCut: boolean }> {
  const paths: string[] = []
  const waiting = [{ folder: root, depth: 0 }]
  let seen = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await entriesOf(next.folder)) {
      seen += 1
      if (seen > ENTRIES_MAX) return { paths, isCut: true }
      const path = join(next.folder, entry.name)
      if (entry.isDirectory() && next.depth < DEPTH_MAX) waiting.push({ folder: path, depth: next.depth + 1 })
      else if (!entry.isDirectory()) paths.push(path)
    }
  }
  return { paths, isCut: false }
}

/** Empty where there is no such folder, or it cannot be read. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/** A text is the note that says why the file was not taken. */
async function readOne(path: string): Promise<VerdictFile | string> {
  const file = basename(path)
  const content = await readRegularFile(path)
  const verdict = typeof content === 'string' ? content : readVerdict(content.text)
  return typeof verdict === 'string' ? note('verdict-unreadable', `${file} (${verdict})`) : { file, verdict }
}

async function readRegularFile(path: string): Promise<{ readonly text: string } | string> {
  try {
    // Asked before the open, which would wait for a writer where the file is a named pipe.
    const entry = await lstat(path)
    if (entry.isSymbolicLink()) return 'a link'
    if (!entry.isFile()) return 'no regular file'
    return await readWhole(path)
  } catch {
    return 'not readable'
  }
}

async function readWhole(path: string): Promise<{ readonly text: string } | string> {
  // Windows has no O_NOFOLLOW
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const { size } = await file.stat()
    if (size > FILE_BYTES_MAX) return 'over 8 MiB'
    const buffer = Buffer.alloc(size)
    let filled = 0
    for (let read = 1; read > 0 && filled < size; filled += read) {
      read = (await file.read(buffer, filled, size - filled, filled)).bytesRead
    }
    return { text: buffer.toString('utf8', 0, filled).replace(/^\uFEFF/, '') }
  } finally {
    await file.close()
  }
}
