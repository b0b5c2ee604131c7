import { createReadStream, type Dirent, realpathSync, statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { type Disk, type GoModule, goModuleName, type RepositoryFile } from '@hardgate/coverage'

const LF = 0x0a
const CR = 0x0d

/**
 * The most lines that a tool could count in a file, read as a stream; undefined: no such file. LF, CRLF and a lone CR
 * end a line, U+2028 and U+2029 too (JavaScript), and what follows the last of them is one more.
 */
export async function lineCountOf(path: string): Promise<number | undefined> {
  if (!isFileAt(path)) return undefined
  const count = lineCounter()
  for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) {
    if (chunk instanceof Uint8Array) count.push(chunk)
  }
  return count.lines()
}

function lineCounter(): { push(chunk: Uint8Array): void; lines(): number } {
  let lines = 1
  let last = 0
  let beforeLast = 0
  return {
    push: (chunk) => {
      for (const byte of chunk) {
        if (byte === CR || (byte === LF && last !== CR)) lines += 1
        else if ((byte === 0xa8 || byte === 0xa9) && last === 0x80 && beforeLast === 0xe2) lines += 1
        beforeLast = last
        last = byte
      }
    },
    lines: () => lines,
  }
}

/** The disk as the path mapping asks for it. */
export function diskOf(workspace: string): Disk {
  const root = realPathOf(workspace) ?? workspace
  return {
    isFile: (path) => isFileAt(resolve(workspace, path)),
    realPath: (path) => {
      const real = realPathOf(resolve(workspace, path))
      if (real === undefined) return undefined
      const below = relative(root, real)
      return isAbsolute(below) || below === '..' || below.startsWith(`..${sep}`) ? real : below.replaceAll(sep, '/')
    },
  }
}

const SKIPPED = new Set(['.git', 'node_modules'])

/** The files below a folder that is no git checkout, without `.git` and `node_modules`, links not followed. */
export async function walkFiles(
  folder: string,
  { maxFiles }: { readonly maxFiles: number },
): Promise<RepositoryFile[]> {
  const files: RepositoryFile[] = []
  const folders = ['']
  for (let at = folders.pop(); at !== undefined && files.length < maxFiles; at = folders.pop()) {
    for (const entry of await entriesOf(join(folder, at))) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path)
      else if (entry.isFile()) files.push({ path })
    }
  }
  return files.slice(0, maxFiles)
}

/** None of a folder that we may not read, such as another user's cache. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

const LARGEST_GO_MOD = 1_048_576

/** The modules of all go.mod files of the repository. */
export async function goModules(workspace: string, files: readonly RepositoryFile[]): Promise<GoModule[]> {
  const modules: GoModule[] = []
  for (const { path } of files.filter((file) => /(?:^|\/)go\.mod$/.test(file.path))) {
    const at = resolve(workspace, path)
    if (!isFileAt(at) || statSync(at).size > LARGEST_GO_MOD) continue
    const name = goModuleName(await readFile(at, 'utf8'))
    if (name !== undefined) modules.push({ name, folder: path.slice(0, -'/go.mod'.length) })
  }
  return modules
}

function isFileAt(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false // also for a name that no file can have
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
