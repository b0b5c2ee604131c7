import { type Dirent, realpathSync, statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { type Disk, type GoModule, goModuleName, type RepositoryFile } from '@hardgate/coverage'
import { isFileAt } from './line-count.ts'

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

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
